// Sample: codes drawn from a distribution rain onto both maps; their images, and what those are worth.

import * as atlas from "../../kit/atlas.js";
import {toPoints} from "../../kit/chart.js";
import {count} from "../../kit/dom.js";
import {canvas} from "../../kit/html.js";
import * as marks from "../../map/marks.js";
import {titleOf} from "../data.js";
import {SIDES} from "../sides.js";
import {Answers} from "./answers.js";

const RAIN_MS = 900; // until all codes have fallen
const LAST_SEED = 2 ** 32 - 1;
const SMALLEST_TILE = 8; // CSS pixels of a tile
const MOST_ROWS = 30;

/** @typedef {import("../sides.js").Side} Side */

/**
 * @typedef {object} Drawn codes, their images, and what those are worth
 * @property {Float32Array} z (n, d)
 * @property {import("../../kit/images.js").Images} images
 * @property {Record<string, number>} numbers
 * @property {string} reason for numbers that are not there
 */

/** @param {number} v */
const percent = (v) => `${(100 * v).toFixed(0)} %`;

/**
 * What is told of a sample.
 * @type {{key: string, title: string, write: (value: number) => string, help: string}[]}
 */
const SAMPLE_NUMBERS = [
  {
    key: "confident",
    title: "surely one class",
    write: percent,
    help:
      "Share of the pictures in which the classifier sees one class with a probability above 0.9. It is no " +
      "judge of what is an image of that class: of MNIST, the average of two random images passes in about " +
      "two of five cases.",
  },
  {
    key: "classes",
    title: "effective classes",
    write: (v) => v.toFixed(1),
    help:
      "Effective number of classes: exp of the entropy of the classifier's mean prediction. As many as " +
      "there are classes, if all come equally often.",
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
    help:
      "Share of N(0, I) that lies in holes of the codes: where the nearest code is farther off than in " +
      "99 % of clouds of equally many codes drawn from N(0, I) itself. Such a cloud scores 1 %. It does " +
      "not depend on the source.",
  },
];

/**
 * A row of the table: one number of both samples.
 * @param {{key: string, title: string, help: string}} number
 */
const row = ({key, title, help}) => {
  const cells = SIDES.map((side) => `<td data-name="${side}-sample-${key}"></td>`);
  return `<tr title="${help}"><th scope="row">${title}</th>${cells.join("")}</tr>`;
};

/** @type {import("./tool.js").Tool} */
export const sample = {
  name: "sample",
  help: "Draw codes from the prior, or from each model's own codes, and decode them (key P)",
  letter: "p",
  card: ({sources}) => `
      <section class="card grows" aria-label="Sample">
        <h3>draw codes from</h3>
        <select data-choose="source" aria-label="Source of the codes"
          title="The same seed and count for both maps">
          ${Object.entries(sources)
            .map(([key, words]) => `<option value="${key}">${words}</option>`)
            .join("")}</select>
        <div class="row"><label>how many <input type="range" min="10" max="300" step="10"
          data-name="sample-count" aria-label="How many codes"></label>
          <output data-name="sample-count-out"></output></div>
        <div class="row"><label>seed <input type="number" min="0" max="${LAST_SEED}" data-name="sample-seed"
            aria-label="Seed of the sample"></label>
          <button type="button" class="plain" data-name="resample"
            title="Another seed (key R)">resample</button></div>
        <table><thead><tr><th></th>${SIDES.map((side) => `<th data-name="${side}-sample-name"></th>`).join(
          "",
        )}</tr></thead>
          <tbody>${SAMPLE_NUMBERS.map(row).join("")}</tbody></table>
        <h3><span data-echo="z-title"></span> <small data-echo="z-from"></small></h3>
        <div class="decoded"><figure>${canvas('data-echo="decoded"', "the image decoded under the pointer")}
          <figcaption data-echo="decoded-caption"></figcaption></figure></div>
      </section>`,
  dock: (side) => `<p class="title" data-name="${side}-sheet-title"></p>
      <div class="film" data-name="${side}-sheet-box">${canvas(
        `data-name="${side}-sheet"`,
        "The sampled images",
      )}</div>`,
  create: (context) => new Sample(context),
};

