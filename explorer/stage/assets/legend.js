// The legend: the classes, and the scales of points and layer, always of what the maps show now.

import {SIDES} from "./markup.js";
import * as scales from "./scales.js";

export class Legend {
  constructor(stage) {
    this.stage = stage;
    this.find = stage.find;
    this.list = this.find("classes");
    this.listen();
  }

  fill() {
    const {runs, scene, theme, data} = this.stage, run = SIDES.map((s) => runs[s]).find((r) => r?.classes);
    const names = run?.classes ?? [];
    const key = [...names, ...(run?.counts ?? [])].join("|");
    if (this.list.dataset.names !== key) {
      this.list.dataset.names = key;
      this.list.classList.toggle("long", names.some((name) => name.length > 7));
      this.list.replaceChildren(...names.map((name, k) => this.button(name, run.counts[k], k)));
    }
    for (const [k, button] of [...this.list.children].entries()) {
      button.setAttribute("aria-pressed", !scene.hidden.has(k));
      button.style.setProperty("--colour", `rgb(${theme.colours[k]})`);
    }
    const {colouring: {values}, loaded} = this.stage, waiting = SIDES.some((s) => loaded[s] && values[s]?.colour !== scene.colour);
    const swatches = (scene.points && (scene.colour === "class" || waiting)) || scene.layer === "regions";
    this.list.classList.toggle("bare", !swatches);
    this.find("class-hint").textContent = scene.layer === "regions" ? "layer: pale is unsure" : "click to grey out";
    this.scale("layer-legend", scene.layer === "none" || scene.layer === "regions" ? null : data.layers[scene.layer], theme.layerScale,
               (side) => (this.stage.maps[side].field?.layer === scene.layer ? this.stage.maps[side].field : null));
    this.scale("point-legend", scene.colour === "class" || !scene.points ? null : data.values[scene.colour], theme.pointScale,
               (side) => (this.stage.colouring.values[side]?.colour === scene.colour ? this.stage.colouring.values[side] : null));
  }

  /** One scale, and for each run the numbers at its two ends: each map has its own range. */
  scale(name, words, colours, found) {
    const box = this.find(name);
    box.hidden = !words;
    if (!words) return;
    box.title = words.help + (words.ends ?? "");
    box.innerHTML = `<h3></h3><div class="ramp"></div>`;
    box.querySelector("h3").textContent = words.title;
    const small = document.createElement("small");
    small.textContent = ` ${words.unit}`;
    box.querySelector("h3").append(small);
    box.querySelector(".ramp").style.background = scales.css(colours);
    const {runs} = this.stage, ranges = {left: found("left"), right: found("right")}, {left: one, right: other} = ranges;
    if (words.log) {
      const note = document.createElement("p");
      note.textContent = "log scale, each map its own";
      box.append(note);
    }
    const alike = one && other && one.low === other.low && one.high === other.high && runs.left?.name !== runs.right?.name;
    for (const side of alike ? ["left"] : SIDES) {
      const run = runs[side], range = ranges[side], row = document.createElement("p");
      if (!run || run.error) continue;
      row.innerHTML = "<span></span><b></b><span></span>";
      const end = (value) => (value === undefined ? "" : scales.short(value));
      const cells = [end(range?.low), (alike ? "both" : run.name) + (range ? "" : ": computing \u2026"), end(range?.high)];
      if (range?.reason) { cells[1] = `${run.name}: ${range.failed ? "failed" : "none"}`; row.title = range.reason; }
      cells.forEach((text, k) => { row.children[k].textContent = text; });
      box.append(row);
    }
  }

  button(name, count, k) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.class = k;
    button.setAttribute("aria-label", `class ${name}, ${count} test images`);
    button.innerHTML = "<i></i><b></b><small></small>";
    button.querySelector("b").textContent = name;
    button.querySelector("small").textContent = count;
    return button;
  }

  listen() {
    let before = new Set(this.stage.data?.scene.hidden);
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-class]");
      if (!button) return;
      const k = Number(button.dataset.class), hidden = new Set(this.stage.scene.hidden);
      if (event.shiftKey) { this.alone(k); return; }
      if (event.detail > 1) { this.alone(k, before); return; }
      before = new Set(hidden); // a double click judges by what was before its first half
      if (!hidden.delete(k)) hidden.add(k);
      this.stage.set("hidden", hidden);
    });
  }

  /** Show one class alone; or all again, if it was alone. */
  alone(k, before = this.stage.scene.hidden) {
    const others = [...this.list.children].map((b) => Number(b.dataset.class)).filter((c) => c !== k);
    if (others.length === this.list.children.length) return;
    const was = others.every((c) => before.has(c)) && !before.has(k);
    this.stage.set("hidden", new Set(was ? [] : others));
  }
}
