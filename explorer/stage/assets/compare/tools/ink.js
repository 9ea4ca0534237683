// What was drawn, as numbers: strokes as pixels, without a canvas, whose pixels a private window does not tell.

/** @typedef {{height: number, width: number, bytes: Uint8Array}} Ink 255 where there is ink */

/**
 * An empty sheet.
 * @param {number} width pixels
 * @param {number} height
 * @returns {Ink}
 */
export const emptyInk = (width, height) => ({width, height, bytes: new Uint8Array(width * height)});

/**
 * Add a leg of a stroke: all within `radius` of the line between two points, with a soft edge of one pixel. A
 * pixel keeps the most ink it was given, so that the order and the number of legs make no difference.
 * @param {Ink} ink
 * @param {number[]} from pixels from the left and the upper edge
 * @param {number[]} to
 * @param {number} radius pixels
 */
export function addLeg({width, height, bytes}, from, to, radius) {
  const reach = radius + 0.5;
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const squared = dx * dx + dy * dy;
  const firstRow = Math.max(0, Math.floor(Math.min(from[1], to[1]) - reach));
  const lastRow = Math.min(height - 1, Math.ceil(Math.max(from[1], to[1]) + reach));
  const firstColumn = Math.max(0, Math.floor(Math.min(from[0], to[0]) - reach));
  const lastColumn = Math.min(width - 1, Math.ceil(Math.max(from[0], to[0]) + reach));
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const [x, y] = [column + 0.5 - from[0], row + 0.5 - from[1]]; // the pixel's middle
      const share = squared ? Math.max(0, Math.min(1, (x * dx + y * dy) / squared)) : 0;
      const covered = reach - Math.hypot(x - share * dx, y - share * dy);
      const value = Math.round(255 * Math.max(0, Math.min(1, covered)));
      const at = row * width + column;
      if (value > bytes[at]) bytes[at] = value;
    }
  }
}
