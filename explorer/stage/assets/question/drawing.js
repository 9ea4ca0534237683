// The drawing of this tab: made by the tool draw or uploaded, asked about on the pages about one image.

const STORAGE_KEY = "drawing"; // of the tab's storage
const STORE_DELAY_MS = 300; // after the last change: the tab's storage is slow, and the pen is not to wait
const MEMORY_KEY = Symbol.for("latent explorer's drawing"); // of the window, for all pages' scripts

export const NO_DRAWING =
  "There is no drawing yet: upload a picture, or draw one with the tool draw of the page Compare.";

/** @type {Record<symbol, SavedDrawing | null | undefined>} */
const memory = /** @type {any} */ (globalThis);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let storing;

/**
 * @typedef {object} SavedDrawing
 * @property {number[]} bytes of the image, c * h * w
 * @property {import("../compare/tools/pad.js").Stroke[]} strokes that it was made of; none for a picture
 */

/**
 * Keep a drawing for every page of this tab.
 * @param {import("../kit/images.js").Images} image
 * @param {SavedDrawing["strokes"]} [strokes]
 */
export function saveDrawing(image, strokes = []) {
  save({bytes: [...image.bytes], strokes});
}

export function forgetDrawing() {
  save(null);
}

/**
 * In the window's memory at once, for a browser that forbids the tab's storage, too; soon after in the storage,
 * which outlives a reload.
 * @param {SavedDrawing | null} drawing
 */
function save(drawing) {
  memory[MEMORY_KEY] = drawing;
  clearTimeout(storing);
  storing = setTimeout(store, STORE_DELAY_MS);
}

function store() {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(memory[MEMORY_KEY]));
  } catch {
    // the memory has it
  }
}

globalThis.addEventListener?.("pagehide", () => memory[MEMORY_KEY] !== undefined && store());

/**
 * What is kept of a drawing of this shape; null where there is none.
 * @param {number[]} shape
 * @returns {SavedDrawing | null}
 */
export function savedDrawing([c, h, w]) {
  try {
    const known = memory[MEMORY_KEY]; // null: there is none any more
    const saved = known === undefined ? JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "null") : known;
    return saved?.bytes?.length === c * h * w && Array.isArray(saved.strokes) ? saved : null;
  } catch {
    return null;
  }
}

/**
 * What was drawn, as c * h * w bytes; null where nothing was, or something of another shape.
 * @param {number[]} shape
 * @returns {number[] | null}
 */
export const drawing = (shape) => savedDrawing(shape)?.bytes ?? null;
