// The growing estimates: asks for step after step, and shows what they come to.

import {image} from "../paint.js";
import {Estimator} from "../wire.js";
import {Chart} from "./chart.js";
import {ESTIMATES, KEY, growth, told} from "./markup.js";

const SEEDS = 2 ** 31;

export class Growth {
  constructor(page, place) {
    this.page = page;
    this.seed = 0;
    place.className = "place growth";
    place.innerHTML = growth();
    this.find = page.find;
    this.find("tools").innerHTML = `<div class="group">
      <button type="button" data-name="go" title="Go on or pause (space on the chart)">pause</button>
      <button type="button" data-name="again" title="Begin anew with other samples">again</button></div>`;
    this.find("key").innerHTML = KEY.map(([kind, text, help]) => `<span title="${help}"><i class="${kind}"></i>${text}</span>`).join("");
    this.chart = new Chart(this.find("chart"), (k) => this.read(k));
    this.line = new Estimator(page.data.live, {
      told: (summary) => this.take(summary),
      failed: (text) => { this.page.tell(text); this.state(false); },
      state: (text) => { // the line takes back what it said itself, and nothing else
        if (text || this.lost) this.page.tell(text);
        this.lost = Boolean(text);
      },
    });
    this.find("go").addEventListener("click", () => this.toggle());
    this.find("again").addEventListener("click", () => { this.seed = Math.floor(Math.random() * SEEDS); this.begin(); });
    this.find("chart").addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); this.toggle(); }
    });
  }

  show(asked) {
    this.asked = asked;
    this.seed = 0;
    this.begin();
  }

  begin() {
    this.found = null;
    this.page.tell("");
    this.draw();
    this.line.begin(this.asked, this.seed);
    this.state(true);
  }

  toggle() {
    if (this.found?.done) { this.find("again").click(); return; }
    this.state(!this.going);
    if (this.going) this.line.go(); else this.line.pause();
  }

  state(going) {
    this.going = going;
    this.find("go").textContent = going ? "pause" : "run";
  }

  take(summary) {
    this.found = summary;
    if (summary.done) this.state(false);
    this.page.root.dataset.samples = summary.samples; // what tests wait for
    this.draw();
  }

  draw() {
    const {found, page} = this;
    if (!page.theme || !page.images) return;
    image(this.find("picture"), page.picture(), page.theme.ink);
    this.find("caption").textContent = page.caption();
    this.chart.draw(found, page.theme);
    this.find("exact").textContent = found ? `${told(found.exact)} nats` : "\u2026";
    this.find("samples").textContent = told(found?.samples ?? 0, 0);
    this.find("progress").style.width = `${100 * (found ? found.samples / found.most : 0)}%`;
    this.find("rate").textContent = found?.rate ? told(Number(found.rate.toPrecision(2)), 0) : "\u2013";
    for (const {key} of ESTIMATES) this.fill(key);
    this.find("said").textContent = found ? said(found) : "";
    this.read(this.chart.at);
  }

  fill(key) {
    const pool = this.found?.[key === "bound" ? "q" : key], orders = pool?.orders ?? [], last = orders.at(-1);
    const now = key === "bound" ? last?.[2] : pool?.path.at(-1)?.[1];
    this.find(`now-${key}`).textContent = told(now);
    const needs = pool && pool[key === "bound" ? "needed_of_bound" : "needed"];
    this.find(`now-${key}`).title = key === "bound" && last ? `k = ${told(last[0], 0)}` : "all samples so far";
    this.find(`needs-${key}`).textContent = needs ? told(needs, 0) : last ? `> ${told(last[0], 0)}` : "\u2013";
  }

  /** The numbers at one k. */
  read(k) {
    const {found} = this, place = this.find("readout");
    if (!found || !k) { place.textContent = "Point at the chart for the numbers at one k. The vertical axis is linear near 0 and logarithmic beyond (asinh)."; return; }
    const at = (name) => found[name].orders.find((order) => order[0] === k);
    const prior = at("prior"), q = at("q");
    if (!q) { place.textContent = `k = ${told(k, 0)}: fewer than 8 repetitions so far.`; return; }
    const words = (order) => `80 % in ${told(order[4], 1)} to ${told(order[5], 1)}, rms error ${told(order[6])}`;
    place.textContent = `k = ${told(k, 0)}, ${told(q[1], 0)} repetitions. Naive: ${words(prior)}. Importance: ${words(q)}. Bound ${told(q[2])} \u00b1 ${told(q[3])} nats.`;
  }

  retire() { this.line.close(); this.find("tools").replaceChildren(); }
}

/** What the numbers come to, in one sentence. */
function said(found) {
  const {prior, q} = found, last = prior.orders.at(-1);
  if (!last || !q.orders.length) return "";
  const count = (pool) => pool.needed ? `${told(pool.needed, 0)} sample${pool.needed === 1 ? "" : "s"}` : `more than ${told(last[0], 0)} samples`;
  const ratio = prior.needed && q.needed && prior.needed > q.needed ? `, ${told(prior.needed / q.needed, 0)} times as many` : "";
  const counts = `The prior needs ${count(prior)} to come within one nat in nine of ten tries, q(z|x) ${count(q)}${ratio ? `: the prior${ratio}` : ""}.`;
  if (!prior.needed && !q.needed) return counts;
  if (q.needed && (!prior.needed || q.needed < prior.needed)) return `${counts} Few codes explain this image; q knows where they lie.`;
  return `${counts} Here q misses codes that explain the image: samples of the prior get there sooner.`;
}
