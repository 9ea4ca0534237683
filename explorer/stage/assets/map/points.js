// The points of a map: discs, written straight into the pixels of a canvas.

import {contextOf, prepare} from "../kit/canvas.js";

/** @typedef {import("../kit/theme.js").Rgb} Rgb */

const POINT_OPACITY = 0.85;
const MUTED_OPACITY = 0.35;

/**
 * @typedef {object} PointStyle how the points look
 * @property {ArrayLike<number>} colourIndex for each point, in `colours`
 * @property {Rgb[]} colours
 * @property {Uint8Array | null} muted 1 for each point that is greyed out; null for none
 * @property {Rgb} mutedColour
 */

/**
 * Coverage of a disc on a grid of pixels, anti-aliased, for a centre in the middle of a pixel.
 * @param {number} r its radius
 * @returns {number[]} [x, y, share, x, y, share, ...]
 */
function disc(r) {
  const reach = Math.ceil(r);
  const cover = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const c = Math.max(0, Math.min(1, r + 0.5 - Math.hypot(x, y)));
      if (c > 0) cover.push(x, y, c);
    }
  }
  return cover;
}

/** The pixels of each canvas, kept: to allocate them anew in every frame costs as much as to fill them. */
const kept = new WeakMap();

/** @param {CanvasRenderingContext2D} context @param {HTMLCanvasElement} canvas @returns {ImageData} */
function emptyPixels(context, canvas) {
  const before = kept.get(canvas);
  if (before?.width === canvas.width) {
    before.data.fill(0);
    return before;
  }
  const pixels = context.createImageData(canvas.width, canvas.width);
  kept.set(canvas, pixels);
  return pixels;
}

/**
 * Every point in colours[colourIndex[i]]; the muted ones in their own colour, below the rest.
 * @param {HTMLCanvasElement} canvas
 * @param {number} size
 * @param {import("./frame.js").View} view
 * @param {Float32Array} points [z1, z2, z1, z2, ...]
 * @param {PointStyle} style
 * @param {number} radius CSS pixels
 */
export function drawPoints(canvas, size, view, points, {colourIndex, colours, muted, mutedColour}, radius) {
  prepare(canvas, size);
  const width = canvas.width;
  const scale = width / size;
  const context = contextOf(canvas);
  const pixels = emptyPixels(context, canvas);
  const data = pixels.data;
  const cover = disc(radius * scale);
  const reach = Math.ceil(radius * scale);
  const sx = width / (view.right - view.left);
  const sy = width / (view.top - view.bottom);
  for (const pass of muted ? [1, 0] : [0]) {
    for (let i = 0; i < colourIndex.length; i++) {
      if (muted && muted[i] !== pass) continue;
      const x = Math.round((points[2 * i] - view.left) * sx - 0.5);
      const y = Math.round((view.top - points[2 * i + 1]) * sy - 0.5);
      if (x < -reach || y < -reach || x >= width + reach || y >= width + reach) continue;
      const inside = x >= reach && y >= reach && x < width - reach && y < width - reach;
      const [r, g, b] = pass ? mutedColour : colours[colourIndex[i]];
      const opacity = pass ? MUTED_OPACITY : POINT_OPACITY;
      for (let k = 0; k < cover.length; k += 3) {
        const column = x + cover[k];
        const row = y + cover[k + 1];
        if (!inside && (column < 0 || row < 0 || column >= width || row >= width)) continue;
        const at = 4 * (row * width + column);
        const a = cover[k + 2] * opacity;
        const under = (data[at + 3] / 255) * (1 - a);
        const total = a + under;
        data[at] = (r * a + data[at] * under) / total;
        data[at + 1] = (g * a + data[at + 1] * under) / total;
        data[at + 2] = (b * a + data[at + 2] * under) / total;
        data[at + 3] = total * 255;
      }
    }
  }
  context.putImageData(pixels, 0, 0);
}
