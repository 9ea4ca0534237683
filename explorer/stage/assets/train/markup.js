// The HTML of the page Train together: what stands where, and its help texts.

import {SIDES} from "../compare/sides.js";
import {escaped} from "../kit/dom.js";
import {switches} from "../kit/html.js";

/** @typedef {import("../compare/sides.js").Side} Side */

const SMALLEST_MAP = 220; // CSS pixels of a map's side
const ASIDE = 17.8; // em: the column beside the maps (page.css)
const GAPS_BESIDE = 34; // CSS pixels
const GAP_BELOW = 22; // CSS pixels
const SPEEDS = [
  ["", "full speed"],
  ["100", "100 steps a second"],
  ["30", "30 steps a second"],
  ["10", "10 steps a second"],
  ["2", "2 steps a second"],
];
const START_HELP = "Train both models from the same seed, on the same batches (space: start, pause, resume)";
const FRAME_HELP =
  "The codes of 1,000 test images, and images decoded from a grid of codes. " +
  "Wheel zooms, drag pans, a double click shows all";
const DIGITS_HELP = "Three test images, and under each what the model makes of its code";
const SAMPLES_HELP =
  "Images decoded from twenty codes drawn from N(0, I), the same codes in both models all along";
const LOSSES_HELP =
  "A term of both trainings over the epochs: lines of the training batches, smoothed; dots of the test set. " +
  "Orange: the left model; blue: the right";
const SCRUB_HELP = "Back through what happened; at its right end the training of now";

/**
 * Give the maps the size that the window leaves them; returns it, without their frames.
 * @param {HTMLElement} root
 * @param {import("../kit/dom.js").Find} find
 */
export function layOut(root, find) {
  const box = root.getBoundingClientRect();
  const heights = ["bar", "story", "left-head", "left-under", "scrub-row"].map(
    (name) => find(name).offsetHeight,
  );
  const high = box.height - heights.reduce((a, b) => a + b) - GAP_BELOW;
  const em = Number.parseFloat(getComputedStyle(root).fontSize);
  const wide = (box.width - ASIDE * em - GAPS_BESIDE) / 2;
  const size = Math.max(SMALLEST_MAP, Math.floor(Math.min(wide, high)));
  root.style.setProperty("--map", `${size}px`);
  return size - 2;
}

/** @param {Record<string, string>} titles by name */
const options = (titles) =>
  Object.entries(titles)
    .map(([name, title]) => `<option value="${escaped(name)}">${escaped(title)}</option>`)
    .join("");

/** @param {Record<string, string>} datasets titles by name */
const bar = (datasets) => `
  <div class="bar" data-name="bar">
    <div class="group"><button type="button" class="primary filled" data-do="go" data-name="go"
      title="${START_HELP}">start</button>
      <button type="button" data-do="step" data-name="step" title="One step of both optimisers, then pause"
        >one step</button>
      <button type="button" data-do="again" data-name="again" title="Begin anew, with the settings of now"
        >restart</button></div>
    <select data-name="speed" aria-label="Speed" title="Speed">${SPEEDS.map(
      ([value, text]) => `<option value="${value}">${text}</option>`,
    ).join("")}</select>
    <span class="gap"></span>
    <span>data</span>
    <select data-name="dataset" aria-label="Data set" title="The data set of the next start"
      >${options(datasets)}</select>
    <span>hidden units</span>
    <input type="number" data-name="width" min="16" max="1024" step="16" value="192" aria-label="Hidden units"
      title="Units of a hidden layer, from the next start on">
    <span>seed</span>
    <input type="number" data-name="seed" min="0" max="4294967295" value="0" aria-label="Seed"
      title="Of weights, batches and noise, from the next start on">
    <span>range</span>
    ${switches("range", "Range of the maps", [
      ["own", "own", "Each map shows the square that holds its own codes"],
      ["common", "same", "Both maps show one square that holds both clouds of codes"],
    ])}
    <div class="group"><button type="button" data-do="keep" data-name="keep"
      title="Finish at the end of this epoch, and keep both as runs, with their films">keep \u2026</button>
      <button type="button" data-do="discard" data-name="discard" title="End the training, and keep nothing"
        >discard</button></div>
  </div>`;

