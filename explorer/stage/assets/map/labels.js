// Where the names of the classes stand: at the densest places of each, and apart. No DOM in here.

const DENSITY_CELLS = 24; // of the grid on which a class's density is counted, along each axis

/**
 * @typedef {object} NamePosition where the name of a class stands
 * @property {number} label
 * @property {number[]} z a point of the plane
 */

/**
 * Where the names of the `most` largest classes stand: the densest place of each, and a second if it has two.
 * @param {ArrayLike<number>} points [z1, z2, z1, z2, ...]
 * @param {ArrayLike<number> & Iterable<number>} labels
 * @param {number} count of classes
 * @param {import("./frame.js").View} window in which density is counted
 * @param {number} most
 * @returns {NamePosition[]}
 */
export function peaks(points, labels, count, window, most = count) {
  const named = largestClasses(labels, count, most);
  const grids = Array.from({length: count}, () => new Float64Array(DENSITY_CELLS * DENSITY_CELLS));
  const scale = DENSITY_CELLS / (window.right - window.left);
  const totals = new Float64Array(count);
  for (let i = 0; i < labels.length; i++) {
    const column = Math.floor((points[2 * i] - window.left) * scale);
    const row = Math.floor((points[2 * i + 1] - window.bottom) * scale);
    if (column < 0 || row < 0 || column >= DENSITY_CELLS || row >= DENSITY_CELLS) continue;
    grids[labels[i]][row * DENSITY_CELLS + column]++;
    totals[labels[i]]++;
  }
  /** Of cell k. @param {number} k */
  const centre = (k) => [
    window.left + ((k % DENSITY_CELLS) + 0.5) / scale,
    window.bottom + (Math.floor(k / DENSITY_CELLS) + 0.5) / scale,
  ];
  return grids.flatMap((grid, label) => {
    if (!totals[label] || !named.has(label)) return [];
    return densest(blurred(grid)).map((k) => ({label, z: centre(k)}));
  });
}

/**
 * The densest cell, and a second peak that is far from it and nearly as dense, if there is one.
 * @param {Float64Array} dense
 */
function densest(dense) {
  const first = highest(dense, () => true);
  /** @param {number} k */
  const far = (k) =>
    Math.hypot(
      (k % DENSITY_CELLS) - (first % DENSITY_CELLS),
      Math.floor(k / DENSITY_CELLS) - Math.floor(first / DENSITY_CELLS),
    ) >
    DENSITY_CELLS / 5;
  const second = highest(dense, (k) => far(k) && isPeak(dense, k));
  return second >= 0 && dense[second] > 0.4 * dense[first] ? [first, second] : [first];
}

/** A cell and its neighbours. @param {number} k */
function around(k) {
  const row = Math.floor(k / DENSITY_CELLS);
  const column = k % DENSITY_CELLS;
  const cells = [];
  for (let r = Math.max(0, row - 1); r <= Math.min(DENSITY_CELLS - 1, row + 1); r++) {
    for (let c = Math.max(0, column - 1); c <= Math.min(DENSITY_CELLS - 1, column + 1); c++)
      cells.push(r * DENSITY_CELLS + c);
  }
  return cells;
}

/** @param {Float64Array} grid */
function blurred(grid) {
  let values = grid;
  for (let round = 0; round < 2; round++) {
    values = Float64Array.from(values, (_, k) => around(k).reduce((sum, c) => sum + values[c], 0) / 9);
  }
  return values;
}

/** @param {Float64Array} values @param {number} k */
const isPeak = (values, k) => around(k).every((c) => values[c] <= values[k]);

/**
 * The index of the largest positive value that is allowed; -1 for none.
 * @param {Float64Array} values
 * @param {(k: number) => boolean} allowed
 */
function highest(values, allowed) {
  let best = -1;
  values.forEach((v, k) => {
    if (v > (best < 0 ? 0 : values[best]) && allowed(k)) best = k;
  });
  return best;
}

/**
 * The classes that are named: all, or the largest `most` of them, by their numbers of images.
 * @param {Iterable<number>} labels
 * @param {number} count of classes
 * @param {number} most
 */
export function largestClasses(labels, count, most) {
  const sizes = new Uint32Array(count);
  for (const label of labels) sizes[label]++;
  const order = [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a]);
  return new Set(order.slice(0, most));
}

/**
 * Move boxes, given by their centres, apart until none overlap; each as little as that needs.
 * @template {{x: number, y: number, width: number, height: number}} Box
 * @param {Box[]} boxes
 * @returns {Box[]}
 */
export function apart(boxes) {
  const moved = boxes.map((b) => ({...b}));
  for (let round = 0; round < 80; round++) {
    let still = true;
    for (let i = 0; i < moved.length; i++) {
      for (let j = 0; j < i; j++) {
        const a = moved[i];
        const b = moved[j];
        const dx = a.x - b.x;
        const dy = a.y - b.y;
        const wide = (a.width + b.width) / 2 - Math.abs(dx);
        const high = (a.height + b.height) / 2 - Math.abs(dy);
        if (wide <= 0 || high <= 0) continue;
        still = false;
        const axis = wide < high ? "x" : "y";
        const push = (Math.min(wide, high) / 2 + 0.05) * ((axis === "x" ? dx : dy) < 0 ? -1 : 1);
        a[axis] += push;
        b[axis] -= push;
      }
    }
    if (still) break;
  }
  return moved;
}
