// Sample: codes drawn from a distribution rain onto both maps; their images, and what those are worth.

import * as paint from "../../kit/atlas.js";
import {toPoints} from "../../kit/chart.js";
import {count} from "../../kit/dom.js";
import {canvas} from "../../kit/html.js";
import {Latest} from "../../kit/line.js";
import {postPacked} from "../../kit/server.js";
import * as marks from "../../map/marks.js";
import {SIDES} from "../sides.js";

const RAIN = 900; // milliseconds until all codes have fallen
const LAST_SEED = 2 ** 32 - 1;
const SMALLEST = 8; // CSS pixels of a tile
const MOST_ROWS = 30;
const percent = (v) => `${(100 * v).toFixed(0)} %`;

/** What is told of a sample: key, title, how it is written, help. */
const NUMBERS = [
  {
    key: "confident",
    title: "confidently a digit",
    write: percent,
    help: "Share of the pictures in which the classifier sees one class with a probability above 0.9. It is no judge of what is a digit: the average of two random digits passes in about two of five cases.",
  },
  {
    key: "classes",
    title: "effective classes",
    write: (v) => v.toFixed(1),
    help: "Effective number of classes: exp of the entropy of the classifier's mean prediction. As many as there are classes, if all come equally often.",
  },
  {
    key: "distance",
    title: "distance to real",
    write: (v) => v.toFixed(2),
    help: "Mean Euclidean distance of a picture, pixels in [0, 1], to the nearest real test image.",
  },
  {
    key: "holes",
    title: "holes in N(0, I)",
    write: percent,
    help: "Share of N(0, I) that lies in holes of the codes: where the nearest code is farther off than in 99 % of clouds of equally many codes drawn from N(0, I) itself. Such a cloud scores 1 %. It does not depend on the source.",
  },
];

/** @type {import("./tool.js").Tool} */
export const sample = {
  name: "sample",
  help: "Draw codes from the prior, or from each model's own codes, and decode them (key P)",
  letter: "p",
  card: () => `
      <section class="card grows" aria-label="Sample">
        <h3>draw codes from</h3>
        <select data-choose="source" aria-label="Source of the codes" title="The same seed and count for both maps">
          <option value="prior">the prior N(0, I)</option>
          <option value="gaussian">a Gaussian fitted to its codes</option>
          <option value="density">the density of its codes</option></select>
        <div class="row"><label>how many <input type="range" min="10" max="300" step="10" data-name="sample-count" aria-label="How many codes"></label><output data-name="sample-count-out"></output></div>
        <div class="row"><label>seed <input type="number" min="0" max="${LAST_SEED}" data-name="sample-seed" aria-label="Seed of the sample"></label>
          <button type="button" class="plain" data-name="resample" title="Another seed (key R)">resample</button></div>
        <table><thead><tr><th></th>${SIDES.map((side) => `<th data-name="${side}-sample-name"></th>`).join("")}</tr></thead>
          <tbody>${NUMBERS.map(
            ({key, title, help}) =>
              `<tr title="${help}"><th scope="row">${title}</th>${SIDES.map((side) => `<td data-name="${side}-sample-${key}"></td>`).join("")}</tr>`,
          ).join("")}</tbody></table>
        <h3><span data-echo="z-title"></span> <small data-echo="z-from"></small></h3>
        <div class="decoded"><figure>${canvas('data-echo="decoded"', "the image decoded under the pointer")}<figcaption data-echo="decoded-caption"></figcaption></figure></div>
      </section>`,
  dock: (side) => `<p class="title" data-name="${side}-sheet-title"></p>
      <div class="film" data-name="${side}-sheet-box">${canvas(`data-name="${side}-sheet"`, "The sampled images")}</div>`,
  create: (context) => new Sample(context),
};

class Sample {
  /** @param {import("./tool.js").Context} context */
  constructor(context) {
    this.context = context;
    this.find = context.find;
    /** The answers by side. @type {Record<string, any>} */
    this.samples = {};
    /** The runs that they are of. @type {Record<string, string>} */
    this.runs = {};
    this.share = 1; // of the codes that have fallen
    this.falling = 0; // the frame that is asked for
    this.requests = Object.fromEntries(SIDES.map((side) => [side, this.request(side)]));
    this.listen();
  }

