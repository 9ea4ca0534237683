// The drawing of this tab: made by the tool draw, asked about on the pages about one image.

const STORAGE_KEY = "drawing"; // of the tab's storage

export const NO_DRAWING = "There is no drawing yet: the tool draw of the page Compare makes one.";

/** @param {import("../kit/images.js").Images} image */
export function keepDrawing(image) {
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify([...image.bytes]));
}

/**
 * What was drawn, as c * h * w bytes; null where nothing was, or something of another shape.
 * @param {number[]} shape
 * @returns {number[] | null}
 */
export function drawing([c, h, w]) {
  try {
    const bytes = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "null");
    return bytes?.length === c * h * w ? bytes : null;
  } catch {
    return null;
  }
}
