// Images as the server sends them: bytes (n, c, h, w), and where one begins. No DOM in here.

/** Images of one shape: bytes (count, c, h, w), grey for c = 1, red, green and blue for c = 3. */
export class Images {
  /**
   * @param {Uint8Array} bytes
   * @param {number[]} shape [c, h, w] of one image
   */
  constructor(bytes, shape) {
    this.bytes = bytes;
    this.shape = shape;
    this.size = shape[0] * shape[1] * shape[2];
    this.count = bytes.length / this.size;
  }

  get width() {
    return this.shape[2];
  }
  get height() {
    return this.shape[1];
  }
  get coloured() {
    return this.shape[0] === 3;
  }

  /** One of the images. */
  at(index) {
    return new Images(this.bytes.subarray(this.size * index, this.size * (index + 1)), this.shape);
  }

  /** Each of the images. */
  each() {
    return Array.from({length: this.count}, (_, index) => this.at(index));
  }

  /** Images of one shape, one after another; null for none. */
  static of(list) {
    if (!list.length) return null;
    const {shape, size} = list[0];
    const bytes = new Uint8Array(size * list.length);
    for (const [k, image] of list.entries()) bytes.set(image.bytes, size * k);
    return new Images(bytes, shape);
  }
}

/** The largest box of an image's proportions within a square, in its middle: [x, y, width, height]. */
export function fitted({width, height}, x, y, side) {
  const scale = side / Math.max(width, height);
  const across = width * scale;
  const down = height * scale;
  return [x + (side - across) / 2, y + (side - down) / 2, across, down];
}

/** The pixels of one image or more as RGBA, for each its own: grey as ink of a colour, the value as opacity. */
export function rgba({bytes, count, size, coloured}, [r, g, b]) {
  const pixels = size / (coloured ? 3 : 1);
  const words = new Uint32Array(count * pixels);
  const ink = (b << 16) | (g << 8) | r;
  if (!coloured) {
    for (let i = 0; i < words.length; i++) words[i] = (bytes[i] << 24) | ink;
    return words;
  }
  for (let k = 0; k < count; k++) {
    const first = k * size;
    const second = first + pixels;
    const third = second + pixels;
    const at = k * pixels;
    for (let i = 0; i < pixels; i++) {
      words[at + i] = 0xff000000 | (bytes[third + i] << 16) | (bytes[second + i] << 8) | bytes[first + i];
    }
  }
  return words;
}