  request(side) {
    return new Latest(
      (answer) => this.take(side, answer),
      (text) => {
        this.show(side, null);
        this.context.tell(text);
      },
    );
  }

  leave() {
    cancelAnimationFrame(this.falling);
  }

  prior() {
    return this.context.scene.source === "prior";
  }

  refresh() {
    const {scene} = this.context;
    const seed = this.find("sample-seed");
    this.find("sample-count").value = scene.count;
    this.find("sample-count-out").textContent = scene.count;
    if (seed !== seed.getRootNode().activeElement) seed.value = scene.seed;
    for (const side of SIDES) this.ask(side);
  }

  ask(side) {
    const {scene, content, run, live} = this.context;
    const map = content(side);
    const of = map ? `${map.run.name} ${map.run.stamp}` : "";
    this.find(`${side}-sample-name`).textContent = run(side)?.name ?? "";
    if (of !== this.runs[side]) {
      this.runs[side] = of;
      this.requests[side].forget();
      this.show(side, null);
    }
    if (scene.tool !== "sample" || !map) return;
    const question = {run: map.run.name, source: scene.source, count: scene.count, seed: scene.seed};
    this.requests[side].ask(JSON.stringify([question, of]), () => postPacked(`${live}/sample`, question));
    this.draw(side);
  }

  listen() {
    const {change} = this.context;
    const entered = (event) => {
      const seed = Math.round(Number(event.target.value));
      event.target.value = Number.isFinite(seed) ? Math.max(0, Math.min(LAST_SEED, seed)) : 0;
      change({seed: Number(event.target.value)});
    };
    this.find("sample-count").addEventListener("input", (event) =>
      change({count: Number(event.target.value)}),
    );
    this.find("sample-seed").addEventListener("change", entered);
    this.find("resample").addEventListener("click", () => this.resample());
  }

  resample() {
    this.context.change({seed: (this.context.scene.seed + 1) % (LAST_SEED + 1)});
  }

  take(side, answer) {
    this.show(side, answer);
    this.rain();
    count(this.context.root, "samples");
  }

  show(side, answer) {
    this.samples[side] = answer;
    for (const {key, write} of NUMBERS) {
      const value = answer?.numbers[key];
      const cell = this.find(`${side}-sample-${key}`);
      cell.textContent = value === undefined ? "\u2013" : write(value);
      cell.title = value === undefined ? (answer?.reason ?? "") : "";
    }
    this.draw(side);
  }

  /** The sheet: as large as all its images fit. */
  draw(side) {
    const {theme, run} = this.context;
    const images = this.samples[side]?.images.each() ?? [];
    const {clientWidth: width, clientHeight: height} = this.find(`${side}-sheet-box`);
    const title = images.length ? `${images.length} images decoded by ${run(side).name}` : "";
    this.find(`${side}-sheet-title`).textContent = title;
    let rows = 1;
    while (rows < MOST_ROWS && Math.floor(width / (height / rows)) * rows < images.length) rows++;
    const tile = Math.max(SMALLEST, Math.floor(height / rows));
    const across = Math.max(1, Math.floor(width / tile));
    const lines = Math.ceil(images.length / across);
    const sheet = Array.from({length: lines}, (_, r) => images.slice(r * across, (r + 1) * across));
    paint.contactSheet(this.find(`${side}-sheet`), sheet, tile, theme.ink);
  }

  /** The codes fall one after another; at once for whoever asked for less motion. */
  rain() {
    cancelAnimationFrame(this.falling);
    const began = performance.now();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = () => {
      this.share = still ? 1 : Math.min(1, (performance.now() - began) / RAIN);
      this.context.repaint();
      if (this.share < 1) this.falling = requestAnimationFrame(step);
    };
    step();
  }

  overlay(side, context, size, view) {
    const answer = this.samples[side];
    if (!answer) return;
    const {run, theme} = this.context;
    const points = toPoints(run(side).plane, answer.z);
    marks.squares(context, size, view, points, Math.round(this.share * answer.images.count), theme);
  }

  key({key}) {
    if (key.toLowerCase() !== "r") return false;
    this.resample();
    return true;
  }
}
