// The chart of the estimates: their error in nats against the number of samples. SVG, redrawn every step.

import {formatNumber} from "../kit/numbers.js";
import {pixelOf} from "../kit/strokes.js";

/**
 * @typedef {import("./estimator.js").Summary} Summary
 * @typedef {[k: number, nats: number]} Point of a curve
 */

// The upper and the lower edge, from the exact value.
const TOP_NATS = 2;
const BOTTOM_NATS = -1000;
const TICK_NATS = [2, 1, 0, -1, -3, -10, -30, -100, -300, -1000];
/** @type {Record<string, number>} */
const KEY_STEPS = {ArrowLeft: -1, ArrowRight: 1};
const LAST_POWER = 17; // log2 of the most samples

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
    for (const type of /** @type {const} */ (["pointerdown", "pointermove"]))
      svg.addEventListener(type, (event) => this.point(this.kAt(event)));
    svg.addEventListener("pointerleave", ({pointerType}) => {
      if (pointerType !== "touch") this.point(null); // a finger is lifted to read what it pointed at
    });
    svg.addEventListener("keydown", (event) => {
      const step = KEY_STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      const now = this.at ? Math.log2(this.at) : step > 0 ? -1 : LAST_POWER + 1;
      this.point(2 ** Math.max(0, Math.min(LAST_POWER, now + step)));
    });
  }

  /** The k under the pointer; null beside the chart. @param {PointerEvent} event */
  kAt(event) {
    const [x] = pixelOf(this.svg, event);
    const share = (x - this.margin.left) / (this.width - this.margin.left - this.margin.right);
    return share < -0.03 || share > 1.03
      ? null
      : 2 ** Math.max(0, Math.min(LAST_POWER, Math.round(share * LAST_POWER)));
  }

  /** @param {number | null} k */
  point(k) {
    if (k === this.at) return;
    this.at = k;
    this.onPoint(k);
    this.cursor();
  }

  /** @param {number} k */
  x(k) {
    return (
      this.margin.left + (Math.log2(k) / LAST_POWER) * (this.width - this.margin.left - this.margin.right)
    );
  }

  /** @param {number} error nats from the exact value */
  y(error) {
    const share =
      (Math.asinh(TOP_NATS) - Math.asinh(error)) / (Math.asinh(TOP_NATS) - Math.asinh(BOTTOM_NATS));
    return this.margin.top + share * (this.height - this.margin.top - this.margin.bottom);
  }

  /** The coordinates of a point, as SVG has them. @param {Point} point @param {number} exact */
  coordinates([k, nats], exact) {
    return `${this.x(k)},${this.y(nats - exact)}`;
  }

  /** The edges of the field that curves are drawn in. */
  get edges() {
    const {left, right, top, bottom} = this.margin;
    return {left, right: this.width - right, top, bottom: this.height - bottom};
  }

  /** @param {Summary | null} summary @param {import("../kit/theme.js").Theme} theme */
  draw(summary, theme) {
    this.width = this.svg.clientWidth;
    this.height = this.svg.clientHeight;
    if (!this.width) return;
    const em = theme.small;
    this.margin = {left: 5 * em, right: 3.6 * em, top: 0.7 * em, bottom: 3.4 * em};
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.style.fontSize = `${em}px`;
    this.svg.innerHTML = [
      this.field(),
      ...TICK_NATS.map((tick) => this.tick(tick)),
      ...Array.from({length: LAST_POWER + 1}, (_, i) => this.power(i, em)),
      this.titles(em),
      summary ? `<g clip-path="url(#inside)">${this.curves(summary)}</g>` : "",
      '<line data-name="cursor" class="cursor" hidden/>',
      `<text class="exact-label" x="${this.edges.right + 6}" y="${this.y(0)}" dy="0.35em">exact</text>`,
    ].join("");
    this.cursor();
  }

  /** What clips the curves, and the band of one nat about the exact value. */
  field() {
    const {left, right, top, bottom} = this.edges;
    const width = right - left;
    return `<clipPath id="inside">
        <rect x="${left - 5}" y="${top}" width="${width + 10}" height="${bottom - top}"/></clipPath>
      <rect class="near" x="${left}" width="${width}" y="${this.y(1)}" height="${this.y(-1) - this.y(1)}"/>`;
  }

  /** A line across, and its number of nats. @param {number} nats */
  tick(nats) {
    const {left, right} = this.edges;
    const y = this.y(nats);
    const text = `${nats > 0 ? "+" : ""}${formatNumber(nats, 0)}`;
    return `<line class="${nats ? "grid" : "exact"}" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/>
      <text x="${left - 8}" y="${y}" dy="0.35em" text-anchor="end">${text}</text>`;
  }

  /** The tick of 2^i samples, every second one with its number. @param {number} i @param {number} em */
  power(i, em) {
    const {bottom} = this.edges;
    const x = this.x(2 ** i);
    const line = `<line class="grid" x1="${x}" x2="${x}" y1="${bottom}" y2="${bottom + 5}"/>`;
    if (i % 2) return line;
    const text = formatNumber(2 ** i, 0);
    return `${line}<text x="${x}" y="${bottom + 1.5 * em}" text-anchor="middle">${text}</text>`;
  }

  /** What the axes are. @param {number} em */
  titles(em) {
    const {left, right, top, bottom} = this.edges;
    const turned = `translate(${1.1 * em} ${(top + bottom) / 2}) rotate(-90)`;
    return `<text x="${(left + right) / 2}" y="${this.height - 0.35 * em}"
        text-anchor="middle">k, samples in an estimate</text>
      <text transform="${turned}" text-anchor="middle">estimate \u2212 exact log p(x), nats</text>`;
  }

  /** @param {Summary} summary */
  curves({prior, q, exact}) {
    /** @type {Point[]} */
    const bound = q.orders.map(([k, , mean]) => [k, mean]);
    /** @param {Point} point */
    const square = ([k, nats]) => {
      const [x, y] = [this.x(k) - 3.5, this.y(nats - exact) - 3.5];
      return `<rect class="bound" x="${x}" y="${y}" width="7" height="7"/>`;
    };
    return [
      this.estimate("prior", prior, exact),
      this.estimate("q", q, exact),
      this.line(bound, "bound", exact),
      ...bound.map(square),
    ].join("");
  }

  /**
   * The band of an estimate's repetitions, and its path with a head.
   * @param {string} name
   * @param {import("./estimator.js").Pool} pool
   * @param {number} exact
   */
  estimate(name, {orders, path}, exact) {
    const parts = [this.band(name, orders, exact), this.line(path, `${name} path`, exact)];
    const last = path.at(-1);
    if (last) {
      const [k, nats] = last;
      const [x, y] = [this.x(k), this.y(nats - exact)];
      parts.push(`<circle class="${name} head" r="4.5" cx="${x}" cy="${y}"/>`);
    }
    return parts.join("");
  }

  /**
   * What holds 80 % of the repetitions.
   * @param {string} name
   * @param {import("./estimator.js").Order[]} orders
   * @param {number} exact
   */
  band(name, orders, exact) {
    if (!orders.length) return "";
    const high = orders.map(([k, , , , , v]) => this.coordinates([k, v], exact));
    const low = orders.map(([k, , , , v]) => this.coordinates([k, v], exact)).reverse();
    return `<polygon class="${name} band" points="${[...high, ...low].join(" ")}"/>`;
  }

  /** @param {Point[]} points @param {string} kind @param {number} exact */
  line(points, kind, exact) {
    if (!points.length) return "";
    const corners = points.map((point) => this.coordinates(point, exact));
    return `<polyline class="${kind}" points="${corners.join(" ")}"/>`;
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
