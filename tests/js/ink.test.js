// Strokes as pixels, without a canvas; colours and drawings without what a private window forbids.

import assert from "node:assert/strict";
import test from "node:test";
import {addLeg, emptyInk} from "../../explorer/stage/assets/compare/tools/ink.js";
import {rgbOf} from "../../explorer/stage/assets/kit/theme.js";
import {drawing, saveDrawing} from "../../explorer/stage/assets/question/drawing.js";

const total = ({bytes}) => bytes.reduce((sum, byte) => sum + byte, 0) / 255;

test("a dot has the area of a circle, a leg that of a rectangle with two half circles", () => {
  for (const [dx, dy] of [
    [0, 0],
    [30, 0],
    [18, 24],
  ]) {
    const ink = emptyInk(112, 80);
    addLeg(ink, [40.3, 40.7], [40.3 + dx, 40.7 + dy], 5);
    const area = Math.PI * 25 + 10 * Math.hypot(dx, dy);
    assert.ok(Math.abs(total(ink) / area - 1) < 0.02, `${total(ink)} of ${area}`);
  }
});

test("it lies where it was drawn: full inside, empty outside", () => {
  const ink = emptyInk(20, 10);
  addLeg(ink, [5, 5], [15, 5], 2);
  assert.equal(ink.bytes[4 * 20 + 10], 255);
  assert.equal(ink.bytes[1 * 20 + 10], 0);
  assert.equal(ink.bytes[5 * 20 + 2], 0);
  assert.equal(ink.bytes[5 * 20 + 4], 255);
});

test("a line in one leg or in many, to or fro, is the same ink", () => {
  const whole = emptyInk(60, 60);
  addLeg(whole, [10, 12], [50, 42], 4);
  const parts = emptyInk(60, 60);
  for (let k = 8; k > 0; k--) addLeg(parts, [10 + 5 * k, 12 + 3.75 * k], [5 + 5 * k, 8.25 + 3.75 * k], 4);
  assert.deepEqual(parts.bytes, whole.bytes);
});

test("what lies beyond the sheet does not come back on another side", () => {
  const ink = emptyInk(20, 20);
  addLeg(ink, [-30, 10], [-5, 10], 3);
  addLeg(ink, [10, 25], [40, 60], 3);
  assert.equal(total(ink), 0);
  addLeg(ink, [18, 10], [30, 10], 2);
  assert.equal(ink.bytes[10 * 20], 0);
  assert.equal(ink.bytes[10 * 20 + 19], 255);
});

test("a computed colour is read in both of its forms", () => {
  assert.deepEqual(rgbOf("rgb(255, 128, 0)"), [255, 128, 0]);
  assert.deepEqual(rgbOf("rgba(1, 2, 3, 0.5)"), [1, 2, 3]);
  assert.deepEqual(rgbOf("color(srgb 1 0.5 0)"), [255, 128, 0]);
  assert.deepEqual(rgbOf("color(srgb -0.02 1.1 1e-7 / 0.5)"), [0, 255, 0]);
});

test("a drawing is kept where the tab has no storage", () => {
  Object.defineProperty(globalThis, "sessionStorage", {
    configurable: true,
    get() {
      throw new DOMException("The operation is insecure.", "SecurityError");
    },
  });
  assert.equal(drawing([1, 1, 3]), null);
  saveDrawing({bytes: Uint8Array.from([1, 2, 3])});
  assert.deepEqual(drawing([1, 1, 3]), [1, 2, 3]);
  assert.equal(drawing([1, 2, 2]), null);
});
