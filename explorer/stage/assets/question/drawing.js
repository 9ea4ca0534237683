// The drawing of this tab: made by the tool draw, asked about on the pages about one image.

const STORAGE_KEY = "drawing"; // of the tab's storage
const MEMORY_KEY = Symbol.for("latent explorer's drawing"); // of the window, for all pages' scripts

export const NO_DRAWING = "There is no drawing yet: the tool draw of the page Compare makes one.";

/** @type {Record<symbol, string>} */
const memory = /** @type {any} */ (globalThis);

/**
 * Keep a drawing: in the tab's storage, which outlives a reload, and in the window's memory, for a browser that
 * forbids the storage, or has none left.
 * @param {import("../kit/images.js").Images} image
 */
export function keepDrawing(image) {
  const text = JSON.stringify([...image.bytes]);
  memory[MEMORY_KEY] = text;
  try {
    sessionStorage.setItem(STORAGE_KEY, text);
  } catch {
    // the memory has it
  }
}

/**
 * What was drawn, as c * h * w bytes; null where nothing was, or something of another shape.
 * @param {number[]} shape
 * @returns {number[] | null}
 */
export function drawing([c, h, w]) {
  try {
    const bytes = JSON.parse(memory[MEMORY_KEY] ?? sessionStorage.getItem(STORAGE_KEY) ?? "null");
    return bytes?.length === c * h * w ? bytes : null;
  } catch {
    return null;
  }
}
