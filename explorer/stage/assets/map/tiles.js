// The decoded lattice over a map.

import {tile} from "../kit/atlas.js";
import {prepare} from "../kit/canvas.js";
import {toScreen} from "./frame.js";

/** @typedef {import("./frame.js").View} View */

/**
 * @typedef {object} Tiles the decoded lattice (live/maps.lattice)
 * @property {Float32Array} points (n, 2) of the plane
 * @property {Float32Array} size (n,) of the tiles, in units of z
 * @property {import("../kit/images.js").Images} images
 * @property {import("../kit/atlas.js").Atlas} atlas the images in the ink of the page
 */

/**
 * Every tile is centred on the point that it was decoded from.
 * @param {HTMLCanvasElement} canvas
 * @param {number} size
 * @param {View} view
 * @param {Tiles | null} tiles none leave the canvas empty
 */
export function drawTiles(canvas, size, view, tiles) {
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
