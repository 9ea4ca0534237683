// What moves over a map: the pin, the pointer, the image in question, and what the tools put there.

import {pointToScreen, toScreen} from "./frame.js";

/**
 * @typedef {import("./frame.js").View} View
 * @typedef {import("../kit/theme.js").Theme} Theme
 */

/**
 * @typedef {object} Moving what moves over a map; null for what is not there
 * @property {number[] | null} pin a point of the plane
 * @property {number[] | null} pointer
 * @property {{z: number[], colour: string} | null} image the one in question
 */

/**
 * The pinned z as a dashed cross, the pointer as a ring, the image in question as a filled disc.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {Moving} moving
 * @param {Theme} theme
 * @param {import("./names.js").NameBox[]} names that the cross must not strike through
 */
export function marks(context, size, view, {pin, pointer, image}, theme, names) {
  const scale = theme.small / 13;
  if (pin) {
    context.save();
    around(context, size, names);
    cross(context, size, pointToScreen(view, size, pin), 9 * scale, theme);
    context.restore();
  }
  if (image) ring(context, pointToScreen(view, size, image.z), 7 * scale, theme, image.colour);
  if (pointer) ring(context, pointToScreen(view, size, pointer), 11 * scale, theme, null);
}

/**
 * What is drawn next stays beside these names.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {import("./names.js").NameBox[]} names
 */
