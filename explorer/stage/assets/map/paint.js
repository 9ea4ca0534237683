// Drawing with pixels: images as ink on the page, points as discs, layers. Functions that fill a canvas.

import {fitted, Images, writePixels} from "../kit/images.js";
import {toScreen} from "./frame.js";

/**
 * The 2d context of a canvas, which has no other.
 * @param {any} canvas
 * @param {object} [options]
 * @returns {CanvasRenderingContext2D}
 */
export function contextOf(canvas, options) {
  return canvas.getContext("2d", options);
}

export function rgb(colour) {
  const probe = contextOf(document.createElement("canvas"), {willReadFrequently: true});
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** Match a canvas's pixels to its size on the screen; returns its context in CSS pixels, cleared. */
export function prepare(canvas, size) {
  const ratio = window.devicePixelRatio || 1;
  const pixels = Math.round(size * ratio);
  if (canvas.width !== pixels) {
    canvas.width = pixels;
    canvas.height = pixels;
  }
  const context = contextOf(canvas);
  context.setTransform(pixels / size, 0, 0, pixels / size, 0, 0);
  context.clearRect(0, 0, size, size);
  return context;
}

/** Images on one canvas, rows of them: grey as ink of the given colour. */
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

/** Draw image k of an atlas into a square of a context, in its middle. */
function tile(context, {canvas, across, width, height}, k, x, y, side) {
  const from = [(k % across) * width, Math.floor(k / across) * height];
  context.drawImage(canvas, ...from, width, height, ...fitted({width, height}, x, y, side));
}

/** One image on a small canvas of its own; none leaves it empty. */
export function image(canvas, picture, ink) {
  canvas.width = picture?.width ?? canvas.width;
  canvas.height = picture?.height ?? canvas.height;
  if (picture) contextOf(canvas).drawImage(atlas(picture, ink).canvas, 0, 0);
}

/** The decoded lattice: every tile is centred on the point that it was decoded from. */
export function manifold(canvas, size, view, tiles) {
  const context = prepare(canvas, size);
  if (!tiles) return;
  context.imageSmoothingQuality = "high";
  const unit = size / (view.right - view.left);
  for (let k = 0; k < tiles.size.length; k++) {
    const [x, y] = toScreen(view, size, tiles.points[2 * k], tiles.points[2 * k + 1]);
    const side = tiles.size[k] * unit;
    if (x + side < 0 || y + side < 0 || x - side > size || y - side > size) continue;
    tile(context, tiles.atlas, k, x - side / 2, y - side / 2, side);
  }
}

/** Coverage of a disc of radius r on a grid of pixels, anti-aliased, for a centre in the middle of a pixel. */
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

/** All points as discs, written straight into pixels: colours[kinds[i]] each; the muted grey, below the rest. */
export function points(canvas, size, view, places, {kinds, colours, muted, grey}, radius) {
  prepare(canvas, size);
  const width = canvas.width;
  const scale = width / size;
  const context = contextOf(canvas);
  const pixels = context.createImageData(width, width);
  const data = pixels.data;
  const cover = disc(radius * scale);
  const reach = Math.ceil(radius * scale);
  const sx = width / (view.right - view.left);
  const sy = width / (view.top - view.bottom);
  for (const pass of muted ? [1, 0] : [0]) {
    for (let i = 0; i < kinds.length; i++) {
      if (muted && muted[i] !== pass) continue;
      const x = Math.round((places[2 * i] - view.left) * sx - 0.5);
      const y = Math.round((view.top - places[2 * i + 1]) * sy - 0.5);
      if (x < -reach || y < -reach || x >= width + reach || y >= width + reach) continue;
      const inside = x >= reach && y >= reach && x < width - reach && y < width - reach;
      const [r, g, b] = pass ? grey : colours[kinds[i]];
      const strength = pass ? 0.35 : 0.85;
      for (let k = 0; k < cover.length; k += 3) {
        const column = x + cover[k];
        const row = y + cover[k + 1];
        if (!inside && (column < 0 || row < 0 || column >= width || row >= width)) continue;
        const at = 4 * (row * width + column);
        const a = cover[k + 2] * strength;
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

/** A layer: its colours as a small picture, stretched over the window that it was computed for. */
export function field(canvas, size, view, layer) {
  const context = prepare(canvas, size);
  if (!layer) return;
  const [x, y] = toScreen(view, size, layer.window.left, layer.window.top);
  const [right, bottom] = toScreen(view, size, layer.window.right, layer.window.bottom);
  context.imageSmoothingQuality = "high";
  context.drawImage(layer.picture, x, y, right - x, bottom - y);
}

/** The picture of a layer: `colour(k)` gives [r, g, b, a] of cell k of count x count. */
export function fieldPicture(count, colour) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = count;
  const context = contextOf(canvas);
  const pixels = context.createImageData(count, count);
  for (let k = 0; k < count * count; k++) pixels.data.set(colour(k), 4 * k);
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** Images of one shape side by side on one canvas, rows of them: rows[r][c]; `side` CSS pixels each. */
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
