// What Python says of this page (views/compare.py): the words of its menus, its runs, its scene.

/**
 * @typedef {object} Words of a layer, or of a colouring of the points (vocabulary.py)
 * @property {string} short
 * @property {string} title
 * @property {string} unit
 * @property {string} help
 * @property {boolean} [log] of a layer: its colours are spaced by ratios
 * @property {string} [ends] of a colouring: what the ends of its scale are
 */

/**
 * @typedef {object} Menus
 * @property {Record<string, Words>} layers
 * @property {Record<string, Words>} values the colourings of the points
 * @property {Record<string, string>} sources of the codes of a sample
 */

/** @typedef {{short: string, title: string, unit: string, help: string}} Metric of the numbers under a map */

/**
 * @typedef {object} ShownRun a run that a map can show
 * @property {string} name
 * @property {string} stamp
 * @property {string} [of] of a moment of a training: the run
 * @property {undefined} [error]
 * @property {undefined} [pending]
 * @property {string} title
 * @property {boolean} prior whether the model has a prior
 * @property {boolean} spread whether it has a q(z|x)
 * @property {string} dataset
 * @property {string[]} classes
 * @property {number[]} counts of the test images of each class
 * @property {import("../map/frame.js").View} window the square that holds its codes
 * @property {number[]} shape [c, h, w] of its images
 * @property {string | null} drawing what may be drawn for it
 * @property {boolean} labelled
 * @property {number} dimensions of its codes
 * @property {import("../kit/chart.js").Chart} plane
 * @property {{sd: number[], [metric: string]: number | number[]}} numbers `sd`: of the codes, on each axis
 * @property {Record<string, string>} left_out why a metric was not measured
 * @property {Record<string, Metric>} titles
 */

/**
 * A run that can't be shown has a name, and the reason.
 * @typedef {Partial<Omit<ShownRun, "error">> & {name: string, stamp: string, error: string}} FailedRun
 */

/**
 * Of a run that is being loaded no more is known.
 * @typedef {Partial<Omit<ShownRun, "error" | "pending">> & {
 *   name: string, stamp: string, title: string, dimensions: number, error?: undefined, pending: true
 * }} PendingRun
 */

/** @typedef {ShownRun | FailedRun | PendingRun} Run */

/**
 * @typedef {object} Runs by side, and what both maps need to know
 * @property {Run} left
 * @property {Run} right
 * @property {string[]} runs names, for the menus
 * @property {Record<string, string>} unusable folders that are no runs, and why
 * @property {{light: string[], dark: string[]}} colours of the classes
 * @property {import("./scene.js").PlainScene} scene
 * @property {boolean} first whether this is a first visit, without an address
 * @property {string[]} ignored what the address asked for and may not
 * @property {string} live prefix of the live routes
 */

/** @typedef {Menus & Runs} PageData */

/** What a run is called on the page: a moment of its training like the run. @param {Run | undefined} run */
export const titleOf = (run) => run?.of ?? run?.name ?? "";

/** @param {Run | undefined} run @returns {run is ShownRun} */
export const isShown = (run) => Boolean(run && !run.error && !run.pending);