function around(context, size, names) {
  for (const {x, y, width, height} of names) {
    context.beginPath();
    context.rect(0, 0, size, size);
    context.roundRect(x - width / 2, y - height / 2, width, height, height / 2);
    context.clip("evenodd");
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {[number, number]} pixel
 * @param {number} gap CSS pixels that stay open around it
 * @param {Theme} theme
 */
function cross(context, size, [x, y], gap, theme) {
  for (const {colour, width, alpha} of [
    {colour: theme.paper, width: 4, alpha: 0.6},
    {colour: theme.accent, width: 1.75, alpha: 1},
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.globalAlpha = alpha;
    context.setLineDash(width > 2 ? [] : [7, 5]);
    context.beginPath();
    context.moveTo(x, y - gap);
    context.lineTo(x, 0);
    context.moveTo(x, y + gap);
    context.lineTo(x, size);
    context.moveTo(x - gap, y);
    context.lineTo(0, y);
    context.moveTo(x + gap, y);
    context.lineTo(size, y);
    context.stroke();
    context.setLineDash([]);
    context.strokeRect(x - gap * 0.7, y - gap * 0.7, gap * 1.4, gap * 1.4);
  }
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} pixel
 * @param {number} radius
 * @param {Theme} theme
 * @param {string | null} fill
 */
function ring(context, [x, y], radius, theme, fill) {
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  if (fill) {
    context.fillStyle = fill;
    context.fill();
  }
  context.lineWidth = 5;
  context.strokeStyle = theme.paper;
  context.stroke();
  context.lineWidth = 2.25;
  context.strokeStyle = theme.text;
  context.stroke();
}

/**
 * Ellipses of q(z|x) of all images that are not muted, at one standard deviation, faint.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {Float32Array} points (n, 2)
 * @param {Float32Array} sd (n, 2)
 * @param {Uint8Array | null} muted 1 for each that is left out
 * @param {Theme} theme
 */
export function ellipses(context, size, view, points, sd, muted, theme) {
  const unit = size / (view.right - view.left);
  context.beginPath();
  for (let i = 0; i < sd.length / 2; i++) {
    if (muted?.[i]) continue;
    const [x, y] = toScreen(view, size, points[2 * i], points[2 * i + 1]);
    const a = sd[2 * i] * unit;
    const b = sd[2 * i + 1] * unit;
    if (x + a < 0 || y + b < 0 || x - a > size || y - b > size) continue;
    context.moveTo(x + a, y);
    context.ellipse(x, y, a, b, 0, 0, 7);
  }
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.3;
  context.lineWidth = 1;
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * One q(z|x), at one and two standard deviations.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {number[]} z
 * @param {number[]} sd
 * @param {Theme} theme
 */
export function posterior(context, size, view, z, sd, theme) {
  const unit = size / (view.right - view.left);
  const [x, y] = pointToScreen(view, size, z);
  haloed(context, theme.paper, 5, theme.accent, 2.25, () => {
    for (const factor of [1, 2]) {
      context.beginPath();
      context.ellipse(x, y, sd[0] * unit * factor, sd[1] * unit * factor, 0, 0, 7);
      context.stroke();
    }
  });
}

/**
 * A path over the map, with a halo.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {ArrayLike<number>} points of the plane [z1, z2, z1, z2, ...]
 * @param {Theme} theme
 * @param {string} colour
 * @param {boolean} dashed
 */
export function path(context, size, view, points, theme, colour, dashed) {
  context.lineJoin = context.lineCap = "round";
  haloed(context, theme.paper, 6, colour, 3, (halo) => {
    context.setLineDash(dashed && !halo ? [2, 7] : []);
    context.beginPath();
    for (let i = 0; i < points.length / 2; i++)
      context.lineTo(...toScreen(view, size, points[2 * i], points[2 * i + 1]));
    context.stroke();
  });
  context.setLineDash([]);
}

/**
 * A place with a short text in it: a corner of a walk (square, unlike the names of classes), the drawing.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {number[]} z
 * @param {string} text
 * @param {Theme} theme
 * @param {string} [fill]
 * @param {boolean} [square]
 */
export function badge(context, size, view, z, text, theme, fill, square = false) {
  const [x, y] = pointToScreen(view, size, z);
  const radius = theme.small * 0.78;
  context.beginPath();
  if (square) context.roundRect(x - radius, y - radius, 2 * radius, 2 * radius, 3);
  else context.arc(x, y, radius, 0, 7);
  context.fillStyle = fill ?? theme.accent;
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = theme.paper;
  context.stroke();
  context.fillStyle = theme.paper;
  context.font = `700 ${Math.round(theme.small * 0.95)}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y + 0.5);
}

/**
 * Small squares with a rim, for codes that nobody measured: samples.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {ArrayLike<number>} z [z1, z2, z1, z2, ...]
 * @param {number} count how many of them
 * @param {Theme} theme
 */
export function squares(context, size, view, z, count, theme) {
  const half = theme.small * 0.3;
  context.lineWidth = 2;
  for (let i = 0; i < count; i++) {
    const [x, y] = toScreen(view, size, z[2 * i], z[2 * i + 1]);
    if (x < -half || y < -half || x > size + half || y > size + half) continue;
    context.fillStyle = theme.text;
    context.strokeStyle = theme.paper;
    context.fillRect(x - half, y - half, 2 * half, 2 * half);
    context.strokeRect(x - half, y - half, 2 * half, 2 * half);
  }
}

/**
 * A lasso or a box while it is drawn.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {number[][]} polygon points of the plane
 * @param {Theme} theme
 */
export function loop(context, size, view, polygon, theme) {
  context.beginPath();
  for (const z of polygon) context.lineTo(...pointToScreen(view, size, z));
  context.closePath();
  context.fillStyle = theme.accent;
  context.globalAlpha = 0.14;
  context.fill();
  context.globalAlpha = 1;
  haloed(context, theme.paper, 5, theme.text, 2.5, () => context.stroke());
}

/**
 * Stroke twice, first wide in the colour of the paper: so a line is seen on whatever lies below it.
 * @param {CanvasRenderingContext2D} context
 * @param {string} paper
 * @param {number} wide
 * @param {string} colour
 * @param {number} narrow
 * @param {(halo: boolean) => void} stroke
 */
export function haloed(context, paper, wide, colour, narrow, stroke) {
  for (const halo of [true, false]) {
    context.strokeStyle = halo ? paper : colour;
    context.lineWidth = halo ? wide : narrow;
    stroke(halo);
  }
}
