// What is decoded under the pointer: asked as soon as the pointer's place is known, and only once.

import assert from "node:assert/strict";
import test from "node:test";
import {Probe} from "../../explorer/stage/assets/compare/probe.js";

/** A map of the plane itself, and the codes that were asked for. */
function probed() {
  const asked = /** @type {string[]} */ ([]);
  const run = {
    name: "vae",
    stamp: "1",
    shape: [1, 2, 2],
    plane: {
      origin: [0, 0],
      axes: [
        [1, 0],
        [0, 1],
      ],
    },
  };
  const side = {
    content: {run},
    range: 6,
    map: {data: {}, nearestTo: () => ({index: -1, distance: 0})},
  };
  const context = {decode: (_key, [{z}]) => asked.push(String(z))};
  const pictures = {draw: () => {}, say: () => {}};
  return {asked, side, probe: new Probe(/** @type {any} */ (context), /** @type {any} */ (pictures))};
}

test("a place that was asked ahead is not asked again by the frame that says so", () => {
  const {asked, side, probe} = probed();
  probe.askAhead(/** @type {any} */ (side), [1, 2]);
  probe.askAhead(/** @type {any} */ (side), [2, 2]);
  probe.decode(/** @type {any} */ (side), [2, 2], "at the pointer");
  assert.deepEqual(asked, ["1,2", "2,2"]);
});

test("another place, another training, and the same place later are asked", () => {
  const {asked, side, probe} = probed();
  probe.askAhead(/** @type {any} */ (side), [1, 2]);
  probe.decode(/** @type {any} */ (side), [3, 3], "pinned");
  probe.decode(/** @type {any} */ (side), [3, 3], "pinned");
  probe.askAhead(/** @type {any} */ (side), [3, 3]);
  side.content.run.stamp = "2";
  probe.decode(/** @type {any} */ (side), [3, 3], "at the pointer");
  assert.deepEqual(asked, ["1,2", "3,3", "3,3", "3,3", "3,3"]);
});
