// Colours of numbers.

import assert from "node:assert/strict";
import test from "node:test";
import {css, layer, points, ramp, SCALE_STEPS, step} from "../../explorer/stage/assets/map/scales.js";

test("a ramp runs through its colours, in equal steps", () => {
  const colours = ramp([
    [0, 0, 0],
    [100, 200, 50],
    [200, 0, 100],
  ]);
  assert.equal(colours.length, SCALE_STEPS);
  assert.deepEqual(
    [colours[0], colours.at(-1)],
    [
      [0, 0, 0],
      [200, 0, 100],
    ],
  );
  assert.ok(Math.abs(colours[127][1] - 200) < 3);
});

test("a value falls on its step, by ratios where the scale is logarithmic", () => {
  assert.deepEqual(
    [0, 5, 10, -3, 99].map((v) => step(v, 0, 10, false)),
    [0, 128, 255, 0, 255],
  );
  assert.deepEqual(
    [1, 10, 100, 0.1].map((v) => step(v, 1, 100, true)),
    [0, 128, 255, 0],
  );
});

test("the layers begin at the page's own colour, the points leave out what it would swallow", () => {
  assert.deepEqual(layer([252, 252, 250], false)[0], [252, 252, 250]);
  const [light, dark] = [points(false), points(true)];
  assert.ok(light.at(-1).reduce((a, b) => a + b) < 500 && dark[0].reduce((a, b) => a + b) > 200);
  assert.match(css(light), /^linear-gradient\(90deg, rgb\(68,1,84\)/);
});
