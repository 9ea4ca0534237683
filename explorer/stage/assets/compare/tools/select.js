// Select: lasso, box, or a criterion; the chosen images and both reconstructions, on both maps and as files.

import {onClick} from "../../kit/dom.js";
import {canvas, switches} from "../../kit/html.js";
import {download, postPacked} from "../../kit/server.js";
import {disable} from "../controls.js";
import {titleOf} from "../data.js";
import {SIDES} from "../sides.js";
import {Gallery} from "./gallery.js";

const CRITERION_COUNT = 60; // images that a criterion chooses
const MOST_BARS = 12; // classes whose counts are shown; of more the largest
const MISPLACED_HELP = "The points most of whose 10 nearest neighbours on the active map carry another label";
const ERROR_HELP = "The points with the largest reconstruction error under the active map's run";
const GALLERY_TITLE = "Chosen images over their reconstructions";
/** @type {Record<string, {name: string, type: string}>} */
const DOWNLOADS = {
  table: {name: "selection.csv", type: "text/csv"},
  sheet: {name: "selection.png", type: "image/png"},
};

/**
 * @typedef {import("../sides.js").Side} Side
 * @typedef {import("./tool.js").MapContent} MapContent
 */

/** @type {import("./tool.js").Tool} */
export const select = {
  name: "select",
  help: "Choose points with a lasso or a box, by class, or by what is wrong with them (key S)",
  letter: "s",
  marksImage: true,
  card: () => `
      <section class="card grows" aria-label="Selection">
        <h3>choose points <small>drag on a map</small></h3>
        <div class="row">${switches("shape", "Shape of the selection", [
          ["lasso", "lasso", "Drag around points; the wheel still zooms"],
          ["box", "box", "Drag a rectangle over points"],
        ])}
          <select data-name="select-class" aria-label="Select a class"
            title="All points of one class"></select></div>
        <div class="row">
          <button type="button" class="plain" data-select="misplaced"
            title="${MISPLACED_HELP}">misplaced</button>
          <button type="button" class="plain" data-select="error"
            title="${ERROR_HELP}">largest error</button>
        </div>
        <p class="count" data-name="select-count" role="status"></p>
        <div class="bars" data-name="select-bars"></div>
        <div class="row">
          <button type="button" class="plain" data-save="table"
            title="index, label and the codes in both models">CSV</button>
          <button type="button" class="plain" data-save="sheet"
            title="The chosen images, on one sheet">PNG</button>
          <button type="button" class="plain" data-select="clear"
            title="Choose nothing (Escape)">clear</button>
        </div>
      </section>`,
  dock: (side) => `<p class="title" data-name="${side}-gallery-title"></p>
      <div class="film" data-name="${side}-gallery-box" tabindex="0" aria-label="${GALLERY_TITLE}">
        ${canvas(`data-name="${side}-gallery"`, GALLERY_TITLE)}</div>`,
  create: (context) => new Select(context),
};

class Select {
  /** @param {import("./tool.js").Context} context */
  constructor(context) {
    this.context = context;
    this.find = context.find;
    this.gallery = new Gallery(context);
    /** The latest question: an answer to an older one does not count. @type {object | null} */
    this.latest = null;
    this.listen();
  }

  leave() {
    for (const side of SIDES) this.context.map(side).shape = null;
  }

  refresh() {
    const {map, scene} = this.context;
    for (const side of SIDES) map(side).shape = scene.tool === "select" ? scene.shape : null;
    this.fillClasses();
    this.show();
  }

  fillClasses() {
    const {run} = this.context;
    const classes = SIDES.map((side) => run(side)?.classes).find(Boolean) ?? [];
    const menu = this.find("select-class");
    if (menu.options.length !== classes.length + 1) {
      const options = classes.map((name, k) => new Option(`class ${name}`, String(k)));
      menu.replaceChildren(new Option("class \u2026", ""), ...options);
    }
  }

  selected() {
    this.show();
  }

  listen() {
    const {root} = this.context;
    onClick(root, "select", (by) => {
      if (by === "clear") this.clear();
      else this.criterion(by);
    });
    onClick(root, "save", (what) => this.save(what));
    const menu = this.find("select-class");
    menu.addEventListener("change", () => {
      if (menu.value === "") this.clear();
      else this.byClass(Number(menu.value));
    });
  }

