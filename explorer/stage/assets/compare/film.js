// The film of a run's training: where its codes lay at any time, between the moments that were kept. No DOM.

import {toPoints} from "../kit/chart.js";
import {toNumbers} from "../kit/half.js";

const AWAY = Number.POSITIVE_INFINITY; // where a point is that the film does not have

/**
 * @typedef {object} FilmPacket as the server sends it (live/maps.film); or the reason why there is none
 * @property {string} [reason]
 * @property {number[]} kept epochs whose weights there are, ascending
 * @property {string[]} names of the run at these, as every question may have them
 * @property {Record<string, {label: string, title: string, unit: string, values: (number | null)[]}>} terms on the
 *   test images
 * @property {Float32Array} epochs (m,)
 * @property {Uint32Array} images (n,) numbers of test images
 * @property {Float32Array} windows (m, 4) left, right, bottom, top
 * @property {Uint16Array} codes (m, n, d) half floats
 */

/** A time between two moments: that after `index`, by the `share` of the way to the next.
 * @typedef {{index: number, share: number}} Place */

export class Film {
  /**
   * @param {FilmPacket} packet
   * @param {number} count of all test images
   * @param {number} dimensions of a code
   */
  constructor({kept, names, terms, epochs, images, windows, codes}, count, dimensions) {
    this.kept = kept;
    this.names = names;
    this.terms = terms;
    this.epochs = epochs;
    this.images = images;
    this.windows = windows;
    this.codes = toNumbers(codes);
    this.count = count;
    this.dimensions = dimensions;
    /** Whether it has all test images. */
    this.whole = images.length === count;
    /** The codes of the time that was asked for last, (count, d). */
    this.z = new Float32Array(count * dimensions).fill(AWAY);
  }

  /** The last epoch. */
  get end() {
    return this.epochs[this.epochs.length - 1];
  }

  /** @param {number} epoch @returns {Place} */
  place(epoch) {
    const {epochs} = this;
    const last = epochs.length - 1;
    if (epoch >= epochs[last]) return {index: last, share: 0};
    let index = 0;
    while (epochs[index + 1] <= epoch) index++;
    const share = (epoch - epochs[index]) / (epochs[index + 1] - epochs[index]);
    return {index, share: Math.max(0, share)};
  }

  /**
   * The codes at a time, each on the straight way between its places at two moments. The array is the film's own,
   * and holds the codes of the next time that is asked for.
   * @param {number} epoch
   * @returns {Float32Array} (count, d)
   */
  codesAt(epoch) {
    const {codes, z, images, dimensions: d} = this;
    const {index, share} = this.place(epoch);
    const size = images.length * d;
    const from = index * size;
    const to = share ? from + size : from;
    for (let k = 0; k < images.length; k++) {
      const target = images[k] * d;
      for (let j = 0; j < d; j++) {
        const a = codes[from + k * d + j];
        z[target + j] = a + share * (codes[to + k * d + j] - a);
      }
    }
    return z;
  }

  /** The same as points of a plane. @param {number} epoch @param {import("../kit/chart.js").Chart} plane */
  pointsAt(epoch, plane) {
    return toPoints(plane, this.codesAt(epoch));
  }

  /** The square that holds the codes at a time. @param {number} epoch @returns {import("../map/frame.js").View} */
  windowAt(epoch) {
    const {index, share} = this.place(epoch);
    const [left, right, bottom, top] = [0, 1, 2, 3].map((edge) => {
      const a = this.windows[4 * index + edge];
      return share ? a + share * (this.windows[4 * (index + 1) + edge] - a) : a;
    });
    return {left, right, bottom, top};
  }

  /** The number, in `kept`, of the weights that are nearest to a time: by ratios, as moments are spaced.
   * @param {number} epoch */
  nearest(epoch) {
    const distances = this.kept.map((each) => Math.abs(onScale(each) - onScale(epoch)));
    return distances.indexOf(Math.min(...distances));
  }

  /** A term at a time; undefined where it is not known. @param {string} key @param {number} epoch */
  termAt(key, epoch) {
    const {values} = this.terms[key];
    const {index, share} = this.place(epoch);
    const [a, b] = [values[index], values[share ? index + 1 : index]];
    return a === null || b === null ? undefined : a + share * (b - a);
  }
}

const FIRST_EPOCHS = 0.02; // below, time runs evenly; beyond, by ratios

/** An epoch on the scale of time, on which the moments of a film lie about evenly. @param {number} epoch */
export const onScale = (epoch) => Math.log1p(epoch / FIRST_EPOCHS);

/** The epoch at a place of that scale. @param {number} place */
export const offScale = (place) => Math.expm1(place) * FIRST_EPOCHS;
