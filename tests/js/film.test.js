// The film of a training: between its moments, and on the scale of its time.

import assert from "node:assert/strict";
import {test} from "node:test";

import {Film, offScale, onScale} from "../../explorer/stage/assets/compare/film.js";
import {halfToNumber, toNumbers} from "../../explorer/stage/assets/kit/half.js";

const [ZERO, ONE, TWO, MINUS_TWO] = [0x0000, 0x3c00, 0x4000, 0xc000];

/** Three moments of two images; `count` images there are. @param {number} count @param {number[]} images */
const film = (count = 2, images = [0, 1]) =>
  new Film(
    {
      kept: [0, 1, 4],
      names: ["r @ epoch 0", "r @ epoch 1", "r"],
      terms: {loss: {label: "loss", title: "loss", unit: "nats", values: [8, null, 2]}},
      epochs: Float32Array.of(0, 0.5, 4),
      images: Uint32Array.from(images),
      windows: Float32Array.of(-1, 1, -1, 1, -2, 2, -2, 2, -4, 4, -4, 4),
      codes: Uint16Array.of(ZERO, ZERO, ONE, ONE, ONE, ONE, TWO, TWO, TWO, TWO, MINUS_TWO, ZERO),
    },
    count,
    2,
  );

test("half floats are read bit by bit", () => {
  /** @type {[number, number][]} */
  const known = [
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x8400, -(2 ** -14)],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ];
  for (const [bits, number] of known) assert.equal(halfToNumber(bits), number);
  assert.ok(Number.isNaN(halfToNumber(0x7e00)));
  assert.deepEqual(toNumbers(Uint16Array.of(ONE, MINUS_TWO)), Float32Array.of(1, -2));
});

test("codes lie where they were at a moment, and on the straight way between two", () => {
  const one = film();
  assert.deepEqual([...one.codesAt(0)], [0, 0, 1, 1]);
  assert.deepEqual([...one.codesAt(0.25)], [0.5, 0.5, 1.5, 1.5]);
  assert.deepEqual([...one.codesAt(4)], [2, 2, -2, 0]);
  assert.deepEqual([...one.codesAt(99)], [2, 2, -2, 0]);
});

test("an image that the film does not have lies nowhere on the map", () => {
  const some = film(4, [1, 3]);
  assert.deepEqual([...some.codesAt(0)], [Infinity, Infinity, 0, 0, Infinity, Infinity, 1, 1]);
  assert.ok(!some.whole && film().whole);
});

test("the range and the terms are of the same time", () => {
  const one = film();
  assert.deepEqual(one.windowAt(0.25), {left: -1.5, right: 1.5, bottom: -1.5, top: 1.5});
  assert.deepEqual(one.windowAt(4), {left: -4, right: 4, bottom: -4, top: 4});
  assert.equal(one.termAt("loss", 0), 8);
  assert.equal(one.termAt("loss", 4), 2);
  assert.equal(one.termAt("loss", 0.25), undefined); // one of its neighbours is not known
});

test("the weights that are nearest decode", () => {
  const one = film();
  assert.deepEqual(
    [0, 0.05, 0.3, 1, 2.5, 4].map((epoch) => one.nearest(epoch)),
    [0, 0, 1, 1, 2, 2],
  );
});

test("the scale of time is turned round exactly, and spreads the first epoch", () => {
  for (const epoch of [0, 0.01, 1, 84]) assert.ok(Math.abs(offScale(onScale(epoch)) - epoch) < 1e-9);
  const share = onScale(1) / onScale(84);
  assert.ok(share > 0.3 && share < 0.6);
});
