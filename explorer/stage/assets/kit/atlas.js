// Images on canvases: many as an atlas, one on its own, rows of them. Grey is ink on the page.

import {contextOf} from "./canvas.js";
import {fitted, Images, writePixels} from "./images.js";

/** @typedef {import("./theme.js").Rgb} Rgb */

/**
 * @typedef {object} Atlas images of one shape on one canvas
 * @property {HTMLCanvasElement} canvas
 * @property {number} across how many lie in a row
 * @property {number} width of one image
 * @property {number} height of one image
 */

/**
 * Images on one canvas, rows of them: grey as ink of the given colour.
 * @param {Images} images
 * @param {Rgb} ink
 * @returns {Atlas}
 */
export function atlas(images, ink) {
  const {count, width, height} = images;
  const across = Math.max(1, Math.ceil(Math.sqrt(count)));
  const canvas = document.createElement("canvas");
  canvas.width = across * width;
  canvas.height = Math.max(1, Math.ceil(count / across)) * height;
  const context = contextOf(canvas);
  const pixels = context.createImageData(canvas.width, canvas.height);
  const words = new Uint32Array(pixels.data.buffer);
  for (let k = 0; k < count; k++) {
    const corner = Math.floor(k / across) * height * canvas.width + (k % across) * width;
    writePixels(words, canvas.width, corner, images, k, ink);
  }
  context.putImageData(pixels, 0, 0);
  return {canvas, across, width, height};
}

/**
 * Draw image k of an atlas into a square of a context, in its middle.
 * @param {CanvasRenderingContext2D} context
 * @param {Atlas} atlas
 * @param {number} k
 * @param {number} x
 * @param {number} y the square's upper left corner
 * @param {number} side
 */
export function tile(context, {canvas, across, width, height}, k, x, y, side) {
  const left = (k % across) * width;
  const top = Math.floor(k / across) * height;
  context.drawImage(canvas, left, top, width, height, ...fitted({width, height}, x, y, side));
}

/**
 * One image on a small canvas of its own; none leaves it empty.
 * @param {HTMLCanvasElement} canvas
 * @param {Images | null} picture
 * @param {Rgb} ink
 */
export function image(canvas, picture, ink) {
  canvas.width = picture?.width ?? canvas.width;
  canvas.height = picture?.height ?? canvas.height;
  if (picture) contextOf(canvas).drawImage(atlas(picture, ink).canvas, 0, 0);
}

/**
 * Images of one shape side by side on one canvas, rows of them: rows[r][c].
 * @param {HTMLCanvasElement} canvas
 * @param {Images[][]} rows
 * @param {number} side CSS pixels of each
 * @param {Rgb} ink
 * @param {number} [ratio] pixels of the screen in a CSS pixel
 */
export function contactSheet(canvas, rows, side, ink, ratio = window.devicePixelRatio || 1) {
  const across = Math.max(1, ...rows.map((row) => row.length));
  canvas.style.width = `${across * side}px`;
  canvas.style.height = `${rows.length * side}px`;
  canvas.width = Math.round(across * side * ratio);
  canvas.height = Math.round(rows.length * side * ratio);
  const all = Images.of(rows.flat());
  if (!all) return;
  const context = contextOf(canvas);
  const sheet = atlas(all, ink);
  context.imageSmoothingQuality = "high";
  let k = 0;
  for (const [r, row] of rows.entries()) {
    for (const c of row.keys()) {
      tile(context, sheet, k, c * side * ratio, r * side * ratio, side * ratio);
      k += 1;
    }
  }
}