/** @param {Side} side @param {Record<string, string>} families titles by name */
const head = (side, families) => `
    <header data-name="${side}-head">
      <select data-name="${side}-family" aria-label="Family on the ${side}"
        title="What is trained on this side, from the next start on">${options(families)}</select>
      <span class="live" data-name="${side}-live"></span>
      <span class="where" data-name="${side}-where"></span>
    </header>`;

/** @param {Side} side */
const frame = (side) => `
    <div class="frame" data-name="${side}-frame" role="application" tabindex="0"
      aria-label="${side} map. ${FRAME_HELP}" title="">
      <p class="error" data-name="${side}-error" role="alert" hidden></p>
    </div>`;

/** @param {Side} side */
const under = (side) => `
    <div class="strip" data-name="${side}-under">
      <figure title="${DIGITS_HELP}"><canvas data-name="${side}-digits" width="1" height="1" role="img"
        aria-label="${DIGITS_HELP}"></canvas><figcaption>reconstructed</figcaption></figure>
      <figure title="${SAMPLES_HELP}"><canvas data-name="${side}-samples" width="1" height="1" role="img"
        aria-label="${SAMPLES_HELP}"></canvas><figcaption>samples, z ~ N(0, I)</figcaption></figure>
    </div>`;

/** @param {Side} side */
const losses = (side) => `
    <section class="card losses" aria-label="Curve"><h3 data-name="${side}-losses-title"></h3>
      <canvas data-name="${side}-losses" width="1" height="1" role="img"
        aria-label="${LOSSES_HELP}" title="${LOSSES_HELP}"></canvas></section>`;

const aside = `
  <aside>
    <section class="card" aria-label="Draw">
      <h3 data-name="pad-title">draw</h3>
      <div class="sheet"><div class="square"><canvas class="pad" data-name="pad" tabindex="0" role="application"
        aria-label="Draw with the pointer: both models encode it all along"></canvas></div>
        <div class="agains">${SIDES.map(
          (side) => `<canvas class="again" data-name="${side}-drawing" width="1" height="1" role="img"
          title="What the ${side} model makes of the drawing"
          aria-label="what the ${side} model makes of the drawing"></canvas>`,
        ).join("")}<button type="button" class="plain" data-do="wipe">clear</button></div></div>
    </section>
    <section class="card legend" aria-label="Classes">
      <h3>classes</h3><div class="classes" data-name="classes"></div>
    </section>
    ${SIDES.map(losses).join("")}
  </aside>`;

const keepDialog = `
  <dialog data-name="keep-dialog" aria-label="Keep both as runs">
    <form method="dialog">
      <h3>Keep both as runs</h3>
      <p>Training stops at the end of this epoch. Both then appear in every menu of runs.</p>
      ${SIDES.map(
        (side) =>
          `<p><label><span data-name="${side}-keep">${side}</span>
            <input type="text" data-name="${side}-name" required maxlength="60"></label></p>`,
      ).join("")}
      <p class="buttons"><button type="submit" value="" formnovalidate>cancel</button>
        <button type="submit" class="filled" value="keep">keep</button></p>
    </form>
  </dialog>`;

/** @param {import("./page.js").PageData} data */
export const markup = ({families, datasets}) => `${bar(datasets)}
  <p class="story" data-name="story" role="status"></p>
  <div class="scene">
    <div class="maps">${SIDES.map((side) => head(side, families)).join("")}${SIDES.map(frame).join(
      "",
    )}${SIDES.map(under).join("")}
      <div class="scrub" data-name="scrub-row"><input type="range" min="0" max="1" step="any" value="1"
        data-name="scrub" aria-label="${SCRUB_HELP}" title="${SCRUB_HELP}" disabled>
        <span data-name="when"></span></div></div>${aside}
  </div>
  <p class="note" data-name="note" role="status" hidden></p>${keepDialog}`;
