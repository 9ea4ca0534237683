// Select: lasso, box, or a criterion; the chosen images with both reconstructions, on both maps, and as files.

import {codeAt} from "../chart.js";
import {SIDES, switches} from "../markup.js";
import * as paint from "../paint.js";
import {download, postPacked} from "../wire.js";

const SHOWN = 60; // images of the gallery
const WANTED = 60; // images that a criterion chooses

export class Select {
  static name = "select";
  static title = "select";
  static help = "Choose points with a lasso or a box, by class, or by what is wrong with them (key S)";

  static card() {
    return `
      <section class="card grows" aria-label="Selection">
        <h3>choose points <small>drag on a map</small></h3>
        <div class="row">${switches("shape", "Shape of the selection", [
          ["lasso", "lasso", "Drag around points; the wheel still zooms"],
          ["box", "box", "Drag a rectangle over points"]])}
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
      </section>`;
  }

  static dock(side) {
    return `<p class="title" data-name="${side}-gallery-title"></p>
      <div class="film" data-name="${side}-gallery-box" tabindex="0" aria-label="Chosen images over their reconstructions">
        <canvas data-name="${side}-gallery" role="img" aria-label="Chosen images over their reconstructions"></canvas></div>`;
  }

  constructor(stage) {
    Object.assign(this, {stage, find: stage.find, images: {}});
    this.listen();
  }

  leave() { for (const side of SIDES) this.stage.maps[side].shape = null; }

  refresh() {
    const {maps, scene, runs} = this.stage, classes = SIDES.map((s) => runs[s]?.classes).find(Boolean) ?? [];
    for (const side of SIDES) maps[side].shape = scene.tool === "select" ? scene.shape : null;
    const menu = this.find("select-class");
    if (menu.options.length !== classes.length + 1) {
      menu.replaceChildren(new Option("class \u2026", ""), ...classes.map((name, k) => new Option(name, String(k))));
    }
    this.show();
  }

  listen() {
    const {root} = this.stage;
    root.addEventListener("click", (event) => {
      const by = event.target.closest("[data-select]")?.dataset.select, file = event.target.closest("[data-save]")?.dataset.save;
      if (by === "clear") { this.newest = null; this.stage.choosePoints(null); }
      else if (by) this.criterion(by);
      if (file) this.save(file);
    });
    this.find("select-class").addEventListener("change", (event) => {
      if (event.target.value !== "") this.byClass(Number(event.target.value));
      event.target.value = "";
    });
    const [left, right] = SIDES.map((side) => this.find(`${side}-gallery-box`));
    for (const [one, other] of [[left, right], [right, left]]) { // both galleries show the same images
      one.addEventListener("scroll", () => { if (other.scrollLeft !== one.scrollLeft) other.scrollLeft = one.scrollLeft; });
    }
  }

  async shape(side, polygon) { await this.ask(side, {polygon}, "in the shape", ""); }

  async criterion(by, side = this.stage.active) {
    const words = by === "error" ? "largest error" : "most misplaced";
    await this.ask(side, {by, count: WANTED}, `${words}, ${this.stage.runs[side].name}`, `${by} ${side}`);
  }

  /** Select again what the address says, once the maps are there. */
  restore() {
    const [what, which] = this.stage.scene.select.split(" ");
    if (what === "class") this.byClass(Number(which));
    else if (what) this.criterion(what, which);
  }

  async ask(side, question, words, select) {
    if (!this.stage.loaded[side]) return;
    const run = this.stage.runs[side], began = performance.now();
    this.newest = question;
    try {
      const {index} = await postPacked(`${this.stage.live}/select`, {run: run.name, ...question});
      if (this.newest !== question) return;
      this.began = began;
      this.stage.choosePoints({dataset: run.dataset, index: this.visible(side, index), words}, select);
      this.stage.tell("");
    } catch (error) {
      this.stage.tell(error.message);
    }
  }

  /** What is greyed out by its class can't be chosen. */
  visible(side, index) {
    const {labels} = this.stage.loaded[side].codes;
    return [...index].filter((i) => !this.stage.scene.hidden.has(labels[i]));
  }

