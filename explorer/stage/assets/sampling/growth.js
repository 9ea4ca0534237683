// The growing estimates: asks for step after step, and shows what they come to.

import {image} from "../kit/atlas.js";
import {formatNumber} from "../kit/numbers.js";
import {Chart} from "./chart.js";
import {Estimator} from "./estimator.js";
import {CHART_KEY, ESTIMATES, growth} from "./markup.js";

/** @typedef {import("./estimator.js").Summary} Summary */

const SEED_COUNT = 2 ** 31;
const READOUT_HINT =
  "Point at the chart for the numbers at one k. The vertical axis is linear near 0 and logarithmic beyond " +
  "(asinh).";
const TOOLS_HTML = `<div class="group">
      <button type="button" data-name="go" title="Go on or pause (space on the chart)">pause</button>
      <button type="button" data-name="again" title="Begin anew with other samples">again</button></div>`;

export class Growth {
  /**
   * @param {import("./page.js").SceneContext} context
   * @param {HTMLElement} element
   */
  constructor(context, element) {
    this.context = context;
    this.find = context.find;
    this.seed = 0;
    this.going = false;
    /** The question that is answered. @type {import("./page.js").Body | null} */
    this.question = null;
    /** The latest summary of the estimates. @type {Summary | null} */
    this.summary = null;
    element.className = "place growth";
    element.innerHTML = growth();
    this.find("tools").innerHTML = TOOLS_HTML;
    const key = CHART_KEY.map(
      ([kind, text, help]) => `<span title="${help}"><i class="${kind}"></i>${text}</span>`,
    );
    this.find("key").innerHTML = key.join("");
    this.chart = new Chart(this.find("chart"), (k) => this.read(k));
    this.estimator = new Estimator(context.live, {
      summary: (summary) => this.take(summary),
      failed: (text) => {
        context.tell(text);
        this.state(false);
      },
      state: (text) => context.tell(text, "line"),
    });
    this.listen();
  }

  listen() {
    this.find("go").addEventListener("click", () => this.toggle());
    this.find("again").addEventListener("click", () => this.again());
    this.find("chart").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      this.toggle();
    });
  }

  again() {
    this.seed = Math.floor(Math.random() * SEED_COUNT);
    this.begin();
  }

  /** @param {import("./page.js").Body} question */
  show(question) {
    this.question = question;
    this.seed = 0;
    this.begin();
  }

  begin() {
    if (!this.question) return;
    this.summary = null;
    this.context.tell("");
    this.draw();
    this.estimator.begin(this.question, this.seed);
    this.state(true);
  }

  toggle() {
    if (this.summary?.done) {
      this.again();
      return;
    }
    this.state(!this.going);
    if (this.going) this.estimator.go();
    else this.estimator.pause();
  }

  /** @param {boolean} going */
  state(going) {
    this.going = going;
    this.find("go").textContent = going ? "pause" : "run";
  }

  /** @param {Summary} summary */
  take(summary) {
    this.summary = summary;
    if (summary.done) this.state(false);
    this.context.root.dataset.samples = String(summary.samples); // what tests wait for
    this.draw();
  }

  draw() {
    const {summary} = this;
    const {theme, picture, caption} = this.context;
    if (!theme || !picture) return;
    image(this.find("picture"), picture, theme.ink);
    this.find("caption").textContent = caption;
    this.chart.draw(summary, theme);
    this.find("exact").textContent = summary ? `${formatNumber(summary.exact)} nats` : "\u2026";
    this.find("samples").textContent = formatNumber(summary?.samples ?? 0, 0);
    this.find("progress").style.width = `${100 * (summary ? summary.samples / summary.most : 0)}%`;
    this.find("rate").textContent = summary?.rate
      ? formatNumber(Number(summary.rate.toPrecision(2)), 0)
      : "\u2013";
    for (const {key} of ESTIMATES) this.fill(key);
    this.find("said").textContent = summary ? conclusion(summary) : "";
    this.read(this.chart.at);
  }

  /** One row of the table. @param {import("./markup.js").EstimateKey} key */
  fill(key) {
    const pool = this.summary?.[key === "bound" ? "q" : key];
    const orders = pool?.orders ?? [];
    const last = orders.at(-1);
    const now = key === "bound" ? last?.[2] : pool?.path.at(-1)?.[1];
    this.find(`now-${key}`).textContent = formatNumber(now);
    const needs = pool?.[key === "bound" ? "needed_of_bound" : "needed"];
    this.find(`now-${key}`).title =
      key === "bound" && last ? `k = ${formatNumber(last[0], 0)}` : "all samples so far";
    this.find(`needs-${key}`).textContent = needs
      ? formatNumber(needs, 0)
      : last
        ? `> ${formatNumber(last[0], 0)}`
        : "\u2013";
  }

  /** The numbers at one k. @param {number | null} k */
  read(k) {
    const {summary} = this;
    const readout = this.find("readout");
    if (!summary || !k) {
      readout.textContent = READOUT_HINT;
      return;
    }
    /** @param {import("./estimator.js").Pool} pool */
    const at = ({orders}) => orders.find(([samples]) => samples === k);
    const prior = at(summary.prior);
    const q = at(summary.q);
    if (!q || !prior) {
      readout.textContent = `k = ${formatNumber(k, 0)}: fewer than 8 repetitions so far.`;
      return;
    }
    const [, repetitions, mean, error] = q;
    readout.textContent = [
      `k = ${formatNumber(k, 0)}, ${formatNumber(repetitions, 0)} times.`,
      `Naive ${spread(prior)}. Importance ${spread(q)}.`,
      `Bound ${formatNumber(mean)} \u00b1 ${formatNumber(error)} nats.`,
    ].join(" ");
  }

  retire() {
    this.estimator.close();
    this.find("tools").replaceChildren();
  }
}

/** Where the repetitions of an estimate lie, in words. @param {import("./estimator.js").Order} order */
function spread([, , , , low, high, rms]) {
  return `${formatNumber(low, 1)} to ${formatNumber(high, 1)}, rms ${formatNumber(rms)}`;
}

/** What the numbers come to, in one sentence. @param {Summary} summary */
function conclusion(summary) {
  const {prior, q} = summary;
  const last = prior.orders.at(-1);
  if (!last || !q.orders.length) return "";
  /** @param {import("./estimator.js").Pool} pool */
  const count = (pool) =>
    pool.needed
      ? `${formatNumber(pool.needed, 0)} sample${pool.needed === 1 ? "" : "s"}`
      : `more than ${formatNumber(last[0], 0)} samples`;
  const ratio =
    prior.needed && q.needed && prior.needed > q.needed
      ? `: ${formatNumber(prior.needed / q.needed, 0)} times fewer`
      : "";
  const goal = "to come within one nat in nine of ten tries";
  const counts = `The prior needs ${count(prior)} ${goal}, q(z|x) needs ${count(q)}${ratio}.`;
  if (!prior.needed && !q.needed) return counts;
  if (q.needed && (!prior.needed || q.needed < prior.needed))
    return `${counts} Few codes explain this image; q knows where they lie.`;
  return `${counts} Here q misses codes that explain the image: samples of the prior get there sooner.`;
}
