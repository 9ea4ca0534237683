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

  /** One of the images. @param {number} index */
  at(index) {
    return new Images(this.bytes.subarray(this.size * index, this.size * (index + 1)), this.shape);
  }

  /** Each of the images. */
  each() {
    return Array.from({length: this.count}, (_, index) => this.at(index));
  }

  /** Images of one shape, one after another; null for none. @param {Images[]} list */
  static of(list) {
    if (!list.length) return null;
    const {shape, size} = list[0];
    const bytes = new Uint8Array(size * list.length);
    for (const [k, image] of list.entries()) bytes.set(image.bytes, size * k);
    return new Images(bytes, shape);
  }
}

/**
 * The largest box of an image's proportions within a square, in its middle.
 * @param {{width: number, height: number}} image
 * @param {number} x
 * @param {number} y the square's upper left corner
 * @param {number} side
 * @returns {[x: number, y: number, width: number, height: number]}
 */
export function fitted({width, height}, x, y, side) {
  const scale = side / Math.max(width, height);
  const across = width * scale;
  const down = height * scale;
  return [x + (side - across) / 2, y + (side - down) / 2, across, down];
}

/**
 * Write image k as RGBA into the pixels of a larger picture, `stride` pixels wide, its upper left corner at
 * `corner`: grey as ink of a colour, the value as opacity; colours as they are.
 * @param {Uint32Array} words one a pixel, little-endian
 * @param {number} stride
 * @param {number} corner
 * @param {Images} images
 * @param {number} k
 * @param {number[]} ink
 */
export function writePixels(words, stride, corner, images, k, ink) {
  const {bytes, size, width, height} = images;
  const colour = (ink[2] << 16) | (ink[1] << 8) | ink[0];
  const area = width * height;
  let at = k * size;
  for (let row = 0; row < height; row++) {
    const first = corner + row * stride;
    if (images.coloured) {
      for (let column = 0; column < width; column++, at++) {
        words[first + column] =
          0xff000000 | (bytes[at + 2 * area] << 16) | (bytes[at + area] << 8) | bytes[at];
      }
    } else {
      for (let column = 0; column < width; column++, at++) words[first + column] = (bytes[at] << 24) | colour;
    }
  }
}
