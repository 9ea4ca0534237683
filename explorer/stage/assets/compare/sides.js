// The two maps' sides.

/** @typedef {"left" | "right"} Side */

/** @type {Side[]} */
export const SIDES = ["left", "right"];

/** @param {Side} side @returns {Side} */
export const opposite = (side) => (side === "left" ? "right" : "left");

/**
 * Something for each side.
 * @template T
 * @param {(side: Side) => T} make
 * @returns {Record<Side, T>}
 */
export const bySide = (make) => ({left: make("left"), right: make("right")});
