// The names of the classes over a map.

import {pointToScreen} from "./frame.js";
import {apart} from "./labels.js";

/**
 * @typedef {import("./frame.js").View} View
 * @typedef {import("../kit/theme.js").Theme} Theme
 * @typedef {[x: number, y: number]} Pixel CSS pixels from the left and the upper edge
 */

/**
 * @typedef {object} NameBox the name of a class, by its middle
 * @property {string} text
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {Pixel} home where it belongs
 * @property {string} colour
 */

/**
 * The names of the classes at their densest places; moved apart where they would collide, with a line back.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {import("./labels.js").NamePosition[]} positions
 * @param {string[]} classes
 * @param {Theme} theme
 * @returns {NameBox[]} where they stand
 */
export function drawNames(context, size, view, positions, classes, theme) {
  const height = theme.small * 1.75;
  context.font = `700 ${Math.round(theme.small * 1.3)}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const boxes = positions
    .map(({label, z}) => {
      const home = pointToScreen(view, size, z);
      const text = classes[label];
      const width = Math.max(height, context.measureText(text).width + 0.8 * theme.small);
      return {text, x: home[0], y: home[1], home, height, width, colour: `rgb(${theme.colours[label]})`};
    })
    .filter(({x, y}) => x > 0 && y > 0 && x < size && y < size);
  const moved = apart(boxes);
  for (const box of moved) leadBack(context, box, theme);
  for (const box of moved) namePlate(context, box, theme);
  return moved;
}

/**
 * A line from a name to the place that it belongs to, if it was moved from there.
 * @param {CanvasRenderingContext2D} context
 * @param {NameBox} box
 * @param {Theme} theme
 */
function leadBack(context, {x, y, home, height, colour}, theme) {
  if (Math.hypot(x - home[0], y - home[1]) < 0.8 * height) return;
  context.lineWidth = 1.5;
  context.strokeStyle = theme.text;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(...home);
  context.stroke();
  context.fillStyle = colour;
  context.beginPath();
  context.arc(...home, 3, 0, 7);
  context.fill();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {NameBox} box
 * @param {Theme} theme
 */
function namePlate(context, {text, x, y, width, height, colour}, theme) {
  context.beginPath();
  context.roundRect(x - width / 2, y - height / 2, width, height, height / 2);
  context.globalAlpha = 0.88;
  context.fillStyle = theme.paper;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 2.5;
  context.strokeStyle = colour;
  context.stroke();
  context.fillStyle = theme.text;
  context.fillText(text, x, y + 1);
}
