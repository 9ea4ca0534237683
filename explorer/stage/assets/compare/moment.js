// A moment of a training: what a map shows of it in place of the finished run. No DOM in here.

/**
 * The run as it was then, and its codes.
 * @typedef {object} Moment
 * @property {import("./data.js").ShownRun} run
 * @property {import("../kit/loader.js").Codes} codes
 */

/**
 * A run as it was: what is asked of it is asked of the weights that were kept nearest.
 * @param {import("./data.js").ShownRun} run
 * @param {import("./film.js").Film} film
 * @param {number} epoch
 * @returns {import("./data.js").ShownRun}
 */
export function runAt(run, film, epoch) {
  const titles = Object.entries(film.terms).map(([key, {label, title, unit}]) => {
    const help = "Mean over the test images, at this moment of the training";
    return [key, {short: label, title, unit, help}];
  });
  const values = Object.keys(film.terms).map((key) => [key, film.termAt(key, epoch)]);
  return {
    ...run,
    of: run.name,
    name: film.names[film.nearest(epoch)],
    spread: false,
    window: film.windowAt(epoch),
    numbers: {...Object.fromEntries(values), sd: spreadOf(film.z, film.images, run.dimensions)},
    left_out: {},
    titles: Object.fromEntries(titles),
  };
}

/**
 * The standard deviation of some codes along each axis.
 * @param {Float32Array} z (count, d)
 * @param {Uint32Array} images numbers of the codes that count
 * @param {number} d
 */
export function spreadOf(z, images, d) {
  return Array.from({length: d}, (_, j) => {
    let [sum, squares] = [0, 0];
    for (const i of images) {
      const value = z[i * d + j];
      sum += value;
      squares += value * value;
    }
    const mean = sum / images.length;
    return Math.sqrt(Math.max(0, squares / images.length - mean * mean));
  });
}
