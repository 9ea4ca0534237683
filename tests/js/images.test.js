// Images of any shape: where one begins, and what its pixels are.

import assert from "node:assert/strict";
import test from "node:test";
import {fitted, Images, writePixels} from "../../explorer/stage/assets/kit/images.js";

const counting = (n) => Uint8Array.from({length: n}, (_, i) => i);

test("an image is a view of its own bytes", () => {
  const images = new Images(counting(2 * 3 * 5 * 4), [3, 5, 4]);
  assert.equal(images.count, 2);
  assert.deepEqual([images.width, images.height, images.coloured], [4, 5, true]);
  const second = images.at(1);
  assert.deepEqual([second.count, second.bytes[0], second.bytes.length], [1, 60, 60]);
  assert.equal(second.bytes.buffer, images.bytes.buffer);
  assert.deepEqual(Images.of([second, images.at(0)]).at(1).bytes, images.at(0).bytes);
  assert.equal(Images.of([]), null);
});

/** The bytes of image k alone. */
function pixelsOf(images, k, ink) {
  const words = new Uint32Array(images.width * images.height);
  writePixels(words, images.width, 0, images, k, ink);
  return [...new Uint8Array(words.buffer)];
}

test("grey is ink of a colour, the value as opacity", () => {
  const pixels = pixelsOf(new Images(Uint8Array.of(0, 255, 128, 1), [1, 2, 2]), 0, [16, 32, 48]);
  assert.deepEqual(pixels.slice(0, 8), [16, 32, 48, 0, 16, 32, 48, 255]);
  assert.equal(pixels[11], 128);
});

test("colour is its three planes, opaque, whatever the ink", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24);
  const more = bytes.map((v) => v + 100);
  const both = Images.of([new Images(bytes, [3, 2, 2]), new Images(more, [3, 2, 2])]);
  assert.deepEqual(pixelsOf(both, 0, [0, 0, 0]).slice(4, 8), [2, 12, 22, 255]);
  assert.deepEqual(pixelsOf(both, 1, [0, 0, 0]).slice(0, 4), [101, 111, 121, 255]);
});

test("an image is written where it belongs in a larger picture", () => {
  const images = new Images(counting(12), [1, 3, 2]);
  const words = new Uint32Array(5 * 4);
  writePixels(words, 5, 5 + 2, images, 1, [0, 0, 0]);
  const written = [...words.entries()].filter(([, word]) => word).map(([at, word]) => [at, word >>> 24]);
  assert.deepEqual(written, [
    [7, 6],
    [8, 7],
    [12, 8],
    [13, 9],
    [17, 10],
    [18, 11],
  ]);
});

test("an image keeps its proportions in a square", () => {
  assert.deepEqual(fitted({width: 12, height: 16}, 100, 50, 32), [104, 50, 24, 32]);
  assert.deepEqual(fitted({width: 8, height: 8}, 0, 0, 10), [0, 0, 10, 10]);
});
