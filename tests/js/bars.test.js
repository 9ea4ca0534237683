// The bars of the page Evidence.

import assert from "node:assert/strict";
import test from "node:test";
import {lanes, lens} from "../../explorer/stage/assets/evidence/bars.js";
import {near} from "./chance.js";

for (const [reconstruction, kl, gap, cut] of [
  [86.3, 7.1, 0.4, true],
  [90, 8, 30, true],
  [271.4, 4.4, 154.6, false],
  [3, 9, 0.1, false],
]) {
  test(`the axis is ${cut ? "" : "not "}cut for a reconstruction of ${reconstruction} nats`, () => {
    const numbers = {reconstruction, kl, gap, log_evidence: gap - reconstruction - kl};
    const [low, high] = lens(numbers);
    const end = reconstruction + kl;
    assert.equal(low > 0, cut);
    assert.ok(low <= Math.min(reconstruction, end - gap) && high > end);
    if (cut) assert.ok(high > 1.5 * (high - low));
    const [first, second] = lanes(numbers);
    near([first.at(-1)[2], second.at(-1)[2]], [end, end]); // both lanes meet
  });
}

test("the gap is split where a better q is known", () => {
  const split = {shape: 0.5, tilt: 0.25, amortisation: 0.25};
  const [, second] = lanes({reconstruction: 80, kl: 8, gap: 1, log_evidence: -87}, split);
  assert.deepEqual(
    second.map(([name, from, to]) => [name, from, to]),
    [
      ["truth", 0, 87],
      ["shape", 87, 87.5],
      ["tilt", 87.5, 87.75],
      ["amortisation", 87.75, 88],
    ],
  );
});
