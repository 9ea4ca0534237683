// A run's codes and its data set's images: one rule for all pages of when they are loaded and count.

import {toPoints, toSpreads} from "./chart.js";
import {fetchPacked} from "./server.js";

/**
 * @typedef {object} Run what Python says of a run (views/parts.forms)
 * @property {string} name
 * @property {string} stamp
 * @property {string} dataset
 * @property {import("./chart.js").Chart} plane
 * @property {boolean} [spread] whether the standard deviations of q(z|x) are loaded, too
 */

/**
 * @typedef {object} Codes of all test images
 * @property {Float32Array} z (n, d)
 * @property {Uint16Array} labels (n,)
 * @property {number} dimensions d
 * @property {Float32Array} points (n, 2) on the plane of the map
 * @property {Float32Array | null} spreads (n, 2) standard deviations of q(z|x) along the axes of the plane
 */

/**
 * @typedef {object} Loaded
 * @property {Codes} codes
 * @property {import("./images.js").Images | null} images all test images; null on a page that needs none
 */

/** @type {Map<string, Promise<import("./images.js").Images>>} */
const images = new Map(); // data set -> all its test images, for all pages

export class Loader {
  /**
   * @param {string} prefix of the live routes
   * @param {boolean} [withImages] whether the page needs the test images
   */
  constructor(prefix, withImages = true) {
    this.prefix = prefix;
    this.withImages = withImages;
    this.forget();
  }

  forget() {
    /** @type {string | null} */
    this.key = null;
    /** @type {Loaded | null} */
    this.data = null;
  }

  /** Whether this very run was asked for; not yet whether it is there. @param {Run} run */
  holds(run) {
    return this.key === keyOf(run);
  }

  /**
   * Load a run; `data` is null until it is there: never one run's points under another's name.
   * Raises the server's reason, unless another run was asked for meanwhile.
   * @param {Run} run
   * @returns {Promise<boolean>} whether it is there, and was not before
   */
  async load(run) {
    if (this.holds(run)) return false;
    const key = keyOf(run);
    this.forget();
    this.key = key;
    try {
      const [codes, images] = await Promise.all([
        this.codes(run),
        this.withImages ? this.images(run.dataset) : null,
      ]);
      if (this.key !== key) return false;
      this.data = {codes, images};
      return true;
    } catch (error) {
      if (this.key !== key) return false;
      this.key = null; // it may be asked for again
      throw error;
    }
  }

  /** @param {Run} run @returns {Promise<Codes>} */
  async codes({name, plane, spread}) {
    const run = encodeURIComponent(name);
    const widths = spread ? fetchPacked(`${this.prefix}/spread/${run}`) : {sd: null};
    const [{z, labels}, {sd}] = await Promise.all([fetchPacked(`${this.prefix}/codes/${run}`), widths]);
    const spreads = sd && toSpreads(plane, sd);
    return {z, labels, dimensions: plane.origin.length, points: toPoints(plane, z), spreads};
  }

  /** @param {string} dataset */
  images(dataset) {
    const before = images.get(dataset);
    if (before) return before;
    const answer = fetchPacked(`${this.prefix}/images/${dataset}`).then((packet) => packet.images);
    answer.catch(() => images.delete(dataset));
    images.set(dataset, answer);
    return answer;
  }
}

/** @param {Run} run */
const keyOf = ({name, stamp, dataset}) => [name, stamp, dataset].join("\n");
