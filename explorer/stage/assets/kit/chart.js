// The plane that a map shows of codes of d numbers, as latent/planes.py has it. No DOM in here.

/**
 * @typedef {object} Chart
 * @property {number[]} origin (d,)
 * @property {number[][]} axes (2, d), orthonormal
 */

/**
 * The code, d numbers, of a point [u, v] of the plane: origin + u axes[0] + v axes[1].
 * @param {Chart} chart @param {number[]} point
 */
export function toCode({origin, axes: [across, up]}, [u, v]) {
  return origin.map((o, k) => o + u * across[k] + v * up[k]);
}

/**
 * The point [u, v] of the plane that lies nearest to a code.
 * @param {Chart} chart @param {ArrayLike<number>} z @returns {number[]}
 */
export function toPoint({origin, axes}, z) {
  return axes.map((axis) => axis.reduce((sum, a, k) => sum + a * (z[k] - origin[k]), 0));
}

/**
 * Whether a code is its own point: of two numbers, that are the axes.
 * @param {Chart} chart
 */
export function isPlane({origin, axes: [across, up]}) {
  return (
    origin.length === 2 &&
    origin.every((o) => o === 0) &&
    across[0] === 1 &&
    across[1] === 0 &&
    up[0] === 0 &&
    up[1] === 1
  );
}

/**
 * The points [u, v, u, v, ...] of codes; the codes themselves where they are points.
 * @param {Chart} chart
 * @param {Float32Array} codes (n, d), one after another
 * @returns {Float32Array} (n, 2)
 */
export function toPoints(chart, codes) {
  if (isPlane(chart)) return codes;
  const d = chart.origin.length;
  const points = new Float32Array((2 * codes.length) / d);
  for (let i = 0; i < codes.length / d; i++)
    points.set(toPoint(chart, codes.subarray(d * i, d * (i + 1))), 2 * i);
  return points;
}

/**
 * Standard deviations along the axes of z as those along the axes of the plane.
 * @param {Chart} chart
 * @param {Float32Array} sd (n, d)
 * @returns {Float32Array} (n, 2)
 */
export function toSpreads(chart, sd) {
  if (isPlane(chart)) return sd;
  const d = chart.origin.length;
  const spreads = new Float32Array((2 * sd.length) / d);
  for (let i = 0; i < spreads.length; i++) {
    const first = d * Math.floor(i / 2);
    const axis = chart.axes[i % 2];
    spreads[i] = Math.sqrt(axis.reduce((sum, a, k) => sum + (a * sd[first + k]) ** 2, 0));
  }
  return spreads;
}

/**
 * The code at a place of codes (n, d).
 * @param {{z: Float32Array, dimensions: number}} codes
 * @param {number} index
 */
export const codeAt = ({z, dimensions: d}, index) => Array.from(z.subarray(d * index, d * (index + 1)));
