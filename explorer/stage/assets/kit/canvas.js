// The canvas as a sheet of CSS pixels, whatever the screen has.

/**
 * The 2d context of a canvas, which has no other.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [options]
 * @returns {CanvasRenderingContext2D}
 */
export function contextOf(canvas, options) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", options));
}

/**
 * Match a square canvas's pixels to its size on the screen; returns its context in CSS pixels, cleared.
 * @param {HTMLCanvasElement} canvas
 * @param {number} size CSS pixels a side
 */
export function prepare(canvas, size) {
  const ratio = window.devicePixelRatio || 1;
  const pixels = Math.round(size * ratio);
  if (canvas.width !== pixels) {
    canvas.width = pixels;
    canvas.height = pixels;
  }
  const context = contextOf(canvas);
  context.setTransform(pixels / size, 0, 0, pixels / size, 0, 0);
  context.clearRect(0, 0, size, size);
  return context;
}
