// Images of any shape: where one begins, and what its pixels are.

import assert from "node:assert/strict";
import test from "node:test";
import {fitted, Images, rgba} from "../../explorer/stage/assets/kit/images.js";

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

test("grey is ink of a colour, the value as opacity", () => {
  const words = rgba(new Images(Uint8Array.of(0, 255, 128, 1), [1, 2, 2]), [16, 32, 48]);
  const pixels = new Uint8Array(words.buffer);
  assert.deepEqual([...pixels.slice(0, 8)], [16, 32, 48, 0, 16, 32, 48, 255]);
  assert.equal(pixels[11], 128);
});

test("colour is its three planes, opaque, whatever the ink", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24);
  const both = Images.of([
    new Images(bytes, [3, 2, 2]),
    new Images(
      bytes.map((v) => v + 100),
      [3, 2, 2],
    ),
  ]);
  const pixels = new Uint8Array(rgba(both, [0, 0, 0]).buffer);
  assert.deepEqual([...pixels.slice(4, 8)], [2, 12, 22, 255]);
  assert.deepEqual([...pixels.slice(16, 20)], [101, 111, 121, 255]);
});

test("an image keeps its proportions in a square", () => {
  assert.deepEqual(fitted({width: 12, height: 16}, 100, 50, 32), [104, 50, 24, 32]);
  assert.deepEqual(fitted({width: 8, height: 8}, 0, 0, 10), [0, 0, 10, 10]);
});
