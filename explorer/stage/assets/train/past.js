// What happened on one side of a training: frame after frame, thinned out as it grows. No DOM in here.

import {toNumbers} from "../kit/half.js";

const MOST_FRAMES = 1200; // kept; beyond, of the older half every second goes
const MOST_PICTURES = 160; // frames that keep their decoded images
const OUTSIDE = 0.005; // share of the codes beyond each end of the range, on each axis
const MARGIN = 0.08; // of the range, on each side
const SMALLEST = 0.5; // half a side of the range, in units of z

/**
 * @typedef {object} Pictures decoded images of a frame
 * @property {any} tiles import("../map/tiles.js").Tiles, whose atlas a map makes
 * @property {import("../kit/images.js").Images} rebuilt
 * @property {import("../kit/images.js").Images} samples
 */

/**
 * @typedef {object} Frame
 * @property {number} epoch how many are done
 * @property {number} step
 * @property {Record<string, number> | null} terms means since the frame before
 * @property {Record<string, number>} live settings
 * @property {Float32Array} codes (n, 2)
 * @property {Pictures | null} pictures
 */

/** @param {any} packet of the kind "frame" (together/steered.py) @returns {Frame} */
export function frameOf(packet) {
  const {epoch, step, terms, live, codes, tiles, points, size, rebuilt, samples} = packet;
  const pictures = tiles ? {tiles: {images: tiles, points, size}, rebuilt, samples} : null;
  return {epoch, step, terms, live, codes: toNumbers(codes), pictures};
}

export class Past {
  constructor() {
    /** @type {Frame[]} */
    this.frames = [];
    /** Of each term, [epoch, value, ...]. @type {Map<string, number[]>} */
    this.curves = new Map();
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

  forgetPictures() {
    const withPictures = this.frames.filter(({pictures}) => pictures);
    if (withPictures.length <= MOST_PICTURES) return;
    for (const [k, frame] of withPictures.slice(0, MOST_PICTURES / 2).entries())
      if (k % 2) frame.pictures = null;
  }

  /** The last frame that is not after an epoch. @param {number} epoch */
  at(epoch) {
    let found = this.frames[0] ?? null;
    for (const frame of this.frames) if (frame.epoch <= epoch) found = frame;
    return found;
  }

  /** The images that were decoded last before an epoch, or at it. @param {number} epoch */
  picturesAt(epoch) {
    let found = null;
    for (const frame of this.frames) if (frame.epoch <= epoch && frame.pictures) found = frame.pictures;
    return found;
  }
}

/** Of the older half every second one. @template T @param {T[]} list */
function thinned(list) {
  const half = Math.floor(list.length / 2);
  return [...list.slice(0, half).filter((_, k) => k % 2 === 0), ...list.slice(half)];
}

/**
 * The square that holds nearly all codes, and the origin.
 * @param {Float32Array} codes (n, 2)
 * @returns {import("../map/frame.js").View}
 */
export function windowOf(codes) {
  const [a, b] = [0, 1].map((axis) => {
    const values = codes.filter((_, k) => k % 2 === axis).sort();
    const out = Math.floor(values.length * OUTSIDE);
    return [Math.min(0, values[out] ?? 0), Math.max(0, values[values.length - 1 - out] ?? 0)];
  });
  const half = Math.max(SMALLEST, ((1 + 2 * MARGIN) * Math.max(a[1] - a[0], b[1] - b[0])) / 2);
  const [x, y] = [(a[0] + a[1]) / 2, (b[0] + b[1]) / 2];
  return {left: x - half, right: x + half, bottom: y - half, top: y + half};
}

/**
 * Codes on the way from some to others, into an array of the same length.
 * @param {Float32Array} from @param {Float32Array} to @param {number} share @param {Float32Array} into
 */
export function between(from, to, share, into) {
  for (let k = 0; k < to.length; k++) into[k] = from[k] + share * (to[k] - from[k]);
  return into;
}
