// Drawing with lines over the map: axes, the prior, names, marks, and what the tools put there.

import {apart, ticks, toScreen} from "./frame.js";
import {prepare} from "./paint.js";

function haloed(context, text, x, y, colour, halo, width) {
  context.lineWidth = width;
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/** The axes through 0, ticks along the left and lower edge, and the names of the axes. */
export function axes(canvas, size, view, theme) {
  const context = prepare(canvas, size);
  context.lineJoin = "round";
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  const [x0, y0] = toScreen(view, size, 0, 0);
  context.beginPath();
  if (x0 > 0 && x0 < size) { context.moveTo(Math.round(x0) + 0.5, 0); context.lineTo(Math.round(x0) + 0.5, size); }
  if (y0 > 0 && y0 < size) { context.moveTo(0, Math.round(y0) + 0.5); context.lineTo(size, Math.round(y0) + 0.5); }
  context.stroke();
  context.font = `${theme.small}px ${theme.font}`;
  const label = (v, decimals) => (v < -1e-12 ? "\u2212" : "") + Math.abs(v).toFixed(decimals);
  const across = ticks(view.left, view.right, 6), up = ticks(view.bottom, view.top, 6);
  context.textAlign = "center";
  context.textBaseline = "bottom";
  for (const v of across.values) {
    const [x] = toScreen(view, size, v, 0), text = label(v, across.decimals);
    if (x < 3.4 * theme.small || x > size - 3 * theme.small) continue;
    mark(context, x, size, x, size - 5, theme);
    haloed(context, text, x, size - 7, theme.text, theme.paper, 4);
  }
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const v of up.values) {
    const [, y] = toScreen(view, size, 0, v);
    if (y < 2.6 * theme.small || y > size - 2.3 * theme.small) continue;
    haloed(context, label(v, up.decimals), 7, y, theme.text, theme.paper, 4); // a tick would read as a minus
  }
  context.font = `italic 600 ${theme.small + 2}px ${theme.font}`;
  haloed(context, "z\u2082", 8, theme.small + 3, theme.text, theme.paper, 4);
  context.textAlign = "right";
  haloed(context, "z\u2081", size - 8, size - theme.small, theme.text, theme.paper, 4);
  return context;
}

function mark(context, xa, ya, xb, yb, theme) {
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(xa, ya);
  context.lineTo(xb, yb);
  context.stroke();
}

/** The prior N(0, I): circles at one, two and three standard deviations. */
export function prior(context, size, view, theme) {
  const unit = size / (view.right - view.left), [x, y] = toScreen(view, size, 0, 0);
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
    const reach = sigma * unit * Math.SQRT1_2, at = [x + reach + 5, y - reach - 3], name = `${sigma}\u03c3`, whole = `${name} of N(0, I)`;
    const fits = (text) => at[0] + context.measureText(text).width < size - 4 && at[1] > 12;
    if (!named && fits(whole)) haloed(context, whole, ...at, theme.text, theme.paper, 4);
    else if (sigma * unit >= 3 * theme.small && fits(name)) haloed(context, name, ...at, theme.text, theme.paper, 4);
    named ||= fits(whole);
  }
}

