// The frame of a map: z1 runs right, z2 runs up, both at one scale.

import assert from "node:assert/strict";
import test from "node:test";
import {
  nearest,
  panned,
  pointToScreen,
  sameView,
  ticks,
  toPlane,
  toScreen,
  union,
  viewOf,
  zoomed,
} from "../../explorer/stage/assets/map/frame.js";
import {near, normals} from "./chance.js";

const VIEW = {left: -3, right: 5, bottom: -2, top: 6};

test("z1 runs right and z2 runs up", () => {
  assert.deepEqual(toScreen(VIEW, 400, -3, 6), [0, 0]);
  assert.deepEqual(toScreen(VIEW, 400, 5, -2), [400, 400]);
  const [x, y] = pointToScreen(VIEW, 400, [1.25, -0.5]);
  assert.deepEqual(toPlane(VIEW, 400, x, y), [1.25, -0.5]);
});

test("zooming keeps the point, panning the scale", () => {
  const closer = zoomed(VIEW, [1, 2], 0.25);
  near(toScreen(closer, 400, 1, 2), toScreen(VIEW, 400, 1, 2));
  near([closer.right - closer.left, closer.top - closer.bottom], [2, 2]);
  assert.deepEqual(panned(VIEW, 400, 100, 50), {left: -5, right: 3, bottom: -1, top: 7});
});

test("a union is a square that holds both", () => {
  const both = union(VIEW, {left: -40, right: -20, bottom: 0, top: 20});
  assert.deepEqual([both.right - both.left, both.top - both.bottom], [45, 45]);
  assert.ok(both.left <= -40 && both.right >= 5 && both.bottom <= -2 && both.top >= 20);
});

for (const [low, high] of [
  [-3, 3],
  [-42.7, 57.2],
  [0.123, 0.1234],
  [-1e-4, 2e-4],
]) {
  test(`ticks from ${low} to ${high} are round numbers inside, and their labels differ`, () => {
    const {values, decimals} = ticks(low, high, 6);
    const labels = values.map((v) => v.toFixed(decimals));
    assert.ok(values.length >= 2 && values.length <= 7);
    assert.ok(values[0] >= low - 1e-9 && values.at(-1) <= high + 1e-9);
    assert.equal(new Set(labels).size, labels.length);
    near(labels.map(Number), values, 1e-8);
  });
}

test("the nearest point is the nearest, and the next one if that is not allowed", () => {
  const points = normals(1000);
  const distance = (i) => Math.hypot(points[2 * i] - 0.3, points[2 * i + 1] + 0.2);
  const order = Array.from({length: 500}, (_, i) => i).sort((a, b) => distance(a) - distance(b));
  const neighbour = nearest(points, 0.3, -0.2);
  assert.equal(neighbour.index, order[0]);
  near([neighbour.distance], [distance(order[0])]);
  assert.equal(nearest(points, 0.3, -0.2, (i) => i !== order[0]).index, order[1]);
  assert.equal(nearest(points, 0.3, -0.2, () => false).index, -1);
});

test("a view is four numbers in the address", () => {
  assert.deepEqual(viewOf([-3, 5, -2, 6]), VIEW);
  assert.ok(sameView({...VIEW}, VIEW) && !sameView(null, VIEW));
});
