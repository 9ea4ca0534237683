// The HTML of the page Compare: what stands where, its names for people and screen readers, its help texts.

import {escaped} from "../kit/dom.js";
import {menu, switches, toggle} from "../kit/html.js";
import {SIDES} from "./sides.js";
import {TOOLS} from "./tools/index.js";

/** @typedef {import("./sides.js").Side} Side */
/** @typedef {import("../kit/html.js").Choice} Choice */

const PRIOR_HELP = "The prior N(0, I) at 1, 2 and 3 standard deviations. Not every model has one";
const IMAGES_HELP = "The manifold: images decoded from a lattice of codes, each centred on its own z";
const ELLIPSES_HELP =
  "Ellipses of q(z|x): of all images at one standard deviation, " +
  "of the image in question at one and two. Not every model has them";
const QUANTILE_HELP =
  "a lattice in equal steps of probability (Kingma & Welling 2014, fig. 4): under the prior N(0, I) where " +
  "the model has one, else under the normal fitted to its codes";
const TIME_HELP = "The film of the training: how both maps came to be (key T)";
const SPEEDS = ["0.25", "0.5", "1", "2", "4"];
const CLASSES_HELP = "Click: show or grey out a class. Double click: this class alone, or all again";
const KEYS_HELP = "Arrow keys step z, plus and minus zoom, question mark lists all keys";

const SMALLEST_MAP = 240; // CSS pixels of a map's side
const TOOL_COLUMN = 17.8; // em: the column of the tools (stage.css)
const GAPS_BESIDE = 32; // CSS pixels beside the maps
const GAP_BELOW = 30; // CSS pixels below them

/**
 * Give the maps the size that the window leaves them; returns it, without their frames.
 * @param {HTMLElement} root
 * @param {(name: string) => any} find
 */
export function layOut(root, find) {
  const box = root.getBoundingClientRect();
  const heights = ["left-head", "left-under", "bar", "time-row"].map((name) => find(name).offsetHeight);
  const high = box.height - heights.reduce((a, b) => a + b) - GAP_BELOW;
  const wide =
    (box.width - TOOL_COLUMN * Number.parseFloat(getComputedStyle(root).fontSize) - GAPS_BESIDE) / 2;
  const size = Math.max(SMALLEST_MAP, Math.floor(Math.min(wide, high)));
  root.style.setProperty("--map", `${size}px`);
  return size - 2;
}

/** @param {{colours: Choice[], layers: Choice[]}} menus */
const bar = (menus) => `
  <div class="bar" data-name="bar">
    <span>show</span>
    <div class="group" role="group" aria-label="Show">
      ${toggle("points", "points", "The codes of all test images")}
      ${toggle("manifold", "images", IMAGES_HELP)}
      ${toggle("prior", "prior", PRIOR_HELP)}
      ${toggle("ellipses", "q(z|x)", ELLIPSES_HELP)}
    </div>
    <span>points by</span>
    ${menu("colour", "Colour of the points", menus.colours)}
    <span>layer</span>
    ${menu("layer", "Layer under the points", menus.layers)}
    <span>images</span>
    ${switches(
      "order",
      "Place of the images",
      [
        ["under", "behind", "Draw the decoded images behind the points"],
        ["over", "in front", "Draw the decoded images in front of the points"],
      ],
      "data-images",
    )}
    <input type="range" min="0" max="1" step="0.05" data-name="opacity" data-images
      aria-label="Opacity of the images" title="Opacity of the images">
    ${menu(
      "spacing",
      "Spacing of the images",
      [
        ["linear", "equal z", "a lattice in equal steps of z"],
        ["quantile", "equal probability", QUANTILE_HELP],
      ],
      "data-images",
    )}
    <div class="group"><button type="button" data-name="time" aria-pressed="false"
      title="${TIME_HELP}">time</button></div>
    <span class="gap"></span>
    <span>range</span>
    ${switches("range", "Range of the maps", [
      ["own", "own", "Each map shows the square that holds the middle 99.5 % of its own codes on each axis"],
      [
        "common",
        "same",
        "Both maps show one square that holds both clouds of codes, and zoom and pan together",
      ],
    ])}
    <div class="group"><button type="button" data-name="help-button"
      title="All keys" aria-label="Help: all keys">?</button></div>
  </div>`;

const timeRow = () => `
  <div class="bar time" data-name="time-row" role="group" aria-label="Time" hidden>
    <div class="group"><button type="button" data-name="time-play" title="Play or pause (space)">play</button></div>
    <input type="range" min="0" max="1" step="any" data-name="time-slider" aria-label="Time of the training">
    <span data-name="time-words"></span>
    <span>speed</span>
    <select data-name="time-speed" aria-label="Speed of the film">${SPEEDS.map(
      (speed) => `<option value="${speed}"${speed === "1" ? " selected" : ""}>${speed} \u00d7</option>`,
    ).join("")}</select>
    <div class="group"><button type="button" data-name="time-end" title="The end of the training">end</button></div>
  </div>`;

