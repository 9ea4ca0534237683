// Sample: codes drawn from a distribution rain onto both maps; their images, and what those are worth.

import {toPoints} from "../chart.js";
import {SIDES} from "../markup.js";
import * as lines from "../lines.js";
import * as paint from "../paint.js";
import {Newest, postPacked} from "../wire.js";

const RAIN = 900; // milliseconds until all codes have fallen
const NUMBERS = [
  ["confident", "confidently a digit", (v) => `${(100 * v).toFixed(0)} %`, "Share of the pictures in which the classifier sees one class with a probability above 0.9. It is no judge of what is a digit: the average of two random digits passes in about two of five cases."],
  ["classes", "effective classes", (v) => v.toFixed(1), "Effective number of classes: exp of the entropy of the classifier's mean prediction. As many as there are classes, if all come equally often."],
  ["distance", "distance to real", (v) => v.toFixed(2), "Mean Euclidean distance of a picture, pixels in [0, 1], to the nearest real test image."],
  ["holes", "holes in N(0, I)", (v) => `${(100 * v).toFixed(0)} %`, "Share of N(0, I) that lies in holes of the codes: where the nearest code is farther off than in 99 % of clouds of equally many codes drawn from N(0, I) itself. Such a cloud scores 1 %. It does not depend on the source."],
];

export class Sample {
  static name = "sample";
  static title = "sample";
  static help = "Draw codes from the prior, or from each model's own codes, and decode them (key P)";

  static card() {
    return `
      <section class="card grows" aria-label="Sample">
        <h3>draw codes from</h3>
        <select data-choose="source" aria-label="Source of the codes" title="The same seed and count for both maps">
          <option value="prior">the prior N(0, I)</option>
          <option value="gaussian">a Gaussian fitted to its codes</option>
          <option value="density">the density of its codes</option></select>
        <div class="row"><label>how many <input type="range" min="10" max="300" step="10" data-name="sample-count" aria-label="How many codes"></label><output data-name="sample-count-out"></output></div>
        <div class="row"><label>seed <input type="number" min="0" max="4294967295" data-name="sample-seed" aria-label="Seed of the sample"></label>
          <button type="button" class="plain" data-name="resample" title="Another seed (key R)">resample</button></div>
        <table><thead><tr><th></th>${SIDES.map((side) => `<th data-name="${side}-sample-name"></th>`).join("")}</tr></thead>
          <tbody>${NUMBERS.map(([key, title, , help]) => `<tr title="${help}"><th scope="row">${title}</th>${SIDES.map((side) => `<td data-name="${side}-sample-${key}"></td>`).join("")}</tr>`).join("")}</tbody></table>
        <h3><span data-echo="z-title"></span> <small data-echo="z-from"></small></h3>
        <div class="decoded"><figure><canvas data-echo="decoded" width="1" height="1" role="img" aria-label="the image decoded under the pointer"></canvas><figcaption data-echo="decoded-caption"></figcaption></figure></div>
      </section>`;
  }

  static dock(side) {
    return `<p class="title" data-name="${side}-sheet-title"></p>
      <div class="film" data-name="${side}-sheet-box"><canvas data-name="${side}-sheet" role="img" aria-label="The sampled images"></canvas></div>`;
  }

  constructor(stage) {
    Object.assign(this, {stage, find: stage.find, found: {}, of: {}, requests: {}});
    for (const side of SIDES) {
      this.requests[side] = new Newest((found) => this.take(side, found), (text) => { this.show(side, null); stage.tell(text); });
    }
    this.listen();
  }

  leave() { cancelAnimationFrame(this.falling); }

  refresh() {
    const {scene, runs, loaded, live} = this.stage;
    this.find("sample-count").value = scene.count;
    this.find("sample-count-out").textContent = scene.count;
    if (this.find("sample-seed") !== this.find("sample-seed").getRootNode().activeElement) this.find("sample-seed").value = scene.seed;
    for (const side of SIDES) {
      const of = loaded[side] ? `${runs[side].name} ${runs[side].stamp}` : "";
      this.find(`${side}-sample-name`).textContent = runs[side]?.name ?? "";
      if (of !== this.of[side]) { this.of[side] = of; this.requests[side].forget(); this.show(side, null); }
      if (scene.tool !== "sample" || !of) continue;
      const question = {run: runs[side].name, source: scene.source, count: scene.count, seed: scene.seed};
      this.requests[side].ask(JSON.stringify([question, of]), () => postPacked(`${live}/sample`, question));
      this.draw(side);
    }
  }

  listen() {
    this.find("sample-count").addEventListener("input", (event) => this.stage.set("count", Number(event.target.value)));
    this.find("sample-seed").addEventListener("change", (event) => {
      const seed = Math.round(Number(event.target.value));
      event.target.value = Number.isFinite(seed) ? Math.max(0, Math.min(4294967295, seed)) : 0;
      this.stage.set("seed", Number(event.target.value));
    });
    this.find("resample").addEventListener("click", () => this.resample());
  }

  resample() { this.stage.set("seed", (this.stage.scene.seed + 1) % 4294967296); }

  take(side, found) {
    this.show(side, found);
    this.rain();
    const {dataset} = this.stage.root;
    dataset.samples = Number(dataset.samples ?? 0) + 1;
  }

  show(side, found) {
    this.found[side] = found;
    for (const [key, , written] of NUMBERS) {
      const value = found?.numbers[key];
      const cell = this.find(`${side}-sample-${key}`);
      cell.textContent = value === undefined ? "\u2013" : written(value);
      cell.title = value === undefined ? found?.reason ?? "" : "";
    }
    this.draw(side);
  }

  /** The sheet: as large as all its images fit. */
  draw(side) {
    const found = this.found[side], {theme, runs} = this.stage, box = this.find(`${side}-sheet-box`), count = found?.images.count ?? 0;
    this.find(`${side}-sheet-title`).textContent = found ? `${count} images decoded by ${runs[side].name}` : "";
    const width = box.clientWidth, height = box.clientHeight;
    let rows = 1;
    while (rows < 30 && Math.floor(width / (height / rows)) * rows < count) rows++;
    const tile = Math.max(8, Math.floor(height / rows)), across = Math.max(1, Math.floor(width / tile));
    const all = found?.images.each() ?? [];
    const sheet = Array.from({length: Math.ceil(count / across)}, (_, r) => all.slice(r * across, (r + 1) * across));
    paint.contactSheet(this.find(`${side}-sheet`), sheet, tile, theme.ink);
  }

  /** The codes fall one after another; at once for whoever asked for less motion. */
  rain() {
    cancelAnimationFrame(this.falling);
    const began = performance.now(), still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = () => {
      this.share = still ? 1 : Math.min(1, (performance.now() - began) / RAIN);
      for (const side of SIDES) if (this.stage.maps[side].data) this.stage.maps[side].paintMarks();
      if (this.share < 1) this.falling = requestAnimationFrame(step);
    };
    step();
  }

  overlay(side, context, size, view) {
    const found = this.found[side];
    if (!found) return;
    const points = toPoints(this.stage.runs[side].plane, found.z);
    lines.squares(context, size, view, points, Math.round((this.share ?? 1) * found.images.count), this.stage.theme);
  }

  key(event) {
    if (event.key.toLowerCase() !== "r") return false;
    this.resample();
    return true;
  }
}
