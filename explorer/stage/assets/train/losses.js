// A term of both trainings as lines over the epochs, on a canvas.

import {contextOf} from "../kit/canvas.js";
import {ticks} from "../map/frame.js";
import {smoothed} from "./past.js";

const LONGEST_FIRST = 0.1; // epochs of it, at most
const FIRST_SHARE = 0.1; // of what is there, left out of the range: a loss falls steeply at first
const HEADROOM = 0.08; // of the range, above and below
const LEAST_RANGE = 1; // nats
const LEAST_EPOCHS = 0.5; // of the axis
const ROOM = 1.25; // of the axis, right of what there is: for names
const RAW = 0.25; // opacity of the curve as it came, under the smoothed one

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} colour
 * @property {number[]} curve [epoch, value, epoch, value, ...], of batches
 * @property {number[]} tests the same of the test images
 */

/**
 * The range of some curves, with what lies far above at the very beginning left out.
 * @param {number[][]} curves
 * @param {number} end of the epochs
 */
export function rangeOf(curves, end) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const first = Math.min(LONGEST_FIRST, end * FIRST_SHARE);
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
 * @param {number | null} at the epoch that is shown, if it is not the last
 * @param {import("../kit/theme.js").Theme} theme
 */
export function drawLosses(canvas, lines, at, theme) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `${theme.small}px ${theme.font}`;
  const end = Math.max(1e-6, ...lines.map(({curve}) => curve.at(-2) ?? 0));
  const epochs = ROOM * Math.max(LEAST_EPOCHS, end);
  const {low, high} = rangeOf(
    lines.map(({curve}) => curve),
    end,
  );
  const left = 2.6 * theme.small;
  const bottom = height - 1.3 * theme.small;
  /** @param {number} epoch */
  const x = (epoch) => left + (epoch / epochs) * (width - left - 4);
  /** @param {number} value */
  const y = (value) => bottom - ((Math.min(value, high) - low) / (high - low)) * (bottom - 4);
  const sheet = {context, x, y, high};
  drawAxes(sheet, {low, high, epochs, left, bottom, width, height}, theme);
  for (const {curve, colour, tests} of lines) {
    context.strokeStyle = colour;
    context.globalAlpha = RAW;
    drawCurve(sheet, curve, 1);
    context.globalAlpha = 1;
    drawCurve(sheet, smoothed(curve), 2.5);
    context.fillStyle = colour;
    for (let k = 0; k < tests.length; k += 2) {
      if (tests[k + 1] > high) continue;
      context.beginPath();
      context.arc(x(tests[k]), y(tests[k + 1]), 4, 0, 7);
      context.fill();
    }
  }
  drawNames(sheet, lines, bottom, theme);
  if (at === null) return;
  context.strokeStyle = theme.text;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(at), 4);
  context.lineTo(x(at), bottom);
  context.stroke();
}

/** @typedef {{context: CanvasRenderingContext2D, x: (epoch: number) => number, y: (value: number) => number}} Sheet */

/**
 * @param {Sheet} sheet
 * @param {Record<"low" | "high" | "epochs" | "left" | "bottom" | "width" | "height", number>} box
 * @param {import("../kit/theme.js").Theme} theme
 */
function drawAxes({context, x, y}, {low, high, epochs, left, bottom, width, height}, theme) {
  context.strokeStyle = theme.line;
  context.fillStyle = theme.text;
  context.textAlign = "right";
  context.textBaseline = "middle";
  const {values, decimals} = ticks(low, high, Math.max(1, Math.floor(bottom / (2.2 * theme.small))));
  for (const value of values) {
    context.beginPath();
    context.moveTo(left, y(value));
    context.lineTo(width, y(value));
    context.stroke();
    context.fillText(value.toFixed(decimals), left - 5, y(value));
  }
  context.textBaseline = "bottom";
  context.fillText("epoch", width - 2, height);
  context.textAlign = "center";
  const marks = ticks(0, epochs, 4);
  for (const epoch of marks.values)
    if (epoch > 0 && x(epoch) < width - 5 * theme.small)
      context.fillText(epoch.toFixed(marks.decimals), x(epoch), height);
}

/** @param {Sheet} sheet @param {number[]} curve @param {number} thickness */
function drawCurve({context, x, y}, curve, thickness) {
  context.lineWidth = thickness;
  context.beginPath();
  for (let k = 0; k < curve.length; k += 2) context.lineTo(x(curve[k]), y(curve[k + 1]));
  context.stroke();
}

/**
 * The name of each line at its end, one above the other.
 * @param {Sheet} sheet
 * @param {Line[]} lines
 * @param {number} bottom
 * @param {import("../kit/theme.js").Theme} theme
 */
function drawNames({context, x, y}, lines, bottom, theme) {
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.font = `600 ${theme.small}px ${theme.font}`;
  const ends = lines
    .filter(({curve}) => curve.length)
    .map(({name, colour, curve}) => ({
      name,
      colour,
      at: y(smoothed(curve).at(-1) ?? 0),
      from: curve.at(-2) ?? 0,
    }))
    .sort((a, b) => a.at - b.at);
  for (const [k, end] of ends.entries()) {
    const room = (ends.length - k) * 1.1 * theme.small;
    if (k && end.at - ends[k - 1].at < 1.1 * theme.small) end.at = ends[k - 1].at + 1.1 * theme.small;
    end.at = Math.min(end.at, bottom - room + 0.5 * theme.small);
    context.fillStyle = end.colour;
    context.fillText(end.name, x(end.from) + 7, end.at);
  }
}
