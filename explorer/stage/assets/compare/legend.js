// The legend: the classes, and the scales of points and layer, always of what the maps show now.

import {short} from "../kit/numbers.js";
import * as scales from "../map/scales.js";
import {isShown, titleOf} from "./data.js";
import {SIDES} from "./sides.js";

const LONGEST_NAME_WITH_COUNT = 7; // letters: with longer names the counts are left out

/**
 * @typedef {import("./sides.js").Side} Side
 * @typedef {import("./data.js").Words} Words
 * @typedef {import("./data.js").Run} Run
 * @typedef {{low?: number, high?: number, reason?: string, failed?: boolean}} Range or why there is none
 * @typedef {{run: Run | undefined, range: Range | null | undefined}} RunRange
 */

export class Legend {
  /**
   * @param {import("./tools/tool.js").Context} context
   * @param {Record<Side, import("./side.js").MapSide>} sides
   * @param {import("./colouring.js").Colouring} colouring
   */
  constructor(context, sides, colouring) {
    this.context = context;
    this.sides = sides;
    this.colouring = colouring;
    /** @type {HTMLElement} */
    this.list = context.find("classes");
    this.listen();
  }

  /** @returns {HTMLElement[]} */
  get buttons() {
    return /** @type {HTMLElement[]} */ ([...this.list.children]);
  }

  /** @param {import("./data.js").Menus} words */
  fill(words) {
    const {scene, theme} = this.context;
    this.fillClasses();
    const layered = scene.layer !== "none" && scene.layer !== "regions";
    this.scale("layer-legend", layered ? words.layers[scene.layer] : null, theme.layerScale, (side) => {
      const {layer} = this.sides[side].map.layers;
      return layer?.name === scene.layer ? layer : null;
    });
    const valued = scene.colour !== "class" && scene.points;
    this.scale("point-legend", valued ? words.values[scene.colour] : null, theme.pointScale, (side) =>
      this.colouring.current(side),
    );
  }

  fillClasses() {
    const {scene, theme, find} = this.context;
    this.nameClasses();
    for (const [k, button] of this.buttons.entries()) {
      button.setAttribute("aria-pressed", String(!scene.hidden.has(k)));
      button.style.setProperty("--colour", `rgb(${theme.colours[k]})`);
    }
    this.list.classList.toggle("bare", !this.swatches());
    find("class-hint").textContent =
      scene.layer === "regions" ? "layer: pale is unsure" : "click to grey out";
  }

  /** The buttons of the classes, made anew where the classes or their counts are others. */
  nameClasses() {
    const run = SIDES.map((side) => this.sides[side].run).find((each) => each?.classes);
    const names = run?.classes ?? [];
    const counts = run?.counts ?? [];
    const key = [...names, ...counts].join("|");
    if (this.list.dataset.names === key) return;
    this.list.dataset.names = key;
    const long = names.some((name) => name.length > LONGEST_NAME_WITH_COUNT);
    this.list.classList.toggle("long", long);
    this.list.replaceChildren(...names.map((name, k) => classButton(name, counts[k], k)));
  }

  /** Whether the maps show anything in the colours of the classes. */
  swatches() {
    const {scene} = this.context;
    const waiting = SIDES.some((side) => this.sides[side].content && !this.colouring.current(side));
    return (scene.points && (scene.colour === "class" || waiting)) || scene.layer === "regions";
  }

  /**
   * One scale, and for each run the numbers at its two ends: each map has its own range.
   * @param {string} name of its box
   * @param {Words | null} words none: the box is hidden
   * @param {number[][]} colours
   * @param {(side: Side) => Range | null | undefined} rangeOf
   */
  scale(name, words, colours, rangeOf) {
    const box = this.context.find(name);
    box.hidden = !words;
    if (!words) return;
    fillScale(box, words, colours);
    const ranges = SIDES.map((side) => ({run: this.sides[side].run, range: rangeOf(side)}));
    const alike = areAlike(ranges);
    for (const {run, range} of alike ? ranges.slice(0, 1) : ranges) {
      if (isShown(run)) box.append(scaleRow(alike ? "both" : titleOf(run), titleOf(run), range));
    }
  }

  listen() {
    let before = new Set(this.context.scene.hidden); // what was hidden before a double click's first half
    this.list.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("[data-class]");
      if (!(button instanceof HTMLElement)) return;
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

  /** Show one class alone; or all again, if it was alone. @param {number} k @param {Set<number>} before */
  alone(k, before = this.context.scene.hidden) {
    const all = this.buttons.map((button) => Number(button.dataset.class));
    const others = all.filter((c) => c !== k);
    if (others.length === all.length) return;
    const was = others.every((c) => before.has(c)) && !before.has(k);
    this.context.change({hidden: new Set(was ? [] : others)});
  }
}

/**
 * The title of a scale, and its colours.
 * @param {HTMLElement} box
 * @param {Words} words
 * @param {number[][]} colours
 */
function fillScale(box, words, colours) {
  box.title = words.help + (words.ends ?? "");
  const heading = part("h3", words.title);
  heading.append(part("small", ` ${words.unit}`));
  const bar = document.createElement("div");
  bar.className = "ramp";
  bar.style.background = scales.css(colours);
  box.replaceChildren(heading, bar);
  if (words.log) box.append(part("p", "log scale, each map its own"));
}

/** Whether the runs of both maps are two, and have one range. @param {RunRange[]} ranges */
function areAlike([left, right]) {
  if (!left.range || !right.range || left.run?.name === right.run?.name) return false;
  return left.range.low === right.range.low && left.range.high === right.range.high;
}

/** @param {string} tag @param {string} text */
function part(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/**
 * The ends of a run's scale, about its name, or why there are none.
 * @param {string} title
 * @param {string} name of the run
 * @param {Range | null | undefined} range
 */
function scaleRow(title, name, range) {
  const row = document.createElement("p");
  /** @param {number | undefined} value */
  const end = (value) => part("span", value === undefined ? "" : short(value));
  let text = title + (range ? "" : ": computing \u2026");
  if (range?.reason) {
    text = `${name}: ${range.failed ? "failed" : "none"}`;
    row.title = range.reason;
  }
  row.append(end(range?.low), part("b", text), end(range?.high));
  return row;
}

/** @param {string} name @param {number} images of the class @param {number} k its number */
function classButton(name, images, k) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.class = String(k);
  button.setAttribute("aria-label", `class ${name}, ${images} test images`);
  button.append(document.createElement("i"), part("b", name), part("small", String(images)));
  return button;
}
