// Numbers for tests: the same in every run, and nearly equal.

import assert from "node:assert/strict";

/** `count` numbers in [0, 1), the same for a seed (a linear congruential generator). */
export function uniforms(count, seed = 1) {
  let state = seed;
  return Array.from({length: count}, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** `count` numbers from N(mean, sd^2) (Box & Muller 1958). */
export function normals(count, mean = 0, sd = 1, seed = 1) {
  const u = uniforms(2 * count, seed);
  return Float32Array.from({length: count}, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(1 - u[2 * i]));
    return mean + sd * radius * Math.cos(2 * Math.PI * u[2 * i + 1]);
  });
}

/** Assert that two lists of numbers are the same but for rounding. */
export function near(values, expected, tolerance = 1e-9) {
  assert.equal(values.length, expected.length);
  for (const [i, value] of [...values].entries()) {
    assert.ok(Math.abs(value - expected[i]) <= tolerance, `${value} is not ${expected[i]}`);
  }
}
