// Colours of numbers: perceptually uniform scales, and where a number falls on them. No DOM in here.

/** @typedef {import("../kit/theme.js").Rgb} Rgb */

/** viridis (Smith & van der Walt 2015), every sixteenth of its 256 colours. */
const VIRIDIS =
  "440154 481a6c 472f7d 414487 39568c 31688e 2a788e 23888e " +
  "1f988b 22a884 35b779 54c568 7ad151 a5db36 d2e21b fde725";
export const SCALE_STEPS = 256;

/** @param {string} text @returns {Rgb} */
const hex = (text) => [0, 2, 4].map((k) => parseInt(text.slice(k, k + 2), 16));

/** 256 colours through the given ones, equally spaced. @param {Rgb[]} stops @returns {Rgb[]} */
export function ramp(stops) {
  return Array.from({length: SCALE_STEPS}, (_, i) => {
    const position = (i / (SCALE_STEPS - 1)) * (stops.length - 1);
    const k = Math.min(stops.length - 2, Math.floor(position));
    return stops[k].map((v, c) => Math.round(v + (stops[k + 1][c] - v) * (position - k)));
  });
}

/** The points' scale: without the end of viridis that the page would swallow. @param {boolean} dark */
export function points(dark) {
  const stops = VIRIDIS.split(" ").map(hex);
  return ramp(dark ? stops.slice(3) : stops.slice(0, 13));
}

/**
 * The layers' scale: from the page's own colour through one hue, so that ink and points stay readable on it.
 * @param {Rgb} paper
 * @param {boolean} dark
 */
export function layer(paper, dark) {
  return ramp([
    paper,
    ...(dark ? ["3b2a12", "71480f", "a96a10", "e59a2b"] : ["fbe6c4", "f4c27f", "e39a3b", "b86a10"]).map(hex),
  ]);
}

/**
 * Where a value falls on 256 steps from low to high; by ratios if `log`.
 * @param {number} value @param {number} low @param {number} high @param {boolean} log
 */
export function step(value, low, high, log) {
  const share = log
    ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
    : (value - low) / (high - low);
  return Math.max(0, Math.min(SCALE_STEPS - 1, Math.round(share * (SCALE_STEPS - 1))));
}

/** A scale as a background. @param {Rgb[]} colours */
export const css = (colours) =>
  `linear-gradient(90deg, ${[0, 51, 102, 153, 204, 255].map((k) => `rgb(${colours[k]})`).join(", ")})`;
