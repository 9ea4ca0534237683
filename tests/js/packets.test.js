// What live/wire.py packs: a header, then arrays, each at a multiple of four bytes.

import assert from "node:assert/strict";
import test from "node:test";
import {Images} from "../../explorer/stage/assets/kit/images.js";
import {unpacked} from "../../explorer/stage/assets/kit/packets.js";

/** As the server packs it, after `before` bytes. */
function packed(header, arrays, before = 0) {
  const listed = arrays.map(([name, type, shape]) => [name, type, shape]);
  let text = JSON.stringify({...header, arrays: listed});
  text += " ".repeat((4 - (text.length % 4)) % 4);
  const parts = [new TextEncoder().encode(text)];
  for (const [, , , array] of arrays) {
    parts.push(new Uint8Array(array.buffer), new Uint8Array((4 - (array.byteLength % 4)) % 4));
  }
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(before + 4 + size);
  new DataView(bytes.buffer).setUint32(before, text.length, true);
  let at = before + 4;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.buffer;
}

test("numbers come as arrays of their type, bytes with an image's shape as images", () => {
  const buffer = packed(
    {numbers: {elbo: -3}},
    [
      ["labels", "uint16", [3], Uint16Array.of(1, 299, 7)],
      ["z", "float32", [2, 2], Float32Array.of(1, 2, 3, 4.5)],
      ["images", "uint8", [2, 1, 2, 3], Uint8Array.from({length: 12}, (_, i) => i)],
      ["mask", "uint8", [3], Uint8Array.of(1, 0, 1)],
    ],
    4,
  );
  const packet = unpacked(buffer, 4);
  assert.deepEqual(packet.numbers, {elbo: -3});
  assert.deepEqual([...packet.labels], [1, 299, 7]);
  assert.deepEqual([...packet.z], [1, 2, 3, 4.5]);
  assert.ok(packet.images instanceof Images);
  assert.deepEqual(
    [packet.images.shape, [...packet.images.at(1).bytes]],
    [
      [1, 2, 3],
      [6, 7, 8, 9, 10, 11],
    ],
  );
  assert.deepEqual([...packet.mask], [1, 0, 1]);
});
