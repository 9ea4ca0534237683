// The frame of a map, pure maths: z1 runs right, z2 runs up, both at one scale. No DOM in here.

/**
 * A part of the plane, in units of z; it is shown in a square of `size` CSS pixels.
 * @typedef {object} View
 * @property {number} left
 * @property {number} right
 * @property {number} bottom
 * @property {number} top
 */

/**
 * Where a point of the plane stands on the screen.
 * @param {View} view @param {number} size @param {number} z1 @param {number} z2
 * @returns {[number, number]}
 */
export function toScreen(view, size, z1, z2) {
  return [
    ((z1 - view.left) / (view.right - view.left)) * size,
    ((view.top - z2) / (view.top - view.bottom)) * size,
  ];
}

/**
 * The same of a point [z1, z2].
 * @param {View} view @param {number} size @param {ArrayLike<number>} point
 */
export const pointToScreen = (view, size, point) => toScreen(view, size, point[0], point[1]);

/**
 * The point of the plane at a pixel of the square.
 * @param {View} view @param {number} size @param {number} x @param {number} y
 * @returns {[number, number]}
 */
export function toPlane(view, size, x, y) {
  return [
    view.left + (x / size) * (view.right - view.left),
    view.top - (y / size) * (view.top - view.bottom),
  ];
}

/** A view as the address holds it, four numbers. @param {number[]} edges @returns {View} */
export const viewOf = ([left, right, bottom, top]) => ({left, right, bottom, top});

/**
 * The view after scaling by `factor` (< 1 dives in) about a point of the plane that stays in place.
 * @param {View} view @param {number[]} point @param {number} factor
 * @returns {View}
 */
export function zoomed(view, point, factor) {
  const [z1, z2] = point;
  return {
    left: z1 + (view.left - z1) * factor,
    right: z1 + (view.right - z1) * factor,
    bottom: z2 + (view.bottom - z2) * factor,
    top: z2 + (view.top - z2) * factor,
  };
}

/**
 * The view after the plane was moved by so many CSS pixels.
 * @param {View} view @param {number} size @param {number} dx @param {number} dy
 * @returns {View}
 */
export function panned(view, size, dx, dy) {
  const unit = (view.right - view.left) / size;
  return {
    left: view.left - dx * unit,
    right: view.right - dx * unit,
    bottom: view.bottom + dy * unit,
    top: view.top + dy * unit,
  };
}

/** The smallest square that holds two square windows. @param {View} a @param {View} b @returns {View} */
export function union(a, b) {
  const left = Math.min(a.left, b.left);
  const right = Math.max(a.right, b.right);
  const bottom = Math.min(a.bottom, b.bottom);
  const top = Math.max(a.top, b.top);
  const half = Math.max(right - left, top - bottom) / 2;
  const c1 = (left + right) / 2;
  const c2 = (bottom + top) / 2;
  return {left: c1 - half, right: c1 + half, bottom: c2 - half, top: c2 + half};
}

/**
 * A view on its way to another.
 * @param {View} from @param {View} to @param {number} share of the way
 * @returns {View}
 */
export function nearer(from, to, share) {
  if (sameView(from, to)) return to;
  /** @param {keyof View} edge */
  const edge = (edge) => from[edge] + share * (to[edge] - from[edge]);
  return {left: edge("left"), right: edge("right"), bottom: edge("bottom"), top: edge("top")};
}

/**
 * Round numbers within [low, high], about `count` of them, and how many decimals they need.
 * @param {number} low @param {number} high @param {number} count
 */
export function ticks(low, high, count) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5].map((m) => m * power).find((s) => s >= raw * 0.999) ?? 10 * power;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const values = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) values.push(k * step);
  return {values, decimals};
}

/**
 * The index of the point nearest to (z1, z2), -1 for none, and its distance.
 * @param {ArrayLike<number>} points [z1, z2, z1, z2, ...]
 * @param {number} z1
 * @param {number} z2
 * @param {(index: number) => boolean} [allowed]
 */
export function nearest(points, z1, z2, allowed) {
  let index = -1;
  let best = Infinity;
  for (let i = 0; i < points.length / 2; i++) {
    const a = points[2 * i] - z1;
    const b = points[2 * i + 1] - z2;
    const d = a * a + b * b;
    if (d < best && (!allowed || allowed(i))) {
      best = d;
      index = i;
    }
  }
  return {index, distance: Math.sqrt(best)};
}

/** Whether two views show the same. @param {unknown} a @param {unknown} b */
export const sameView = (a, b) => JSON.stringify(a) === JSON.stringify(b);
