// Half floats, as the server sends them: 16 bits each. No DOM in here.

/** Every half float, by its bits. @type {Float32Array | null} */
let table = null;

/** @param {number} bits of a half float (IEEE 754 binary16) */
export function halfToNumber(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The numbers of half floats. @param {Uint16Array} halves @returns {Float32Array} */
export function toNumbers(halves) {
  table ??= Float32Array.from({length: 1 << 16}, (_, bits) => halfToNumber(bits));
  const numbers = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) numbers[i] = table[halves[i]];
  return numbers;
}
