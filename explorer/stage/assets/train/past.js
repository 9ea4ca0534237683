// What happened on one side of a training: frame after frame, thinned out as it grows. No DOM in here.

import {toNumbers} from "../kit/half.js";

const MOST_FRAMES = 1200; // kept; beyond, of the older half every second goes
const MOST_PICTURES = 160; // frames that keep their decoded images
const OUTSIDE = 0.01; // share of the numbers of codes that may lie beyond the range
const MARGIN = 0.06; // of the range, on each side
const GROWTH = 1.25; // of the range, where codes would leave it
const MEMORY = 0.03; // epochs that a smoothed curve remembers
export const SMALLEST = 3.4; // half a side of the range, in units of z: three standard deviations of the prior

/**
 * @typedef {object} Pictures decoded images of a frame
 * @property {any} tiles as map/tiles.js has them, but for the atlas, which a map makes
 * @property {import("../kit/images.js").Images} reconstructions
 * @property {import("../kit/images.js").Images} samples
 */

/**
 * @typedef {object} Frame
 * @property {number} epoch how many are done
 * @property {number} step
 * @property {Record<string, number> | null} terms means since the frame before
 * @property {Record<string, number>} live settings
 * @property {number[] | null} drawing its code
 * @property {Float32Array} codes (n, 2)
 * @property {Pictures | null} pictures
 */

/** @param {any} packet of the kind "frame" (together/steered.py) @returns {Frame} */
export function frameOf(packet) {
  const {epoch, step, terms, live, codes, tiles, points, size, reconstructions, samples} = packet;
  const {drawing_z: drawing = null} = packet;
  const pictures = tiles ? {tiles: {images: tiles, points, size}, reconstructions, samples} : null;
  return {epoch, step, terms, live, codes: toNumbers(codes), pictures, drawing};
}

export class Past {
  constructor() {
    /** @type {Frame[]} */
    this.frames = [];
    /** Of each term, [epoch, value, ...]. @type {Map<string, number[]>} */
    this.curves = new Map();
    /** The same of the test images, at whole epochs. @type {Map<string, number[]>} */
    this.tests = new Map();
  }

  /** @param {number} epoch @param {Record<string, number>} terms on the test images */
  test(epoch, terms) {
    for (const [key, value] of Object.entries(terms))
      this.tests.set(key, [...(this.tests.get(key) ?? []), epoch, value]);
  }

  get last() {
    return this.frames.at(-1) ?? null;
  }

  /** @param {Frame} frame */
  add(frame) {
    if (this.last?.step === frame.step) this.frames.pop(); // nothing was trained in between
    this.frames.push(frame);
    for (const [key, value] of Object.entries(frame.terms ?? {})) {
      const curve = this.curves.get(key) ?? [];
      curve.push(frame.epoch, value);
      this.curves.set(key, curve);
    }
    if (this.frames.length > MOST_FRAMES) this.frames = thinned(this.frames);
    this.forgetPictures();
  }

  /**
   * A term at an epoch, smoothed; undefined where there is none.
   * @param {string} key @param {number | null} epoch null: now
   */
  term(key, epoch) {
    const curve = smoothed(this.curves.get(key) ?? []);
    let value;
    for (let k = 0; k < curve.length; k += 2) if (epoch === null || curve[k] <= epoch) value = curve[k + 1];
    return value;
  }

  forgetPictures() {
    const withPictures = this.frames.filter(({pictures}) => pictures);
    if (withPictures.length <= MOST_PICTURES) return;
    for (const [k, frame] of withPictures.slice(0, MOST_PICTURES / 2).entries())
      if (k % 2) frame.pictures = null;
  }

  /** The last frame that is not after an epoch. @param {number} epoch */
  at(epoch) {
    return this.frames.findLast((frame) => frame.epoch <= epoch) ?? this.frames[0] ?? null;
  }

  /** The images that were decoded last before an epoch, or at it. @param {number} epoch */
  picturesAt(epoch) {
    return this.frames.findLast((frame) => frame.epoch <= epoch && frame.pictures)?.pictures ?? null;
  }
}

/** Of the older half every second one. @template T @param {T[]} list */
function thinned(list) {
  const half = Math.floor(list.length / 2);
  return [...list.slice(0, half).filter((_, k) => k % 2 === 0), ...list.slice(half)];
}

/**
 * How far nearly all codes reach from the origin, along either axis.
 * @param {Float32Array} codes (n, 2)
 */
export function reachOf(codes) {
  const far = codes.map(Math.abs).sort();
  return far[Math.max(0, far.length - 1 - Math.floor(far.length * OUTSIDE))] ?? 0;
}

/**
 * A square about the origin. @param {number} half of its side
 * @returns {import("../map/frame.js").View}
 */
export const squareOf = (half) => ({left: -half, right: half, bottom: -half, top: half});

/**
 * Half a side of the square that shows codes: it shows the prior, and only grows, so that nothing else moves.
 * @param {number} before what it was @param {Float32Array} codes (n, 2)
 */
export function grown(before, codes) {
  const needed = (1 + MARGIN) * reachOf(codes);
  let half = before;
  while (half < needed) half *= GROWTH;
  return half;
}

/**
 * Codes on the way from some to others, into an array of the same length.
 * @param {Float32Array} from @param {Float32Array} to @param {number} share @param {Float32Array} into
 */
export function between(from, to, share, into) {
  for (let k = 0; k < to.length; k++) into[k] = from[k] + share * (to[k] - from[k]);
  return into;
}

/**
 * A curve whose values are means over the last few hundredths of an epoch, the latest weighing most.
 * @param {number[]} curve [epoch, value, epoch, value, ...]
 */
export function smoothed(curve) {
  const result = curve.slice();
  for (let k = 3; k < curve.length; k += 2) {
    const share = 1 - Math.exp(-(curve[k - 1] - curve[k - 3]) / MEMORY);
    result[k] = result[k - 2] + share * (curve[k] - result[k - 2]);
  }
  return result;
}
