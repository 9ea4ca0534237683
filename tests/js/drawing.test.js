// The drawing of a tab: forgotten means gone, whatever the tab's storage still has.

import assert from "node:assert/strict";
import test from "node:test";

const STORED = JSON.stringify({bytes: [9, 9, 9, 9], strokes: []});

/** @param {() => string | null} read @param {() => void} write */
function storage(read, write) {
  Object.defineProperty(globalThis, "sessionStorage", {
    value: {getItem: read, setItem: write},
    configurable: true,
  });
}

storage(
  () => STORED,
  () => {
    throw new Error("no room");
  },
);
const {drawing, forgetDrawing, saveDrawing} = await import("../../explorer/stage/assets/question/drawing.js");

test("a drawing is read from the tab's storage, until this page has another, or has forgotten it", () => {
  assert.deepEqual(drawing([1, 2, 2]), [9, 9, 9, 9]);
  saveDrawing(/** @type {any} */ ({bytes: Uint8Array.of(1, 2, 3, 4)}));
  assert.deepEqual(drawing([1, 2, 2]), [1, 2, 3, 4]);
  assert.equal(drawing([1, 3, 3]), null);
  forgetDrawing();
  assert.equal(drawing([1, 2, 2]), null);
});