  clear() {
    this.latest = null;
    this.context.choose(null);
  }

  /** @param {Side} side @param {number[][]} polygon */
  outline(side, polygon) {
    this.ask(side, {polygon}, "in the shape", "");
  }

  /** @param {string} by "error" or "misplaced" @param {Side} side */
  criterion(by, side = this.context.active) {
    const words = by === "error" ? "largest error" : "most misplaced";
    const name = titleOf(this.context.run(side));
    this.ask(side, {by, count: CRITERION_COUNT}, `${words}, ${name}`, `${by} ${side}`);
  }

  restore() {
    const [what, which] = this.context.scene.select.split(" ");
    if (what === "class") this.byClass(Number(which));
    else if (what) this.criterion(what, /** @type {Side} */ (which));
  }

  /**
   * Ask the server for points of a map, and choose them.
   * @param {Side} side
   * @param {object} question
   * @param {string} words how they are chosen
   * @param {string} select the same, for the address
   */
  ask(side, question, words, select) {
    const {content, live, choose, tell, attempt} = this.context;
    const map = content(side);
    if (!map) return;
    const began = performance.now();
    this.latest = question;
    attempt(async () => {
      const {index} = await postPacked(`${live}/select`, {run: map.run.name, ...question});
      if (this.latest !== question) return;
      this.gallery.began = began;
      choose({dataset: map.run.dataset, index: this.visible(map, index), words}, select);
      tell("");
    });
  }

  /** What is greyed out by its class can't be chosen. @param {MapContent} map @param {Uint32Array} index */
  visible({codes}, index) {
    const {hidden} = this.context.scene;
    return [...index].filter((i) => !hidden.has(codes.labels[i]));
  }

  /** @param {number} k */
  byClass(k) {
    this.latest = null;
    const map = SIDES.map((side) => this.context.content(side)).find(Boolean);
    if (!map || k >= map.run.classes.length) return;
    const {labels} = map.codes;
    const index = [...labels.keys()].filter((i) => labels[i] === k);
    const {dataset, classes} = map.run;
    this.context.choose({dataset, index, words: `class ${classes[k]}`}, `class ${k}`);
  }

  /** Count, labels and galleries of what is chosen now. */
  show() {
    const {selection, content, root} = this.context;
    const chosen = selection?.index ?? [];
    const map = SIDES.map((side) => content(side)).find((each) => each?.run.dataset === selection?.dataset);
    const [what, which] = this.context.scene.select.split(" ");
    this.find("select-class").value = what === "class" ? which : "";
    const words = selection && `${chosen.length.toLocaleString("en")} chosen: ${selection.words}`;
    this.find("select-count").textContent = words ?? "nothing chosen yet";
    disable(root, "[data-save], [data-select=clear]", !chosen.length);
    const bars = map ? this.classBars(map, chosen) : [];
    this.find("select-bars").replaceChildren(...bars);
    this.gallery.show();
  }

  /** How many of each class are chosen. @param {MapContent} map @param {number[]} chosen */
  classBars(map, chosen) {
    const counts = map.run.classes.map(() => 0);
    for (const i of chosen) counts[map.codes.labels[i]]++;
    const most = Math.max(1, ...counts);
    const order = [...counts.keys()];
    if (counts.length > MOST_BARS) order.sort((a, b) => counts[b] - counts[a]).splice(MOST_BARS);
    return order.map((k) => {
      const n = counts[k];
      const colour = this.context.theme.colours[k];
      return classBar(map.run.classes[k], n, `width: ${(70 * n) / most}%; background: rgb(${colour})`);
    });
  }

  /** @param {string} what of DOWNLOADS */
  save(what) {
    const {selection, content, live, attempt} = this.context;
    const maps = SIDES.map((side) => content(side)).filter((map) => map?.run.dataset === selection?.dataset);
    const question = {runs: maps.map((map) => map?.run.name), index: selection?.index};
    const {name, type} = DOWNLOADS[what];
    attempt(() => download(`${live}/${what}`, question, name, type));
  }
}

/** @param {string} name @param {number} images @param {string} style */
function classBar(name, images, style) {
  const bar = document.createElement("div");
  bar.innerHTML = "<span></span><i></i><small></small>";
  bar.children[0].textContent = name;
  bar.children[1].setAttribute("style", style);
  bar.children[2].textContent = String(images);
  return bar;
}
