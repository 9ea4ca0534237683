// The legend: the classes, and the scales of points and layer, always of what the maps show now.

import {short} from "../kit/numbers.js";
import * as scales from "../map/scales.js";
import {SIDES} from "./sides.js";

const LONG = 7; // letters: with longer names the counts are left out

export class Legend {
  /**
   * @param {any} context
   * @param {Record<string, import("./side.js").MapSide>} sides
   * @param {import("./colouring.js").Colouring} colouring
   */
  constructor(context, sides, colouring) {
    this.context = context;
    this.sides = sides;
    this.colouring = colouring;
    this.list = context.find("classes");
    this.listen();
  }

  /** @param {{layers: Record<string, any>, values: Record<string, any>}} words of the menus */
  fill(words) {
    const {scene, theme} = this.context;
    this.fillClasses();
    const layered = scene.layer !== "none" && scene.layer !== "regions";
    this.scale("layer-legend", layered ? words.layers[scene.layer] : null, theme.layerScale, (side) => {
      const {field} = this.sides[side].map.layers;
      return field?.layer === scene.layer ? field : null;
    });
    const valued = scene.colour !== "class" && scene.points;
    this.scale("point-legend", valued ? words.values[scene.colour] : null, theme.pointScale, (side) =>
      this.colouring.current(side),
    );
  }

  fillClasses() {
    const {scene, theme} = this.context;
    const run = SIDES.map((side) => this.sides[side].run).find((each) => each?.classes);
    const names = run?.classes ?? [];
    const key = [...names, ...(run?.counts ?? [])].join("|");
    if (this.list.dataset.names !== key) {
      this.list.dataset.names = key;
      this.list.classList.toggle(
        "long",
        names.some((name) => name.length > LONG),
      );
      this.list.replaceChildren(...names.map((name, k) => classButton(name, run.counts[k], k)));
    }
    for (const [k, button] of [...this.list.children].entries()) {
      button.setAttribute("aria-pressed", !scene.hidden.has(k));
      button.style.setProperty("--colour", `rgb(${theme.colours[k]})`);
    }
    this.list.classList.toggle("bare", !this.swatches());
    const hint = scene.layer === "regions" ? "layer: pale is unsure" : "click to grey out";
    this.context.find("class-hint").textContent = hint;
  }

  /** Whether the maps show anything in the colours of the classes. */
  swatches() {
    const {scene} = this.context;
    const waiting = SIDES.some((side) => this.sides[side].content && !this.colouring.current(side));
    return (scene.points && (scene.colour === "class" || waiting)) || scene.layer === "regions";
  }

  /** One scale, and for each run the numbers at its two ends: each map has its own range. */
  scale(name, words, colours, rangeOf) {
    const box = this.context.find(name);
    box.hidden = !words;
    if (!words) return;
    box.title = words.help + (words.ends ?? "");
    box.innerHTML = `<h3></h3><div class="ramp"></div>`;
    box.querySelector("h3").append(words.title, part("small", ` ${words.unit}`));
    box.querySelector(".ramp").style.background = scales.css(colours);
    if (words.log) box.append(part("p", "log scale, each map its own"));
    const [left, right] = SIDES.map((side) => ({run: this.sides[side].run, range: rangeOf(side)}));
    const ends = ({range}) => [range?.low, range?.high].join();
    const alike = left.range && right.range && ends(left) === ends(right) && left.run.name !== right.run.name;
    for (const {run, range} of alike ? [left] : [left, right]) {
      if (run && !run.error) box.append(scaleRow(alike ? "both" : run.name, run.name, range));
    }
  }

  listen() {
    let before = new Set(this.context.scene.hidden); // what was hidden before the first half of a double click
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-class]");
      if (!button) return;
      const k = Number(button.dataset.class);
      const hidden = new Set(this.context.scene.hidden);
      if (event.shiftKey) {
        this.alone(k);
      } else if (event.detail > 1) {
        this.alone(k, before);
      } else {
        before = new Set(hidden);
        if (!hidden.delete(k)) hidden.add(k);
        this.context.change({hidden});
      }
    });
  }

  /** Show one class alone; or all again, if it was alone. */
  alone(k, before = this.context.scene.hidden) {
    const all = [...this.list.children].map((button) => Number(button.dataset.class));
    const others = all.filter((c) => c !== k);
    if (others.length === all.length) return;
    const was = others.every((c) => before.has(c)) && !before.has(k);
    this.context.change({hidden: new Set(was ? [] : others)});
  }
}

function part(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/** The ends of a run's scale, about its name, or why there are none. */
function scaleRow(title, name, range) {
  const row = document.createElement("p");
  const end = (value) => part("span", value === undefined ? "" : short(value));
  let text = title + (range ? "" : ": computing \u2026");
  if (range?.reason) {
    text = `${name}: ${range.failed ? "failed" : "none"}`;
    row.title = range.reason;
  }
  row.append(end(range?.low), part("b", text), end(range?.high));
  return row;
}

function classButton(name, images, k) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.class = String(k);
  button.setAttribute("aria-label", `class ${name}, ${images} test images`);
  button.append(document.createElement("i"), part("b", name), part("small", images));
  return button;
}
