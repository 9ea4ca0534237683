// The chart of the estimates: their error in nats against the number of samples. SVG, redrawn with every step.

import {formatNumber} from "../kit/numbers.js";

const TOP = 2;
const BOTTOM = -1000; // nats above and below the exact value
const TICKS = [2, 1, 0, -1, -3, -10, -30, -100, -300, -1000];
const LAST = 17; // log2 of the most samples

export class Chart {
  /**
   * @param {SVGSVGElement} svg
   * @param {(k: number | null) => void} onPoint the k that is pointed at
   */
  constructor(svg, onPoint) {
    this.svg = svg;
    this.onPoint = onPoint;
    /** The k that is pointed at. @type {number | null} */
    this.at = null;
    this.margin = {left: 0, right: 0, top: 0, bottom: 0};
    this.width = 0;
    this.height = 0;
    svg.addEventListener("pointermove", (event) => this.point(this.kAt(event)));
    svg.addEventListener("pointerleave", () => this.point(null));
    svg.addEventListener("keydown", (event) => {
      const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (!step) return;
      event.preventDefault();
      const now = this.at ? Math.log2(this.at) : step > 0 ? -1 : LAST + 1;
      this.point(2 ** Math.max(0, Math.min(LAST, now + step)));
    });
  }

  kAt(event) {
    const share = (event.offsetX - this.margin.left) / (this.width - this.margin.left - this.margin.right);
    return share < -0.03 || share > 1.03 ? null : 2 ** Math.max(0, Math.min(LAST, Math.round(share * LAST)));
  }

  point(k) {
    if (k === this.at) return;
    this.at = k;
    this.onPoint(k);
    this.cursor();
  }

  x(k) {
    return this.margin.left + (Math.log2(k) / LAST) * (this.width - this.margin.left - this.margin.right);
  }

  y(error) {
    const share = (Math.asinh(TOP) - Math.asinh(error)) / (Math.asinh(TOP) - Math.asinh(BOTTOM));
    return this.margin.top + share * (this.height - this.margin.top - this.margin.bottom);
  }

  draw(summary, theme) {
    this.width = this.svg.clientWidth;
    this.height = this.svg.clientHeight;
    if (!this.width) return;
    const em = theme.small;
    this.margin = {left: 5 * em, right: 3.6 * em, top: 0.7 * em, bottom: 3.4 * em};
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    const [left, right] = [this.margin.left, this.width - this.margin.right];
    const [top, bottom] = [this.margin.top, this.height - this.margin.bottom];
    const parts = [
      `<clipPath id="inside"><rect x="${left - 5}" y="${top}" width="${right - left + 10}" height="${bottom - top}"/></clipPath>`,
    ];
    parts.push(
      `<rect class="near" x="${left}" width="${right - left}" y="${this.y(1)}" height="${this.y(-1) - this.y(1)}"/>`,
    );
    for (const tick of TICKS) {
      parts.push(
        `<line class="${tick ? "grid" : "exact"}" x1="${left}" x2="${right}" y1="${this.y(tick)}" y2="${this.y(tick)}"/>`,
        `<text x="${left - 8}" y="${this.y(tick)}" dy="0.35em" text-anchor="end">${tick > 0 ? "+" : ""}${formatNumber(tick, 0)}</text>`,
      );
    }
    for (let i = 0; i <= LAST; i++) {
      const x = this.x(2 ** i);
      parts.push(`<line class="grid" x1="${x}" x2="${x}" y1="${bottom}" y2="${bottom + 5}"/>`);
      if (i % 2 === 0)
        parts.push(
          `<text x="${x}" y="${bottom + 1.5 * em}" text-anchor="middle">${formatNumber(2 ** i, 0)}</text>`,
        );
    }
    parts.push(
      `<text x="${(left + right) / 2}" y="${this.height - 0.35 * em}" text-anchor="middle">k, samples in an estimate</text>`,
      `<text transform="translate(${1.1 * em} ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">estimate \u2212 exact log p(x), nats</text>`,
    );
    if (summary) parts.push(`<g clip-path="url(#inside)">${this.curves(summary)}</g>`);
    parts.push('<line data-name="cursor" class="cursor" hidden/>');
    parts.push(`<text class="exact-label" x="${right + 6}" y="${this.y(0)}" dy="0.35em">exact</text>`);
    this.svg.style.fontSize = `${theme.small}px`;
    this.svg.innerHTML = parts.join("");
    this.cursor();
  }

  curves(summary) {
    const line = (points, kind) =>
      points.length
        ? `<polyline class="${kind}" points="${points.map(([k, v]) => `${this.x(k)},${this.y(v - summary.exact)}`).join(" ")}"/>`
        : "";
    const parts = [];
    for (const name of ["prior", "q"]) {
      const {orders, path} = summary[name];
      if (orders.length) {
        const high = orders.map(([k, , , , , v]) => [k, v]);
        const low = orders.map(([k, , , , v]) => [k, v]).reverse();
        parts.push(
          `<polygon class="${name} band" points="${[...high, ...low].map(([k, v]) => `${this.x(k)},${this.y(v - summary.exact)}`).join(" ")}"/>`,
        );
      }
      parts.push(line(path, `${name} path`));
      const [k, v] = path.at(-1) ?? [];
      if (k)
        parts.push(
          `<circle class="${name} head" r="4.5" cx="${this.x(k)}" cy="${this.y(v - summary.exact)}"/>`,
        );
    }
    const bound = summary.q.orders.map(([k, , mean]) => [k, mean]);
    parts.push(
      line(bound, "bound"),
      ...bound.map(
        ([k, v]) =>
          `<rect class="bound" x="${this.x(k) - 3.5}" y="${this.y(v - summary.exact) - 3.5}" width="7" height="7"/>`,
      ),
    );
    return parts.join("");
  }

  cursor() {
    const line = this.svg.querySelector(".cursor");
    if (!line) return;
    line.toggleAttribute("hidden", !this.at);
    if (!this.at) return;
    for (const [name, value] of Object.entries({
      x1: this.x(this.at),
      x2: this.x(this.at),
      y1: this.margin.top,
      y2: this.height - this.margin.bottom,
    }))
      line.setAttribute(name, String(value));
  }
}
