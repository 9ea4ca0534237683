// The images of the page Evidence: as the model is asked about it, decoded from the mean, and decoded from z.

import * as atlas from "../kit/atlas.js";
import {signed} from "../kit/numbers.js";

const CAPTION_FILL = "\n\u00a0\n\u00a0"; // captions are as high as that of z

/**
 * @typedef {import("../kit/dom.js").Find} Find
 * @typedef {import("../kit/images.js").Images} Images
 * @typedef {import("../kit/theme.js").Theme} Theme
 */

/**
 * @param {Find} find
 * @param {string} name
 * @param {Images} image
 * @param {Theme} theme
 * @param {string} caption
 */
export function drawImage(find, name, image, theme, caption) {
  atlas.image(find(name), image, theme.ink);
  find(`${name}-caption`).textContent = caption;
}

/**
 * @param {Find} find
 * @param {import("./ledger.js").Account} account
 * @param {Images | null} sample decoded from z
 * @param {Theme} theme
 * @param {string} sampleCaption
 */
export function drawImages(find, {x, decoded}, sample, theme, sampleCaption) {
  drawImage(find, "x", x, theme, `x${CAPTION_FILL}`);
  drawImage(find, "decoded", decoded, theme, `from \u03bc${CAPTION_FILL}`);
  if (sample) drawImage(find, "sample", sample, theme, sampleCaption);
}

/**
 * The code z that an image was decoded from.
 * @param {number[]} z
 * @param {number[]} sd of q(z|x): it says how many digits z deserves
 */
export function codeCaption(z, sd) {
  const range = Math.max(...sd) * 100;
  return `from z\n${z.map((v) => signed(v, range)).join("\n")}`;
}
