// One pointer owns a stroke; fingers pinch; a palm counts for nothing.

import assert from "node:assert/strict";
import test from "node:test";
import {listenToStrokes} from "../../explorer/stage/assets/kit/strokes.js";
import {FakeElement, finger} from "./pointers.js";

/** An element, and a list of what it heard. */
function heard(more = {}) {
  const element = new FakeElement();
  const list = [];
  listenToStrokes(element, {
    begin: (here) => list.push(`begin ${here}`),
    move: (path) => list.push(`move ${path.join(" ")}`),
    end: (here) => list.push(`end ${here}`),
    cancel: () => list.push("cancel"),
    hover: (here) => list.push(`hover ${here}`),
    ahead: (here) => list.push(`ahead ${here}`),
    leave: () => list.push("leave"),
    ...more,
  });
  return {element, list, tell: (...args) => element.tell(...args)};
}

/** The same, with pinches rounded to two digits. */
function pinched() {
  const round = ([x, y]) => `${x.toFixed(0)},${y.toFixed(0)}`;
  const page = heard({
    pinch: (from, to, factor) => page.list.push(`pinch ${round(from)} ${round(to)} ${factor.toFixed(2)}`),
  });
  return page;
}

test("where a mouse will be at the next frame is told at once, but not of a stroke, nor of a finger", () => {
  const {list, tell} = heard();
  tell("pointerrawupdate", [1, 1]);
  tell("pointermove", [1, 1]);
  tell("pointerrawupdate", [2, 2], {pointerType: "touch"});
  tell("pointerdown", [2, 2]);
  tell("pointerrawupdate", [3, 3]);
  tell("pointerup", [4, 4]);
  assert.deepEqual(list, ["ahead 1,1", "hover 1,1", "begin 2,2", "end 4,4"]);
});

test("a mouse hovers, draws, and leaves", () => {
  const {element, list, tell} = heard();
  tell("pointermove", [1, 1]);
  tell("pointerdown", [2, 2]);
  tell("pointermove", [3, 3]);
  tell("pointerleave"); // it is captured: the stroke goes on beside the element
  tell("pointerup", [4, 4]);
  tell("lostpointercapture");
  tell("pointerleave");
  assert.deepEqual(list, ["hover 1,1", "begin 2,2", "move 3,3", "end 4,4", "leave"]);
  assert.deepEqual(element.captured, [1]);
});

test("what the browser gathered of a move is a path", () => {
  const {list, tell} = heard();
  tell("pointerdown", [2, 2]);
  const gathered = [
    {clientX: 3, clientY: 2},
    {clientX: 4, clientY: 2},
  ];
  tell("pointermove", [4, 2], {getCoalescedEvents: () => gathered});
  tell("pointermove", [5, 2], {getCoalescedEvents: () => []});
  assert.deepEqual(list.slice(1), ["move 3,2 4,2", "move 5,2"]);
});

test("other buttons begin nothing, nor does anything where nothing is ready", () => {
  const {list, tell} = heard();
  tell("pointerdown", [2, 2], {button: 2});
  tell("pointerup", [2, 2], {button: 2});
  const idle = heard({ready: () => false});
  idle.tell("pointermove", [1, 1]);
  idle.tell("pointerdown", [2, 2]);
  assert.deepEqual([list, idle.list], [[], []]);
});

for (const type of ["pointercancel", "lostpointercapture"]) {
  test(`a stroke that ends by ${type} is cancelled, once`, () => {
    const {list, tell} = heard();
    tell("pointerdown", [2, 2]);
    tell(type);
    tell("lostpointercapture");
    tell("pointermove", [3, 3], {buttons: 0});
    assert.deepEqual(list, ["begin 2,2", "cancel", "hover 3,3"]);
  });
}

