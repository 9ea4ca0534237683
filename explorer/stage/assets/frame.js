// The frame of a map, pure maths: z1 runs right, z2 runs up, both at one scale. No DOM in here.

/** A view is {left, right, bottom, top} in units of z, shown in a square of `size` CSS pixels. */
export function toScreen(view, size, z1, z2) {
  return [((z1 - view.left) / (view.right - view.left)) * size,
          ((view.top - z2) / (view.top - view.bottom)) * size];
}

export function toPlane(view, size, x, y) {
  return [view.left + (x / size) * (view.right - view.left),
          view.top - (y / size) * (view.top - view.bottom)];
}

/** A view as the address holds it, four numbers. */
export const viewOf = ([left, right, bottom, top]) => ({left, right, bottom, top});

/** The view after scaling by `factor` (< 1 dives in) about a point of the plane that stays in place. */
export function zoomed(view, [z1, z2], factor) {
  return {left: z1 + (view.left - z1) * factor, right: z1 + (view.right - z1) * factor,
          bottom: z2 + (view.bottom - z2) * factor, top: z2 + (view.top - z2) * factor};
}

export function panned(view, size, dx, dy) {
  const unit = (view.right - view.left) / size;
  return {left: view.left - dx * unit, right: view.right - dx * unit,
          bottom: view.bottom + dy * unit, top: view.top + dy * unit};
}

/** The smallest square that holds two square windows. */
export function union(a, b) {
  const left = Math.min(a.left, b.left), right = Math.max(a.right, b.right);
  const bottom = Math.min(a.bottom, b.bottom), top = Math.max(a.top, b.top);
  const half = Math.max(right - left, top - bottom) / 2;
  const c1 = (left + right) / 2, c2 = (bottom + top) / 2;
  return {left: c1 - half, right: c1 + half, bottom: c2 - half, top: c2 + half};
}

/** Round numbers within [low, high], about `wanted` of them, and how many decimals they need. */
export function ticks(low, high, wanted) {
  const raw = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const values = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) values.push(k * step);
  return {values, decimals};
}

/** The index of the code nearest to (z1, z2), and its distance; codes are [z1, z2, z1, z2, ...]. */
export function nearest(codes, z1, z2, allowed) {
  let index = -1, best = Infinity;
  for (let i = 0; i < codes.length / 2; i++) {
    const a = codes[2 * i] - z1, b = codes[2 * i + 1] - z2, d = a * a + b * b;
    if (d < best && (!allowed || allowed(i))) { best = d; index = i; }
  }
  return {index, distance: Math.sqrt(best)};
}

const CELLS = 24; // of the grid on which a class's density is counted, along each axis

/** Where the names of the classes stand: the densest place of each, and a second one if the class has two. */
export function peaks(codes, labels, count, window) {
  const grids = Array.from({length: count}, () => new Float64Array(CELLS * CELLS));
  const scale = CELLS / (window.right - window.left), totals = new Float64Array(count);
  for (let i = 0; i < labels.length; i++) {
    const column = Math.floor((codes[2 * i] - window.left) * scale);
    const row = Math.floor((codes[2 * i + 1] - window.bottom) * scale);
    if (column < 0 || row < 0 || column >= CELLS || row >= CELLS) continue;
    grids[labels[i]][row * CELLS + column]++;
    totals[labels[i]]++;
  }
  const place = (k) => [window.left + (k % CELLS + 0.5) / scale, window.bottom + (Math.floor(k / CELLS) + 0.5) / scale];
  return grids.flatMap((grid, label) => {
    if (!totals[label]) return [];
    const dense = blurred(grid), first = highest(dense, () => true);
    const far = (k) => Math.hypot(k % CELLS - first % CELLS, Math.floor(k / CELLS) - Math.floor(first / CELLS)) > CELLS / 5;
    const second = highest(dense, (k) => far(k) && isPeak(dense, k));
    const both = second >= 0 && dense[second] > 0.4 * dense[first] ? [first, second] : [first];
    return both.map((k) => ({label, z: place(k)}));
  });
}

function around(k) {
  const row = Math.floor(k / CELLS), column = k % CELLS, cells = [];
  for (let r = Math.max(0, row - 1); r <= Math.min(CELLS - 1, row + 1); r++) {
    for (let c = Math.max(0, column - 1); c <= Math.min(CELLS - 1, column + 1); c++) cells.push(r * CELLS + c);
  }
  return cells;
}

function blurred(grid) {
  let values = grid;
  for (let round = 0; round < 2; round++) {
    values = Float64Array.from(values, (_, k) => around(k).reduce((sum, c) => sum + values[c], 0) / 9);
  }
  return values;
}

const isPeak = (values, k) => around(k).every((c) => values[c] <= values[k]);

function highest(values, allowed) {
  let best = -1;
  values.forEach((v, k) => { if (v > (best < 0 ? 0 : values[best]) && allowed(k)) best = k; });
  return best;
}

/** Move boxes {x, y, width, height}, given by their centres, apart until none overlap; each as little as that needs. */
export function apart(boxes) {
  const moved = boxes.map((b) => ({...b}));
  for (let round = 0; round < 80; round++) {
    let still = true;
    for (let i = 0; i < moved.length; i++) {
      for (let j = 0; j < i; j++) {
        const a = moved[i], b = moved[j], dx = a.x - b.x, dy = a.y - b.y;
        const wide = (a.width + b.width) / 2 - Math.abs(dx), high = (a.height + b.height) / 2 - Math.abs(dy);
        if (wide <= 0 || high <= 0) continue;
        still = false;
        const axis = wide < high ? "x" : "y", push = (Math.min(wide, high) / 2 + 0.05) * ((axis === "x" ? dx : dy) < 0 ? -1 : 1);
        a[axis] += push;
        b[axis] -= push;
      }
    }
    if (still) break;
  }
  return moved;
}

/** A number for a person: signed, with a true minus, as many decimals as the range asks for. */
export function signed(value, range) {
  const text = Math.abs(value).toFixed(decimalsFor(range));
  return (value < 0 && Number(text) !== 0 ? "\u2212" : "+") + text;
}

export const decimalsFor = (range) => Math.max(0, Math.min(7, 2 - Math.floor(Math.log10(range / 2))));
