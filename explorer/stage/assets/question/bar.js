// The row of controls that pages about one image share: which run, which image, which pixels.

import {switches} from "../kit/html.js";
import {runOptions} from "../kit/runs.js";
import {CHOICES_HTML, uploadButton} from "./upload.js";

/** @type {import("../kit/html.js").Choice[]} */
const PIXEL_CHOICES = [
  [
    "binarised",
    "black or white",
    "Every pixel drawn once as Bernoulli(grey value), seed 0: then log p(x) is the logarithm of a " +
      "probability",
  ],
  [
    "grey",
    "grey",
    "Grey values as they are: the Bernoulli formula is then a cross-entropy, not a probability",
  ],
];

/** The row's HTML. @param {string} tools what stands before the way to the page Compare */
export const questionBar = (tools) => `
  <div class="bar" data-name="bar">
    <span>run</span>
    <select data-name="run" aria-label="Run"
      title="A run with a prior: without one there is no log p(x)"></select>
    <span>test image</span>
    <input type="number" min="0" step="1" data-name="image"
      aria-label="Number of the test image" title="Number of the test image">
    <div class="group">
      <button type="button" data-do="before"
        aria-label="Image before" title="The image before">\u2039</button>
      <button type="button" data-do="after" aria-label="Next image" title="The next image">\u203a</button>
      <button type="button" data-do="random" title="Any test image">random</button>
      <button type="button" data-do="drawing" data-name="drawing"
        title="What you drew on the page Compare">drawing</button>
    </div>
    ${uploadButton("")}
    <span>pixels</span>
    ${switches("pixels", "Pixels", PIXEL_CHOICES)}
    <span class="gap"></span>
    ${tools}
    <div class="group">
      <button type="button" data-do="compare"
        title="This image on the maps of the page Compare">on the maps</button>
    </div>
    ${CHOICES_HTML}
  </div>`;

/**
 * Show a question in the row; runs that are gone stay in the menu while they are asked about.
 * @param {import("../kit/dom.js").Find} find
 * @param {import("./question.js").Question} question
 * @param {string[]} runs that can be asked
 * @param {Record<string, string>} unusable folders that are no runs, and why
 * @param {boolean} drawable whether a picture can be brought to the form of the run's images
 */
export function fillBar(find, question, runs, unusable, drawable) {
  const names = runs.includes(question.run) ? runs : [question.run, ...runs];
  find("run").replaceChildren(...runOptions(names, unusable));
  find("run").value = question.run;
  const field = find("image");
  if (!("typed" in field.dataset)) field.value = question.image < 0 ? "" : question.image;
  find("upload").parentElement.hidden = !drawable;
  find("drawing").setAttribute("aria-pressed", question.image < 0);
  for (const button of find("bar").querySelectorAll('[data-set="pixels"]')) {
    button.setAttribute("aria-pressed", button.dataset.value === question.pixels);
  }
}

/**
 * Take the number that is typed into the field of the image. Until it is entered, no update overwrites it.
 * @param {HTMLInputElement} field
 * @param {(image: number) => void} take
 */
export function onImageEntered(field, take) {
  const entered = () => {
    delete field.dataset.typed;
  };
  field.addEventListener("input", () => {
    field.dataset.typed = "";
  });
  field.addEventListener("blur", entered);
  field.addEventListener("change", () => {
    entered();
    take(Math.max(0, Math.floor(Number(field.value) || 0)));
  });
}
