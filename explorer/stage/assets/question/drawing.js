// The drawing of this tab: made by the tool draw or uploaded, asked about on the pages about one image.

const STORAGE_KEY = "drawing"; // of the tab's storage
const MEMORY_KEY = Symbol.for("latent explorer's drawing"); // of the window, for all pages' scripts

export const NO_DRAWING =
  "There is no drawing yet: upload a picture, or draw one with the tool draw of the page Compare.";

/** @type {Record<symbol, string>} */
const memory = /** @type {any} */ (globalThis);

/**
 * @typedef {object} Kept
 * @property {number[]} bytes of the image, c * h * w
 * @property {import("../compare/tools/pad.js").Stroke[]} strokes that it was made of; none for a picture
 */

/**
 * Keep a drawing for every page of this tab.
 * @param {import("../kit/images.js").Images} image
 * @param {Kept["strokes"]} [strokes]
 */
export function keepDrawing(image, strokes = []) {
  store(JSON.stringify({bytes: [...image.bytes], strokes}));
}

export function forgetDrawing() {
  store("null");
}

/**
 * In the tab's storage, which outlives a reload, and in the window's memory, for a browser that forbids the
 * storage, or has none left.
 * @param {string} text
 */
function store(text) {
  memory[MEMORY_KEY] = text;
  try {
    sessionStorage.setItem(STORAGE_KEY, text);
  } catch {
    // the memory has it
  }
}

/**
 * What is kept of a drawing of this shape; null where there is none.
 * @param {number[]} shape
 * @returns {Kept | null}
 */
export function keptDrawing([c, h, w]) {
  try {
    const kept = JSON.parse(memory[MEMORY_KEY] ?? sessionStorage.getItem(STORAGE_KEY) ?? "null");
    return kept?.bytes?.length === c * h * w && Array.isArray(kept.strokes) ? kept : null;
  } catch {
    return null;
  }
}

/**
 * What was drawn, as c * h * w bytes; null where nothing was, or something of another shape.
 * @param {number[]} shape
 * @returns {number[] | null}
 */
export const drawing = (shape) => keptDrawing(shape)?.bytes ?? null;
