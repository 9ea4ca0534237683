// What stands still over a map: its axes, and the prior.

import {prepare} from "../kit/canvas.js";
import {ticks, toScreen} from "./frame.js";

/**
 * @typedef {import("./frame.js").View} View
 * @typedef {import("../kit/theme.js").Theme} Theme
 * @typedef {[x: number, y: number]} Pixel CSS pixels from the left and the upper edge
 */

const TEXT_HALO = 4; // CSS pixels of paper around a text
const TICKS_PER_AXIS = 6; // about

/**
 * The axes through 0, ticks along the left and lower edge, and the names of the axes.
 * @param {HTMLCanvasElement} canvas
 * @param {number} size
 * @param {View} view
 * @param {Theme} theme
 * @returns {CanvasRenderingContext2D}
 */
export function axes(canvas, size, view, theme) {
  const context = prepare(canvas, size);
  context.lineJoin = "round";
  zeroLines(context, size, view, theme);
  context.font = `${theme.small}px ${theme.font}`;
  ticksAcross(context, size, view, theme);
  ticksUp(context, size, view, theme);
  axisNames(context, size, theme);
  return context;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {Theme} theme
 */
function zeroLines(context, size, view, theme) {
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  const [x0, y0] = toScreen(view, size, 0, 0);
  const x = Math.round(x0) + 0.5;
  const y = Math.round(y0) + 0.5;
  context.beginPath(); // one for both: their colour is half transparent, and would add up where they cross
  if (x0 > 0 && x0 < size) {
    context.moveTo(x, 0);
    context.lineTo(x, size);
  }
  if (y0 > 0 && y0 < size) {
    context.moveTo(0, y);
    context.lineTo(size, y);
  }
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {Theme} theme
 */
function ticksAcross(context, size, view, theme) {
  const {values, decimals} = ticks(view.left, view.right, TICKS_PER_AXIS);
  context.textAlign = "center";
  context.textBaseline = "bottom";
  for (const v of values) {
    const [x] = toScreen(view, size, v, 0);
    if (x < 3.4 * theme.small || x > size - 3 * theme.small) continue;
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5;
    line(context, [x, size], [x, size - 5]);
    write(context, label(v, decimals), x, size - 7, theme);
  }
}

/**
 * Numbers without ticks, which would read as minus signs.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {Theme} theme
 */
function ticksUp(context, size, view, theme) {
  const {values, decimals} = ticks(view.bottom, view.top, TICKS_PER_AXIS);
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const v of values) {
    const [, y] = toScreen(view, size, 0, v);
    if (y < 2.6 * theme.small || y > size - 2.3 * theme.small) continue;
    write(context, label(v, decimals), 7, y, theme);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {Theme} theme
 */
function axisNames(context, size, theme) {
  context.font = `italic 600 ${theme.small + 2}px ${theme.font}`;
  write(context, "z\u2082", 8, theme.small + 3, theme);
  context.textAlign = "right";
  write(context, "z\u2081", size - 8, size - theme.small, theme);
}

/** @param {number} v @param {number} decimals */
const label = (v, decimals) => (v < -1e-12 ? "\u2212" : "") + Math.abs(v).toFixed(decimals);

/**
 * A text with a halo, so that it is read on whatever lies below it.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {Theme} theme
 */
function write(context, text, x, y, theme) {
  context.lineWidth = TEXT_HALO;
  context.strokeStyle = theme.paper;
  context.strokeText(text, x, y);
  context.fillStyle = theme.text;
  context.fillText(text, x, y);
}

/** @param {CanvasRenderingContext2D} context @param {Pixel} from @param {Pixel} to */
function line(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

/**
 * The prior N(0, I): circles at one, two and three standard deviations.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {Theme} theme
 */
export function prior(context, size, view, theme) {
  const unit = size / (view.right - view.left);
  const [x, y] = toScreen(view, size, 0, 0);
  context.font = `${theme.small}px ${theme.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  let named = false; // the largest circle with room for it says what the circles are
  for (const sigma of [3, 2, 1]) {
    if (sigma * unit < 2) continue;
    context.strokeStyle = theme.text;
    context.lineWidth = 1.25;
    context.setLineDash([3, 5]);
    context.beginPath();
    context.arc(x, y, sigma * unit, 0, 7);
    context.stroke();
    context.setLineDash([]);
    const reach = sigma * unit * Math.SQRT1_2;
    const left = x + reach + 5;
    const middle = y - reach - 3;
    const name = `${sigma}\u03c3`;
    const whole = `${name} of N(0, I)`;
    /** @param {string} text */
    const fits = (text) => left + context.measureText(text).width < size - 4 && middle > 12;
    if (!named && fits(whole)) write(context, whole, left, middle, theme);
    else if (sigma * unit >= 3 * theme.small && fits(name)) write(context, name, left, middle, theme);
    named ||= fits(whole);
  }
}
