// The plane of a map: there and back, and of two numbers nothing changes.

import assert from "node:assert/strict";
import test from "node:test";
import {codeAt, toCode, toPoint, toPoints, toSpreads} from "../../explorer/stage/assets/kit/chart.js";

const PLANE = {
  origin: [0, 0],
  axes: [
    [1, 0],
    [0, 1],
  ],
};
const SLANTING = {
  origin: [1, -2, 0.5],
  axes: [
    [0.6, 0.8, 0],
    [0, 0, 1],
  ],
};

test("of two numbers the codes are their own points", () => {
  const codes = Float32Array.of(0.25, -3, 7, 0);
  assert.equal(toPoints(PLANE, codes), codes);
  assert.equal(toSpreads(PLANE, codes), codes);
  assert.deepEqual(toCode(PLANE, [0.1, -0.2]), [0.1, -0.2]);
  assert.deepEqual(toPoint(PLANE, [0.1, -0.2]), [0.1, -0.2]);
});

test("a slanting plane gives its points back and projects the rest", () => {
  const code = toCode(SLANTING, [2, 3]);
  assert.deepEqual(code, [1 + 2 * 0.6, -2 + 2 * 0.8, 3.5]);
  const near = (point) => assert.ok(Math.hypot(point[0] - 2, point[1] - 3) < 1e-12);
  near(toPoint(SLANTING, code));
  const beside = [code[0] + 0.8, code[1] - 0.6, code[2]]; // orthogonal to both axes
  near(toPoint(SLANTING, beside));
});

test("all codes of a run become points, and their deviations those along the axes of the plane", () => {
  const codes = Float32Array.from([...toCode(SLANTING, [2, 3]), ...toCode(SLANTING, [-1, 0.5])]);
  assert.deepEqual(
    [...toPoints(SLANTING, codes)].map((v) => Number(v.toFixed(5))),
    [2, 3, -1, 0.5],
  );
  const sd = toSpreads(SLANTING, Float32Array.of(1, 2, 3));
  assert.deepEqual(
    [...sd].map((v) => Number(v.toFixed(5))),
    [Number(Math.hypot(0.6, 1.6).toFixed(5)), 3],
  );
});

test("a code is read at its place", () => {
  const codes = {z: Float32Array.of(1, 2, 3, 4, 5, 6), dimensions: 3};
  assert.deepEqual(codeAt(codes, 1), [4, 5, 6]);
});
