// Where the names of the classes stand.

import assert from "node:assert/strict";
import test from "node:test";
import {apart, largestClasses, peaks} from "../../explorer/stage/assets/map/labels.js";
import {near, normals} from "./chance.js";

const VIEW = {left: -3, right: 5, bottom: -2, top: 6};

/** Points about a centre, [z1, z2, ...]. */
function cloud(count, [z1, z2], seed) {
  const across = normals(count, z1, 0.2, seed);
  const up = normals(count, z2, 0.2, seed + 1);
  return [...across].flatMap((v, i) => [v, up[i]]);
}

test("names move apart, and no farther than they must", () => {
  const box = {width: 20, height: 10};
  const places = [
    [10, 10],
    [12, 10],
    [10, 10],
    [300, 10],
    [310, 22],
  ];
  const boxes = places.map(([x, y]) => ({x, y, ...box}));
  const moved = apart(boxes);
  assert.deepEqual(moved.slice(3), boxes.slice(3)); // these did not overlap
  for (const [i, a] of moved.entries()) {
    for (const b of moved.slice(0, i)) {
      assert.ok(Math.abs(a.x - b.x) >= 20 - 0.2 || Math.abs(a.y - b.y) >= 10 - 0.2);
    }
  }
  assert.ok(moved.slice(0, 3).every((m) => Math.abs(m.x - 10) < 45 && Math.abs(m.y - 10) < 45));
});

test("a class in two places is named twice", () => {
  const points = [...cloud(400, [-2, -1], 1), ...cloud(200, [2, 4], 3), ...cloud(200, [3, 0], 5)];
  const labels = [...Array(400).fill(0), ...Array(400).fill(1)];
  const places = peaks(points, labels, 3, VIEW);
  assert.deepEqual(
    places.map(({label}) => label),
    [0, 1, 1],
  );
  const [one, ...two] = places.map(({z}) => z);
  near(one, [-2, -1], 0.35);
  const [high, low] = two.sort((a, b) => b[1] - a[1]);
  near(high, [2, 4], 0.35);
  near(low, [3, 0], 0.35);
});

test("of many classes the largest are named", () => {
  const labels = Uint16Array.of(299, 299, 299, 7, 7, 0);
  assert.deepEqual(largestClasses(labels, 300, 2), new Set([299, 7]));
  assert.equal(largestClasses(labels, 300, 1000).size, 300);
});
