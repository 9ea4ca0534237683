// The two maps' sides.

/** @typedef {"left" | "right"} Side */

/** @type {Side[]} */
export const SIDES = ["left", "right"];

/** @param {Side} side @returns {Side} */
export const opposite = (side) => (side === "left" ? "right" : "left");
