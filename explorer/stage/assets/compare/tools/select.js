// Select: lasso, box, or a criterion; the chosen images with both reconstructions, on both maps, and as files.

import {onClick} from "../../kit/dom.js";
import {canvas, switches} from "../../kit/html.js";
import {download, postPacked} from "../../kit/server.js";
import {SIDES} from "../sides.js";
import {Gallery} from "./gallery.js";

const COUNT = 60; // images that a criterion chooses
const MOST_BARS = 12; // classes whose counts are shown; of more the largest
const FILES = {
  table: {name: "selection.csv", type: "text/csv"},
  sheet: {name: "selection.png", type: "image/png"},
};

/** @type {import("./tool.js").Tool} */
export const select = {
  name: "select",
  help: "Choose points with a lasso or a box, by class, or by what is wrong with them (key S)",
  letter: "s",
  subject: true,
  card: () => `
      <section class="card grows" aria-label="Selection">
        <h3>choose points <small>drag on a map</small></h3>
        <div class="row">${switches("shape", "Shape of the selection", [
          ["lasso", "lasso", "Drag around points; the wheel still zooms"],
          ["box", "box", "Drag a rectangle over points"],
        ])}
          <select data-name="select-class" aria-label="Select a class" title="All points of one class"></select></div>
        <div class="row">
          <button type="button" class="plain" data-select="misplaced" title="The points most of whose 10 nearest neighbours on the active map carry another label">misplaced</button>
          <button type="button" class="plain" data-select="error" title="The points with the largest reconstruction error under the active map's run">largest error</button>
        </div>
        <p class="count" data-name="select-count" role="status"></p>
        <div class="bars" data-name="select-bars"></div>
        <div class="row">
          <button type="button" class="plain" data-save="table" title="index, label and the codes in both models">CSV</button>
          <button type="button" class="plain" data-save="sheet" title="The chosen images, on one sheet">PNG</button>
          <button type="button" class="plain" data-select="clear" title="Choose nothing (Escape)">clear</button>
        </div>
      </section>`,
  dock: (side) => `<p class="title" data-name="${side}-gallery-title"></p>
      <div class="film" data-name="${side}-gallery-box" tabindex="0" aria-label="Chosen images over their reconstructions">
        ${canvas(`data-name="${side}-gallery"`, "Chosen images over their reconstructions")}</div>`,
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
    const {map, scene, run} = this.context;
    const classes = SIDES.map((side) => run(side)?.classes).find(Boolean) ?? [];
    for (const side of SIDES) map(side).shape = scene.tool === "select" ? scene.shape : null;
    const menu = this.find("select-class");
    if (menu.options.length !== classes.length + 1) {
      const options = classes.map((name, k) => new Option(name, String(k)));
      menu.replaceChildren(new Option("class \u2026", ""), ...options);
    }
    this.show();
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
    this.find("select-class").addEventListener("change", (event) => {
      if (event.target.value !== "") this.byClass(Number(event.target.value));
      event.target.value = "";
    });
  }

  clear() {
    this.latest = null;
    this.context.choose(null);
  }

  async outline(side, polygon) {
    await this.ask(side, {polygon}, "in the shape", "");
  }

  async criterion(by, side = this.context.active) {
    const words = by === "error" ? "largest error" : "most misplaced";
    const {name} = this.context.run(side);
    await this.ask(side, {by, count: COUNT}, `${words}, ${name}`, `${by} ${side}`);
  }

  restore() {
    const [what, which] = this.context.scene.select.split(" ");
    if (what === "class") this.byClass(Number(which));
    else if (what) this.criterion(what, which);
  }

  async ask(side, question, words, select) {
    const {content, live, choose, tell} = this.context;
    const map = content(side);
    if (!map) return;
    const began = performance.now();
    this.latest = question;
    try {
      const {index} = await postPacked(`${live}/select`, {run: map.run.name, ...question});
      if (this.latest !== question) return;
      this.gallery.began = began;
      choose({dataset: map.run.dataset, index: this.visible(map, index), words}, select);
      tell("");
    } catch (error) {
      tell(error.message);
    }
  }

  /** What is greyed out by its class can't be chosen. */
  visible({codes}, index) {
    const {hidden} = this.context.scene;
    return [...index].filter((i) => !hidden.has(codes.labels[i]));
  }

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
    const words = selection && `${chosen.length.toLocaleString("en")} chosen: ${selection.words}`;
    this.find("select-count").textContent = words ?? "nothing chosen yet";
    for (const button of root.querySelectorAll("[data-save], [data-select=clear]")) {
      /** @type {HTMLButtonElement} */ (button).disabled = !chosen.length;
    }
    this.showClasses(map, chosen);
    this.gallery.show();
  }

  /** How many of each class are chosen. */
  showClasses(map, chosen) {
    const counts = map ? map.run.classes.map(() => 0) : [];
    for (const i of map ? chosen : []) counts[map.codes.labels[i]]++;
    const most = Math.max(1, ...counts);
    const order = [...counts.keys()];
    if (counts.length > MOST_BARS) order.sort((a, b) => counts[b] - counts[a]).splice(MOST_BARS);
    const bars = order.map((k) => {
      const n = counts[k];
      const colour = this.context.theme.colours[k];
      return classBar(map.run.classes[k], n, `width: ${(70 * n) / most}%; background: rgb(${colour})`);
    });
    this.find("select-bars").replaceChildren(...bars);
  }

  async save(what) {
    const {selection, content, live, tell} = this.context;
    const maps = SIDES.map((side) => content(side)).filter((map) => map?.run.dataset === selection?.dataset);
    const question = {runs: maps.map((map) => map?.run.name), index: selection?.index};
    try {
      await download(`${live}/${what}`, question, FILES[what].name, FILES[what].type);
    } catch (error) {
      tell(error.message);
    }
  }
}

function classBar(name, images, style) {
  const bar = document.createElement("div");
  bar.innerHTML = "<span></span><i></i><small></small>";
  bar.children[0].textContent = name;
  bar.children[1].setAttribute("style", style);
  bar.children[2].textContent = images;
  return bar;
}