class Sample {
  /** @param {import("./tool.js").Context} context */
  constructor(context) {
    this.context = context;
    this.find = context.find;
    /** @type {Partial<Record<Side, Drawn | null>>} */
    this.samples = {};
    this.share = 1; // of the codes that have fallen
    this.falling = 0; // the frame that is asked for
    this.answers = new Answers(context, "sample", (side, answer) => this.take(side, answer));
    this.listen();
  }

  retire() {
    this.answers.retire();
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

  /** @param {Side} side */
  ask(side) {
    const {scene, content, run} = this.context;
    const map = content(side);
    this.find(`${side}-sample-name`).textContent = titleOf(run(side));
    this.answers.follow(side);
    if (scene.tool !== "sample" || !map) return;
    const {source, count, seed} = scene;
    this.answers.ask(side, {run: map.run.name, source, count, seed});
    this.draw(side);
  }

  listen() {
    const {change} = this.context;
    const many = this.find("sample-count");
    many.addEventListener("input", () => change({count: Number(many.value)}));
    const input = this.find("sample-seed");
    input.addEventListener("change", () => {
      const entered = Math.round(Number(input.value));
      const seed = Number.isFinite(entered) ? Math.max(0, Math.min(LAST_SEED, entered)) : 0;
      input.value = seed;
      change({seed});
    });
    this.find("resample").addEventListener("click", () => this.resample());
  }

  resample() {
    this.context.change({seed: (this.context.scene.seed + 1) % (LAST_SEED + 1)});
  }

  /** @param {Side} side @param {Drawn | null} answer */
  take(side, answer) {
    this.show(side, answer);
    if (!answer) return;
    this.rain();
    count(this.context.root, "samples");
  }

  /** @param {Side} side @param {Drawn | null} answer */
  show(side, answer) {
    this.samples[side] = answer;
    for (const {key, write} of SAMPLE_NUMBERS) {
      const value = answer?.numbers[key];
      const cell = this.find(`${side}-sample-${key}`);
      cell.textContent = value === undefined ? "\u2013" : write(value);
      cell.title = value === undefined ? (answer?.reason ?? "") : "";
    }
    this.draw(side);
  }

  /** The sheet: as large as all its images fit. @param {Side} side */
  draw(side) {
    const {theme, run} = this.context;
    const images = this.samples[side]?.images.each() ?? [];
    const title = images.length ? `${images.length} images decoded by ${titleOf(run(side))}` : "";
    this.find(`${side}-sheet-title`).textContent = title; // first: it takes its line from the box
    const {clientWidth: width, clientHeight: height} = this.find(`${side}-sheet-box`);
    const tile = tileSide(width, height, images.length);
    const across = Math.max(1, Math.floor(width / tile));
    const lines = Math.ceil(images.length / across);
    const sheet = Array.from({length: lines}, (_, r) => images.slice(r * across, (r + 1) * across));
    atlas.contactSheet(this.find(`${side}-sheet`), sheet, tile, theme.ink);
  }

  /** The codes fall one after another; at once for whoever asked for less motion. */
  rain() {
    cancelAnimationFrame(this.falling);
    const began = performance.now();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = () => {
      this.share = still ? 1 : Math.min(1, (performance.now() - began) / RAIN_MS);
      this.context.repaint();
      if (this.share < 1) this.falling = requestAnimationFrame(step);
    };
    step();
  }

  /** @type {NonNullable<import("./tool.js").Instance["overlay"]>} */
  overlay(side, context, size, view) {
    const answer = this.samples[side];
    const {run, theme} = this.context;
    const plane = run(side)?.plane;
    if (!answer || !plane) return;
    const points = toPoints(plane, answer.z);
    marks.squares(context, size, view, points, Math.round(this.share * answer.images.count), theme);
  }

  /** @param {KeyboardEvent} event */
  key({key}) {
    if (key.toLowerCase() !== "r") return false;
    this.resample();
    return true;
  }
}

/**
 * The side of the tiles of a sheet.
 * @param {number} width
 * @param {number} height
 * @param {number} images how many
 */
function tileSide(width, height, images) {
  let rows = 1;
  while (rows < MOST_ROWS && Math.floor(width / (height / rows)) * rows < images) rows++;
  return Math.max(SMALLEST_TILE, Math.floor(height / rows));
}
