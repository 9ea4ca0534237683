// Numbers for people.

import assert from "node:assert/strict";
import test from "node:test";
import {formatNumber, measured, short, signed, tiny} from "../../explorer/stage/assets/kit/numbers.js";

test("a place is signed and as precise as the view", () => {
  const cases = [
    [0.5, 6, "+0.50"],
    [-0.004, 6, "+0.00"],
    [-12.34, 60, "\u221212.3"],
    [0.12345, 0.002, "+0.12345"],
  ];
  for (const [value, range, text] of cases) assert.equal(signed(value, range), text);
});

test("a number has separators, a true minus, and a dash where there is none", () => {
  assert.equal(formatNumber(-1234.5), "\u22121,234.50");
  assert.equal(formatNumber(131072, 0), "131,072");
  for (const none of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(formatNumber(none), "\u2013");
  }
});

test("the end of a scale has three digits", () => {
  assert.deepEqual([0, 34.06, -0.5, 12345, -0.00012].map(short), [
    "0",
    "34.1",
    "\u22120.5",
    "1.2e+4",
    "\u22121.2e-4",
  ]);
});

test("a share is a percentage, an error nearly nothing", () => {
  assert.deepEqual(
    [measured(0.868, "%"), measured(124.584, "nats"), measured(0.0324, "")],
    ["86.8 %", "124.58", "0.0324"],
  );
  assert.equal(measured(undefined, "nats"), "\u2013");
  assert.deepEqual([tiny(2e-6), tiny(-0.0213)], ["< 0.00001", "0.02130"]);
});
