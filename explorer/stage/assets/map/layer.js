// The layer under the points: a number in every cell of a window, as a colour.

import {contextOf, prepare} from "../kit/canvas.js";
import {toScreen} from "./frame.js";

/** @typedef {import("./frame.js").View} View */

/**
 * @typedef {object} LayerValues as the server sends them (live/maps.layer)
 * @property {Float32Array} values (count, count), row 0 at the top
 * @property {Uint16Array} [classes] (count, count), of regions
 * @property {number} low what the colours span
 * @property {number} high
 * @property {number} [peak] of a posterior: its largest value anywhere
 */

/**
 * @typedef {object} LayerView
 * @property {string} name
 * @property {View} window that it was computed for
 * @property {HTMLCanvasElement} [picture] its colours in the theme of now
 * @property {undefined} [reason]
 *
 * @typedef {LayerValues & LayerView} Layer
 */

/**
 * @typedef {object} LayerError in place of a layer that can't be computed
 * @property {string} name
 * @property {string} reason
 * @property {boolean} failed
 * @property {undefined} [values]
 * @property {undefined} [low]
 * @property {undefined} [high]
 */

/**
 * Stretch a layer's picture over the window that it was computed for.
 * @param {HTMLCanvasElement} canvas
 * @param {number} size
 * @param {View} view
 * @param {Layer | null} layer none leaves the canvas empty
 */
export function drawLayer(canvas, size, view, layer) {
  const context = prepare(canvas, size);
  if (!layer?.picture) return;
  const [x, y] = toScreen(view, size, layer.window.left, layer.window.top);
  const [right, bottom] = toScreen(view, size, layer.window.right, layer.window.bottom);
  context.imageSmoothingQuality = "high";
  context.drawImage(layer.picture, x, y, right - x, bottom - y);
}

/**
 * The picture of a layer, a pixel a cell.
 * @param {number} count of cells, along each axis
 * @param {(k: number) => number[]} colour [r, g, b, a] of cell k, row by row from the top
 */
export function layerPicture(count, colour) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = count;
  const context = contextOf(canvas);
  const pixels = context.createImageData(count, count);
  for (let k = 0; k < count * count; k++) pixels.data.set(colour(k), 4 * k);
  context.putImageData(pixels, 0, 0);
  return canvas;
}