/** The names of the classes at their densest places; moved apart where they would collide, with a line back. */
export function names(context, size, view, places, classes, colours, hidden, theme) {
  const height = theme.small * 1.75;
  context.font = `700 ${Math.round(theme.small * 1.3)}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const boxes = places.filter((p) => !hidden.has(p.label)).map(({label, z}) => {
    const [x, y] = toScreen(view, size, ...z), text = classes[label];
    return {label, text, x, y, home: [x, y], height, width: Math.max(height, context.measureText(text).width + 0.8 * theme.small)};
  }).filter(({x, y}) => x > 0 && y > 0 && x < size && y < size);
  const moved = apart(boxes);
  context.lineWidth = 1.5;
  for (const {label, x, y, home} of moved) {
    if (Math.hypot(x - home[0], y - home[1]) < 0.8 * height) continue;
    context.strokeStyle = theme.text;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(...home);
    context.stroke();
    context.fillStyle = `rgb(${colours[label]})`;
    context.beginPath();
    context.arc(...home, 3, 0, 7);
    context.fill();
  }
  for (const {label, text, x, y, width} of moved) {
    context.beginPath();
    context.roundRect(x - width / 2, y - height / 2, width, height, height / 2);
    context.globalAlpha = 0.88;
    context.fillStyle = theme.paper;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 2.5;
    context.strokeStyle = `rgb(${colours[label]})`;
    context.stroke();
    context.fillStyle = theme.text;
    context.fillText(text, x, y + 1);
  }
}

/** What moves: the pinned z as a dashed cross, the pointer as a ring, the image in question as a filled disc. */
export function marks(context, size, view, {pin, pointer, subject}, theme) {
  const scale = theme.small / 13;
  if (pin) cross(context, size, toScreen(view, size, ...pin), 9 * scale, theme);
  if (subject) ring(context, toScreen(view, size, ...subject.z), 7 * scale, theme, subject.colour);
  if (pointer) ring(context, toScreen(view, size, ...pointer), 11 * scale, theme, null);
}

function cross(context, size, [x, y], gap, theme) {
  for (const [colour, width, alpha] of [[theme.paper, 4, 0.6], [theme.accent, 1.75, 1]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.globalAlpha = alpha;
    context.setLineDash(width > 2 ? [] : [7, 5]);
    context.beginPath();
    context.moveTo(x, y - gap); context.lineTo(x, 0);
    context.moveTo(x, y + gap); context.lineTo(x, size);
    context.moveTo(x - gap, y); context.lineTo(0, y);
    context.moveTo(x + gap, y); context.lineTo(size, y);
    context.stroke();
    context.setLineDash([]);
    context.strokeRect(x - gap * 0.7, y - gap * 0.7, gap * 1.4, gap * 1.4);
  }
  context.globalAlpha = 1;
}

function ring(context, [x, y], radius, theme, fill) {
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  if (fill) { context.fillStyle = fill; context.fill(); }
  context.lineWidth = 5; context.strokeStyle = theme.paper; context.stroke();
  context.lineWidth = 2.25; context.strokeStyle = theme.text; context.stroke();
}

/** Ellipses of q(z|x) of all images that are not muted, at one standard deviation, faint. */
export function ellipses(context, size, view, codes, sd, muted, theme) {
  const unit = size / (view.right - view.left);
  context.beginPath();
  for (let i = 0; i < sd.length / 2; i++) {
    if (muted?.[i]) continue;
    const [x, y] = toScreen(view, size, codes[2 * i], codes[2 * i + 1]), a = sd[2 * i] * unit, b = sd[2 * i + 1] * unit;
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

/** One q(z|x), at one and two standard deviations. */
export function posterior(context, size, view, z, sd, theme) {
  const unit = size / (view.right - view.left), [x, y] = toScreen(view, size, ...z);
  for (const [colour, width] of [[theme.paper, 5], [theme.accent, 2.25]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    for (const factor of [1, 2]) {
      context.beginPath();
      context.ellipse(x, y, sd[0] * unit * factor, sd[1] * unit * factor, 0, 0, 7);
      context.stroke();
    }
  }
}

/** A way over the map: points of the plane [z1, z2, z1, z2, ...], with a halo. */
export function way(context, size, view, z, theme, colour, dashed) {
  context.lineJoin = context.lineCap = "round";
  for (const [stroke, width] of [[theme.paper, 6], [colour, 3]]) {
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.setLineDash(dashed && width < 6 ? [2, 7] : []);
    context.beginPath();
    for (let i = 0; i < z.length / 2; i++) context.lineTo(...toScreen(view, size, z[2 * i], z[2 * i + 1]));
    context.stroke();
  }
  context.setLineDash([]);
}

/** A place with a short text in it: a corner of a way (square, unlike the names of classes), the drawing. */
export function badge(context, size, view, z, text, theme, fill, square = false) {
  const [x, y] = toScreen(view, size, ...z), radius = theme.small * 0.78;
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

/** Small squares with a rim, for codes that nobody measured: samples. */
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

/** A lasso or a box while it is drawn, points of the plane. */
export function loop(context, size, view, polygon, theme) {
  context.beginPath();
  for (const z of polygon) context.lineTo(...toScreen(view, size, ...z));
  context.closePath();
  context.fillStyle = theme.accent;
  context.globalAlpha = 0.14;
  context.fill();
  context.globalAlpha = 1;
  for (const [colour, width] of [[theme.paper, 5], [theme.text, 2.5]]) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}