/** @param {Side} side @param {number} axis */
const slider = (side, axis) => `
  <label class="slider"><span class="axis">z<sub>${axis + 1}</sub></span>
    <input type="range" step="any" data-name="${side}-z${axis}" aria-label="z${axis + 1} of the ${side} map">
    <output data-name="${side}-out${axis}"></output></label>`;

/** @param {Side} side */
const head = (side) => `
    <header data-name="${side}-head">
      <h2 data-name="${side}-title"></h2>
      <select data-name="${side}-run" aria-label="Run on the ${side} map"
        title="Which run this map shows"></select>
    </header>`;

/** @param {Side} side */
const frame = (side) => `
    <div class="frame" data-name="${side}-frame" role="application" tabindex="0"
      aria-label="${side} map of codes and decoded images. ${KEYS_HELP}">
      <p class="error" data-name="${side}-error" role="alert" hidden></p>
      <p class="error loading" data-name="${side}-loading" role="status" hidden></p>
    </div>`;

/** @param {Side} side */
const under = (side) => `
    <div class="under" data-name="${side}-under" role="group" aria-label="Under the ${side} map">
      <div data-dock="standard">
        <div class="sliders">${slider(side, 0)}${slider(side, 1)}</div>
        <dl class="numbers" data-name="${side}-numbers"></dl>
      </div>
      ${TOOLS.map((tool) => dock(tool, side)).join("")}
    </div>`;

/** What a tool puts under a map. @param {import("./tools/tool.js").Tool} tool @param {Side} side */
const dock = ({name, dock}, side) =>
  dock ? `<div data-dock="${name}" class="dock ${name}" hidden>${dock(side)}</div>` : "";

/** Row by row, so that Tab goes from map to map. */
const maps = () => `
  <div class="maps">${[head, frame, under].flatMap((part) => SIDES.map(part)).join("")}</div>`;

/** @param {import("./tools/tool.js").Tool} tool */
const tab = ({name, help}) =>
  `<button type="button" data-set="tool" data-value="${name}" title="${escaped(help)}">${name}</button>`;

/** @param {import("./data.js").Menus} menus */
const aside = (menus) => `
  <aside data-name="column">
    <div class="group tabs" role="group" aria-label="Tool" data-name="tabs">${TOOLS.map(tab).join("")}</div>
    ${TOOLS.map((tool) => `<div class="tool" data-tool="${tool.name}" hidden>${tool.card(menus)}</div>`).join(
      "",
    )}
    <section class="card legend" aria-label="Legend" data-name="legend">
      <div data-name="layer-legend" class="scale" hidden></div>
      <div data-name="point-legend" class="scale" hidden></div>
      <div data-name="class-legend" title="${CLASSES_HELP}">
        <h3>classes <small data-name="class-hint"></small></h3>
        <div class="classes" data-name="classes"></div>
      </div>
    </section>
  </aside>`;

/** @param {[string, string]} entry keys, and what they do */
const keyEntry = ([keys, text]) => {
  const each = keys.split(" ").map((key) => `<kbd>${key}</kbd>`);
  return `<dt>${each.join(" ")}</dt><dd>${text}</dd>`;
};

/** @param {[string, string][]} keys @param {string} mouse */
const help = (keys, mouse) => `
  <dialog data-name="help" aria-label="All keys">
    <h3>Keys</h3>
    <dl>${keys.map(keyEntry).join("")}</dl>
    <p>${mouse}</p>
    <form method="dialog"><button type="submit">close</button></form>
  </dialog>`;

/**
 * The entries of a menu: none, and those that Python has words for.
 * @param {Choice} none
 * @param {Record<string, import("./data.js").Words>} words
 */
function entries(none, words) {
  /** @type {Choice[]} */
  const worded = Object.entries(words).map(([key, {short, help}]) => [key, short, help]);
  return [none, ...worded];
}

/** @param {import("./data.js").Menus} menus @param {[string, string][]} keys @param {string} mouse */
export function markup(menus, keys, mouse) {
  const {values, layers} = menus;
  const choices = {
    colours: entries(["class", "class", "the colours of the legend"], values),
    layers: entries(["none", "none", "no layer"], layers),
  };
  return `${bar(choices)}${timeRow()}
  <div class="scene">${maps()}${aside(menus)}</div>
  <p class="note greeting" data-name="greeting" aria-hidden="true" hidden></p>
  <p class="note" data-name="note" role="status" hidden></p>${help(keys, mouse)}`;
}
