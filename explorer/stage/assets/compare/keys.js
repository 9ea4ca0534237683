// The keyboard: every key, what it does, and who is asked first.

import {opposite} from "./sides.js";
import {TOOLS} from "./tools/index.js";

const PIN_STEP = 0.02; // of the width of what the map shows
const FINE_FACTOR = 0.1; // of a step, with shift
/** @type {Record<string, [number, number]>} */
const ARROW_STEPS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1]};
const SLIDER_KEYS = /^(Arrow|Home|End|Page|Tab)/; // what a slider needs itself

/** The list of the keys, for the help: [keys, what they do]. @returns {[string, string][]} */
export const keyList = () => [
  ["\u2190 \u2192 \u2191 \u2193", "step z of the active map (with shift: finer)"],
  ["Tab M", "Tab: from the left map to the right (with shift: back); M: the other map"],
  ["+ \u2212 Home", "zoom the active map; show all of it"],
  ["0 \u2026 9", "one class alone; again: all"],
  [
    TOOLS.map((tool) => tool.letter.toUpperCase()).join(" "),
    `tools: ${TOOLS.map((tool) => tool.name).join(", ")}`,
  ],
  ["I O E", "images, points, ellipses on or off"],
  ["T", "time: the film of the training, and back"],
  ["Space", "play or pause the walk, or the film"],
  ["R", "resample"],
  ["Backspace", "take back a stroke or a corner"],
  ["Delete", "empty the pad or the walk"],
  ["Escape", "choose nothing; show all classes"],
  ["?", "this list"],
];
export const MOUSE_HELP =
  "On a map: move to decode, click to pin, wheel to zoom, drag to pan, double click to see all of it.";

/**
 * @typedef {import("./tools/tool.js").Context} Context
 */

/**
 * @typedef {object} KeyTarget what keys act on
 * @property {() => import("./tools/tool.js").Instance} tool the one that is taken up: it is asked first
 * @property {() => import("../map/map.js").LatentMap} map the active one
 * @property {(point: number[]) => void} pin
 * @property {() => void} home show all of the active map
 * @property {(label: number) => void} alone show one class alone
 * @property {() => import("./time.js").Time} time
 */

/**
 * Listen on the window, before Streamlit's own keys: what is handled goes no further.
 * @param {Context} context
 * @param {KeyTarget} page
 * @returns {() => void} what ends it
 */
export function listen(context, page) {
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    if (!meant(context, event) || !handle(context, page, event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("keydown", press, true);
  return () => window.removeEventListener("keydown", press, true);
}

/**
 * Whether a key is meant for the page, and for none of its own inputs.
 * @param {Context} context
 * @param {KeyboardEvent} event
 */
function meant({root, find}, event) {
  if (!root.isConnected || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = /** @type {Element} */ (event.composedPath()[0]);
  if (!root.contains(target) && target !== document.body) return false;
  return !find("help").open && !needed(target, event.key);
}

/** Whether an element needs a key itself. @param {Element} target @param {string} key */
function needed(target, key) {
  if (target.matches("input[type=range]")) return SLIDER_KEYS.test(key);
  if (target.matches("input, select, textarea, [contenteditable]")) return key !== "Escape";
  if (target.matches(".film")) return SLIDER_KEYS.test(key); // it scrolls
  return target.matches("button") && (key === " " || key === "Enter");
}

/** @param {Context} context @param {KeyTarget} page @param {KeyboardEvent} event */
function handle(context, page, event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (page.tool().key?.(event)) return true;
  if (key in ARROW_STEPS) return step(context, page, ARROW_STEPS[key], event.shiftKey);
  const tool = TOOLS.find(({letter}) => letter === key);
  if (tool) context.change({tool: tool.name});
  else if (/^[0-9]$/.test(key)) page.alone(Number(key));
  else return act(context, page, key);
  return true;
}

/** @param {Context} context @param {KeyTarget} page @param {string} key */
function act(context, page, key) {
  const {scene, find} = context;
  /** @type {Record<string, () => void>} */
  const actions = {
    "?": () => find("help").showModal(),
    m: () => find(`${opposite(context.active)}-frame`).focus(),
    "+": () => page.map().zoomCentre(0.8),
    "=": () => page.map().zoomCentre(0.8),
    "-": () => page.map().zoomCentre(1.25),
    Home: () => page.home(),
    i: () => context.change({manifold: !scene.manifold}),
    o: () => context.change({points: !scene.points}),
    e: () => context.change({ellipses: !scene.ellipses}),
    t: () => page.time().toggle(),
    Escape: () => {
      context.choose(null);
      if (scene.hidden.size) context.change({hidden: new Set()});
    },
  };
  if (key === " " && page.time().open) actions[key] = () => page.time().toggleMotion();
  if (!(key in actions)) return false;
  actions[key]();
  return true;
}

/**
 * A step of the pin: a fiftieth of what the map shows, a tenth of that with shift.
 * @param {Context} context
 * @param {KeyTarget} page
 * @param {[number, number]} direction
 * @param {boolean} fine
 */
function step(context, page, [right, up], fine) {
  const {view} = page.map();
  const pin = context.scene.pins[context.active];
  if (!view || !pin) return false;
  const unit = (view.right - view.left) * PIN_STEP * (fine ? FINE_FACTOR : 1);
  page.pin([pin[0] + right * unit, pin[1] + up * unit]);
  return true;
}