test("a second finger does not touch the stroke of the first, where nothing pinches", () => {
  const {list, tell} = heard();
  tell("pointerdown", [2, 2], finger(1));
  tell("pointerdown", [50, 50], finger(2));
  tell("pointermove", [60, 60], finger(2));
  tell("pointermove", [3, 3], finger(1));
  tell("pointerup", [60, 60], finger(2));
  tell("pointerup", [4, 4], finger(1));
  assert.deepEqual(list, ["begin 2,2", "move 3,3", "end 4,4"]);
});

test("two fingers pinch about their centre, and the one that stays moves on", () => {
  const {list, tell} = pinched();
  tell("pointerdown", [40, 50], finger(1));
  tell("pointerdown", [60, 50], finger(2));
  tell("pointermove", [80, 50], finger(2));
  tell("pointerup", [40, 50], finger(1));
  tell("pointermove", [90, 60], finger(2));
  tell("pointerup", [90, 60], finger(2));
  const pinches = ["pinch 50,50 60,50 2.00", "pinch 80,50 90,60 1.00"];
  assert.deepEqual(list, ["begin 40,50", "cancel", ...pinches]);
});

test("a finger whose end was never heard does not stay", () => {
  const {list, tell} = pinched();
  tell("pointerdown", [40, 50], finger(1));
  tell("pointerdown", [10, 10], finger(3, {isPrimary: true}));
  tell("pointermove", [11, 11], finger(3));
  assert.deepEqual(list, ["begin 40,50", "cancel", "begin 10,10", "move 11,11"]);
});

test("a mouse does not join a finger, nor a finger a mouse", () => {
  const {list, tell} = pinched();
  tell("pointerdown", [40, 50], finger(2));
  tell("pointerdown", [10, 10]);
  tell("pointerup", [10, 10]);
  tell("pointerup", [40, 50], finger(2));
  assert.deepEqual(list, ["begin 40,50", "end 40,50"]);
});

test("a pen takes over from a palm, and no finger counts until it has rested", () => {
  const {list, tell} = pinched();
  const pen = {pointerId: 9, pointerType: "pen", timeStamp: 1e6};
  tell("pointerdown", [90, 90], finger(1));
  tell("pointerdown", [20, 20], pen);
  tell("pointermove", [91, 91], finger(1));
  tell("pointerdown", [80, 80], finger(2));
  tell("pointermove", [21, 21], pen);
  tell("pointerup", [22, 22], {...pen, buttons: 0});
  tell("pointerup", [91, 91], finger(1));
  tell("pointerdown", [85, 85], finger(3, {timeStamp: 1e6 + 500}));
  assert.deepEqual(list, ["begin 90,90", "cancel", "begin 20,20", "move 21,21", "end 22,22"]);
  tell("pointerdown", [30, 30], finger(1, {timeStamp: 1e6 + 2000}));
  assert.equal(list.at(-1), "begin 30,30");
});

test("a palm that rests on another element is no stroke there", () => {
  const {element, list, tell} = heard();
  const pad = heard();
  pad.element.ownerDocument = element.ownerDocument;
  tell("pointerdown", [90, 90], finger(1, {timeStamp: 3e6}));
  pad.tell("pointerdown", [20, 20], {pointerType: "pen", timeStamp: 3e6});
  tell("pointermove", [95, 95], finger(1, {timeStamp: 3e6}));
  tell("pointerup", [95, 95], finger(1, {timeStamp: 3e6}));
  pad.tell("pointerup", [20, 20], {pointerType: "pen", buttons: 0, timeStamp: 3e6});
  assert.deepEqual(list, ["begin 90,90", "cancel"]);
});

test("a finger's menu does not come; a mouse's does", () => {
  const {tell} = heard();
  tell("pointerdown", [2, 2], finger(1, {timeStamp: 1e9}));
  assert.ok(tell("contextmenu").defaultPrevented);
  tell("pointerdown", [2, 2], {button: 2});
  assert.ok(!tell("contextmenu").defaultPrevented);
});
