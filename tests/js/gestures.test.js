// What the hand does on a map: taps, drags, rests, turns a wheel.

import assert from "node:assert/strict";
import test from "node:test";
import {HOLD_MS} from "../../explorer/stage/assets/kit/hold.js";
import {factorOf} from "../../explorer/stage/assets/kit/wheel.js";
import {gestures} from "../../explorer/stage/assets/map/gestures.js";
import {FakeElement, finger} from "./pointers.js";

/** A frame, and a list of what the hand did. */
function handled(ready = () => true) {
  const frame = new FakeElement();
  const list = [];
  const names = ["hover", "leave", "click", "double", "drag", "drop", "cancel", "zoom"];
  const on = Object.fromEntries(
    names.map((name) => [name, (...args) => list.push([name, ...args].join(" "))]),
  );
  gestures(frame, {...on, ready, click: (here) => list.push(`click ${here}`)});
  return {list, tell: (...args) => frame.tell(...args)};
}

test("a press that hardly moves is a click; one that moves is a drag", () => {
  const {list, tell} = handled();
  tell("pointerdown", [10, 10]);
  tell("pointermove", [12, 10]);
  tell("pointerup", [12, 10]);
  tell("pointerdown", [10, 10]);
  tell("pointermove", [15, 10]);
  tell("pointermove", [18, 11]);
  tell("pointerup", [18, 11]);
  const drags = ["drag 10,10 15,10 5,0", "drag 10,10 18,11 3,1", "drop"];
  assert.deepEqual(list, ["hover 12,10", "click 12,10", ...drags]);
});

test("a finger's tap may be less still, and hovers nowhere", () => {
  const {list, tell} = handled();
  tell("pointerdown", [10, 10], finger(1));
  tell("pointermove", [16, 14], finger(1));
  tell("pointerup", [16, 14], finger(1));
  assert.deepEqual(list, ["click 16,14"]);
});

test("a finger that rests hovers until it is lifted, and pins nothing", (t) => {
  t.mock.timers.enable({apis: ["setTimeout"]});
  const {list, tell} = handled();
  tell("pointerdown", [10, 10], finger(1));
  tell("pointermove", [12, 10], finger(1));
  t.mock.timers.tick(HOLD_MS);
  tell("pointermove", [60, 40], finger(1));
  tell("pointerup", [60, 40], finger(1));
  assert.deepEqual(list, ["hover 12,10", "hover 60,40", "leave"]);
});

test("a finger that moves, is lifted or joined in time does not rest", (t) => {
  t.mock.timers.enable({apis: ["setTimeout"]});
  const {list, tell} = handled();
  tell("pointerdown", [10, 10], finger(1));
  tell("pointermove", [30, 10], finger(1));
  t.mock.timers.tick(HOLD_MS);
  tell("pointerup", [30, 10], finger(1));
  tell("pointerdown", [10, 10], finger(1));
  tell("pointerup", [10, 10], finger(1));
  t.mock.timers.tick(HOLD_MS);
  tell("pointerdown", [10, 10], finger(1));
  tell("pointerdown", [30, 10], finger(2));
  t.mock.timers.tick(HOLD_MS);
  tell("pointermove", [50, 10], finger(2));
  assert.deepEqual(list, ["drag 10,10 30,10 20,0", "drop", "click 10,10", "cancel", "zoom 20,10 30,10 2"]);
});

test("a wheel zooms about its place, which is then hovered; without a map it scrolls the page", () => {
  const {list, tell} = handled();
  const event = tell("wheel", [30, 40], {deltaY: -50, deltaMode: 0, ctrlKey: false});
  assert.ok(event.defaultPrevented);
  assert.deepEqual(list, [`zoom 30,40 30,40 ${Math.exp(0.2)}`, "hover 30,40"]);
  const empty = handled(() => false);
  assert.ok(!empty.tell("wheel", [30, 40], {deltaY: -50, deltaMode: 0, ctrlKey: false}).defaultPrevented);
  assert.deepEqual(empty.list, []);
});

test("a pinch of a trackpad zooms by exp(-deltaY / 100), a wheel's notch by at most exp(0.24)", () => {
  const log = (deltaY, ctrlKey, deltaMode = 0) => Math.log(factorOf({deltaY, ctrlKey, deltaMode}));
  assert.ok(Math.abs(50 * log(-3, true) - 1.5) < 1e-9);
  assert.ok(Math.abs(log(-30, false) - 0.12) < 1e-9);
  assert.ok(Math.abs(log(120, false) + 0.24) < 1e-9);
  assert.ok(Math.abs(log(-1, false, 1) - 0.08) < 1e-9); // a line
  assert.ok(Math.abs(log(3, false, 1) - log(60, false)) < 1e-9);
  assert.ok(Math.abs(log(-1, false, 2) - 0.24) < 1e-9); // a page
});

test("Safari's own pinch zooms by its steps, unless fingers on the screen tell the same", () => {
  const {list, tell} = handled();
  tell("gesturestart", [5, 5], {scale: 1});
  tell("gesturechange", [5, 5], {scale: 2});
  assert.ok(tell("gesturechange", [6, 6], {scale: 3}).defaultPrevented);
  const zooms = list.filter((text) => text.startsWith("zoom"));
  assert.deepEqual(zooms, ["zoom 5,5 5,5 2", "zoom 6,6 6,6 1.5"]);
  tell("touchstart", [0, 0], {targetTouches: [1, 2]});
  assert.ok(tell("gesturechange", [6, 6], {scale: 5}).defaultPrevented);
  tell("touchend", [0, 0], {targetTouches: []});
  assert.equal(list.filter((text) => text.startsWith("zoom")).length, 2);
  tell("gesturechange", [6, 6], {scale: 10});
  assert.equal(list.filter((text) => text.startsWith("zoom")).at(-1), "zoom 6,6 6,6 2");
});
