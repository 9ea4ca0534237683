// A term of both trainings as lines over the epochs, on a canvas.

import {contextOf} from "../kit/canvas.js";
import {ticks} from "../map/frame.js";

const FIRST_SHARE = 0.04; // of what is there, left out of the range: a loss falls steeply at first
const HEADROOM = 0.08; // of the range, above and below
const LEAST_RANGE = 1; // nats

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} colour
 * @property {number[]} curve [epoch, value, epoch, value, ...]
 */

/**
 * The range of some curves, with what lies far above at the very beginning left out.
 * @param {number[][]} curves
 * @param {number} end of the epochs
 */
export function rangeOf(curves, end) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const first = end * FIRST_SHARE;
  for (const curve of curves) {
    for (let k = 0; k < curve.length; k += 2) {
      if (curve[k] < first && k < curve.length - 2) continue;
      low = Math.min(low, curve[k + 1]);
      high = Math.max(high, curve[k + 1]);
    }
  }
  if (low > high) return {low: 0, high: LEAST_RANGE};
  const margin = HEADROOM * Math.max(LEAST_RANGE, high - low);
  return {low: low - margin, high: high + margin};
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Line[]} lines
 * @param {number} epochs the end of the axis
 * @param {number | null} at the epoch that is shown, if it is not the last
 * @param {import("../kit/theme.js").Theme} theme
 */
export function drawLosses(canvas, lines, epochs, at, theme) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `${theme.small}px ${theme.font}`;
  const end = Math.max(1e-6, ...lines.map(({curve}) => curve.at(-2) ?? 0));
  const {low, high} = rangeOf(
    lines.map(({curve}) => curve),
    end,
  );
  const left = 3.2 * theme.small;
  const bottom = height - 1.3 * theme.small;
  /** @param {number} epoch */
  const x = (epoch) => left + (epoch / epochs) * (width - left - 4);
  /** @param {number} value */
  const y = (value) => bottom - ((Math.min(value, high) - low) / (high - low)) * (bottom - 4);
  context.strokeStyle = theme.line;
  context.fillStyle = theme.text;
  context.textAlign = "right";
  context.textBaseline = "middle";
  const {values, decimals} = ticks(low, high, 3);
  for (const value of values) {
    context.beginPath();
    context.moveTo(left, y(value));
    context.lineTo(width, y(value));
    context.stroke();
    context.fillText(value.toFixed(decimals), left - 5, y(value));
  }
  context.textAlign = "center";
  context.textBaseline = "bottom";
  for (const epoch of ticks(0, epochs, 4).values)
    if (epoch > 0) context.fillText(`${epoch}`, x(epoch) - 4, height);
  for (const {curve, colour} of lines) {
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.beginPath();
    for (let k = 0; k < curve.length; k += 2) context.lineTo(x(curve[k]), y(curve[k + 1]));
    context.stroke();
  }
  if (at === null) return;
  context.strokeStyle = theme.text;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(at), 4);
  context.lineTo(x(at), bottom);
  context.stroke();
}