  byClass(k) {
    this.newest = null;
    const side = SIDES.find((s) => this.stage.loaded[s]), {labels} = this.stage.loaded[side].codes;
    const index = [...labels.keys()].filter((i) => labels[i] === k), {dataset, classes} = this.stage.runs[side];
    if (k < classes.length) this.stage.choosePoints({dataset, index, words: `class ${classes[k]}`}, `class ${k}`);
  }

  /** Count, labels and galleries of what is chosen now. */
  show() {
    const {selection, runs, loaded, theme} = this.stage, chosen = selection?.index ?? [];
    const side = SIDES.find((s) => loaded[s] && runs[s].dataset === selection?.dataset);
    this.find("select-count").textContent = selection ? `${chosen.length.toLocaleString("en")} chosen: ${selection.words}` : "nothing chosen yet";
    for (const button of this.stage.root.querySelectorAll("[data-save], [data-select=clear]")) button.disabled = !chosen.length;
    const counts = side ? runs[side].classes.map((_, k) => chosen.reduce((n, i) => n + (loaded[side].codes.labels[i] === k), 0)) : [];
    const most = Math.max(1, ...counts);
    this.find("select-bars").replaceChildren(...counts.map((n, k) => {
      const bar = document.createElement("div");
      bar.innerHTML = "<span></span><i></i><small></small>";
      bar.children[0].textContent = runs[side].classes[k];
      bar.children[1].style.cssText = `width: ${(70 * n) / most}%; background: rgb(${theme.colours[k]})`;
      bar.children[2].textContent = n;
      return bar;
    }));
    this.gallery(chosen.slice(0, SHOWN));
  }

  gallery(shown) {
    const {selection, runs, loaded, decoder, root} = this.stage;
    for (const side of SIDES) {
      const same = loaded[side] && runs[side].dataset === selection?.dataset;
      this.find(`${side}-gallery-title`).textContent = !selection ? "the chosen images will stand here, over their reconstructions"
        : !same ? "this map shows other data" : `${this.howMany(side, shown.length)}, over what ${runs[side].name} makes of them`;
      if (!same || !shown.length) { this.draw(side, [], []); continue; }
      const {codes, images} = loaded[side], {name: run, shape} = runs[side];
      const items = shown.map((i) => ({run, z: codeAt(codes, i), shape}));
      decoder.ask(`gallery-${side}`, items, (decoded) => {
        if (this.stage.selection !== selection) return;
        this.draw(side, shown.map((i) => images.at(i)), decoded);
        root.dataset.galleries = Number(root.dataset.galleries ?? 0) + 1;
        if (this.began) root.dataset.selectLatency = (performance.now() - this.began).toFixed(1);
      });
    }
  }

  /** The side of a tile; tiles that do not all fit are cut at the edge, so that one sees there are more. */
  tile(side) { return Math.max(16, Math.floor(this.find(`${side}-gallery-box`).clientHeight / 2)); }

  howMany(side, count) {
    const fit = Math.floor(this.find(`${side}-gallery-box`).clientWidth / this.tile(side)), all = this.stage.selection.index.length;
    return fit >= all ? `all ${all}` : `${Math.min(fit, count)} of ${all.toLocaleString("en")} (scroll for ${count})`;
  }

  draw(side, originals, decoded) {
    paint.contactSheet(this.find(`${side}-gallery`), [originals, decoded], this.tile(side), this.stage.theme.ink);
  }

  async save(what) {
    const {selection, runs, loaded, live} = this.stage;
    const names = SIDES.filter((s) => loaded[s] && runs[s].dataset === selection.dataset).map((s) => runs[s].name);
    const [name, type] = what === "table" ? ["selection.csv", "text/csv"] : ["selection.png", "image/png"];
    try {
      await download(`${live}/${what}`, {runs: names, index: selection.index}, name, type);
    } catch (error) {
      this.stage.tell(error.message);
    }
  }
}
