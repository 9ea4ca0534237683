// The row of controls that pages about one image share: which run, which image, which pixels.

import {switches} from "./markup.js";

/** The row's HTML; `tools` stand before the way to the page Compare. */
export const questionBar = (tools) => `
  <div class="bar" data-name="bar">
    <span>run</span>
    <select data-name="run" aria-label="Run" title="A run with a prior: without one there is no log p(x)"></select>
    <span>test image</span>
    <input type="number" min="0" step="1" data-name="image" aria-label="Number of the test image" title="Number of the test image">
    <div class="group">
      <button type="button" data-do="before" aria-label="Image before" title="The image before">\u2039</button>
      <button type="button" data-do="after" aria-label="Next image" title="The next image">\u203a</button>
      <button type="button" data-do="random" title="Any test image">random</button>
      <button type="button" data-do="drawing" data-name="drawing" title="What you drew on the page Compare">drawing</button>
    </div>
    <span>pixels</span>
    ${switches("pixels", "Pixels", [
      ["binarised", "black or white", "Every pixel drawn once as Bernoulli(grey value), seed 0: then log p(x) is the logarithm of a probability"],
      ["grey", "grey", "Grey values as they are: the Bernoulli formula is then a cross-entropy, not a probability"]])}
    <span class="gap"></span>
    ${tools}
    <div class="group"><button type="button" data-do="compare" title="This image on the maps of the page Compare">on the maps</button></div>
  </div>`;

/** What the row shows of a question; runs that are gone stay in the menu while they are asked about. */
export function fillQuestion(find, question, runs) {
  const names = runs.includes(question.run) ? runs : [question.run, ...runs], menu = find("run");
  menu.replaceChildren(...names.map((name) => new Option(name, name, name === question.run, name === question.run)));
  const field = find("image");
  if (!("typed" in field.dataset)) field.value = question.image < 0 ? "" : question.image;
  find("drawing").setAttribute("aria-pressed", question.image < 0);
  for (const button of find("bar").querySelectorAll('[data-set="pixels"]')) {
    button.setAttribute("aria-pressed", button.dataset.value === question.pixels);
  }
}

/** Take the number that is typed into the field of the image. Until it is entered, no update overwrites it. */
export function hearImage(field, take) {
  const entered = () => { delete field.dataset.typed; };
  field.addEventListener("input", () => { field.dataset.typed = ""; });
  field.addEventListener("blur", entered);
  field.addEventListener("change", () => { entered(); take(Math.max(0, Math.floor(Number(field.value) || 0))); });
}

/** Tells what Python says because we asked for it from what it says because the person went to another address. */
export class Told {
  /** `left` is called when the person goes back or forward: what was not said yet is not to be said. */
  constructor(left = () => {}) {
    this.pending = [];
    this.gone = () => { this.pending = []; this.away = true; left(); };
    addEventListener("popstate", this.gone);
  }

  commit(question) {
    this.away = false;
    const key = JSON.stringify(question);
    if (key !== (this.pending.at(-1) ?? this.last)) this.pending.push(key);
  }

  /** Whether Python's question is news to us, who hold `ours`. */
  moved(question, ours) {
    const key = JSON.stringify(question), at = this.pending.indexOf(key), before = this.last;
    this.last = key;
    if (this.away) { // Python may never have shown what we said last
      this.away = key === JSON.stringify(ours); // that was on its way before
      return !this.away;
    }
    if (at >= 0) this.pending.splice(0, at + 1);
    return at < 0 && before !== undefined && before !== key;
  }

  retire() { removeEventListener("popstate", this.gone); }
}

/** What was drawn in this tab, as c * h * w bytes; null where nothing was, or something of another shape. */
export function drawing([c, h, w]) {
  try {
    const bytes = JSON.parse(sessionStorage.getItem("drawing"));
    return bytes?.length === c * h * w ? bytes : null;
  } catch { return null; }
}

/** What the live routes are asked: a drawing comes along. */
export function asQuestion({run, image, pixels}, shape) {
  return {run, image, pixels, ...(image < 0 ? {drawing: drawing(shape)} : {})};
}

/** What the image is called. */
export function caption({image}, {classes, labelled}, labels) {
  return image < 0 ? "your drawing" : `test image ${image}${labelled ? `, a ${classes[labels[image]]}` : ""}`;
}

/** For a question that has no answer: the image that is asked about instead, and what is said of it. */
export function instead({image}, count, shape) {
  if (image < 0 && !drawing(shape)) return {image: 0, note: NO_DRAWING};
  if (image >= count) return {image: count - 1, note: `There are ${count.toLocaleString("en")} test images: the last is ${count - 1}.`};
  return null;
}

export const NO_DRAWING = "There is no drawing yet: the tool draw of the page Compare makes one.";
