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

/** The median code of each class: where its name stands. */
export function medians(codes, labels, count) {
  const axes = Array.from({length: count}, () => [[], []]);
  for (let i = 0; i < labels.length; i++) {
    axes[labels[i]][0].push(codes[2 * i]);
    axes[labels[i]][1].push(codes[2 * i + 1]);
  }
  const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return axes.map(([a, b]) => (a.length ? [middle(a), middle(b)] : null));
}

/** Move places [x, y] apart until no two are nearer than `gap`; each stays as near as that allows. */
export function apart(places, gap) {
  const moved = places.map((p) => p && [...p]);
  for (let round = 0; round < 60; round++) {
    let still = true;
    for (let i = 0; i < moved.length; i++) {
      for (let j = 0; j < i; j++) {
        if (!moved[i] || !moved[j]) continue;
        let dx = moved[i][0] - moved[j][0], dy = moved[i][1] - moved[j][1];
        let d = Math.hypot(dx, dy);
        if (d >= gap) continue;
        if (d < 1e-6) { dx = 1; dy = i - j; d = Math.hypot(dx, dy); }
        const push = (gap - d) / 2 + 0.01;
        moved[i][0] += (dx / d) * push; moved[i][1] += (dy / d) * push;
        moved[j][0] -= (dx / d) * push; moved[j][1] -= (dy / d) * push;
        still = false;
      }
    }
    if (still) break;
  }
  return moved;
}

/** A number for a person: signed, with a true minus, as many decimals as the range asks for. */
export function signed(value, range) {
  const decimals = Math.max(0, Math.min(7, 2 - Math.floor(Math.log10(range / 2))));
  const text = Math.abs(value).toFixed(decimals);
  return (value < 0 && Number(text) !== 0 ? "\u2212" : "+") + text;
}
