// What the server packs (live/packets): a JSON header, then arrays. No DOM in here.

import {Images} from "./images.js";

const ARRAY_TYPES = {float32: Float32Array, uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array};
const AXES_OF_IMAGES = [3, 4]; // (c, h, w) and (n, c, h, w)

/** @typedef {[name: string, type: keyof typeof ARRAY_TYPES, shape: number[]]} Listed an array of a packet */

/**
 * The header, and each array by its name; bytes (c, h, w) or (n, c, h, w) are Images.
 * @param {ArrayBuffer} buffer
 * @param {number} offset
 * @returns {any} of whatever fields this packet has: who asked for it knows them
 */
export function unpacked(buffer, offset = 0) {
  const length = new DataView(buffer).getUint32(offset, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, offset + 4, length)));
  let at = offset + 4 + length;
  for (const [name, type, shape] of /** @type {Listed[]} */ (header.arrays)) {
    const count = shape.reduce((a, b) => a * b, 1);
    const array = new ARRAY_TYPES[type](buffer, at, count);
    const images = array instanceof Uint8Array && AXES_OF_IMAGES.includes(shape.length);
    header[name] = images ? new Images(array, shape.slice(-3)) : array;
    at += Math.ceil(array.byteLength / 4) * 4;
  }
  return header;
}
