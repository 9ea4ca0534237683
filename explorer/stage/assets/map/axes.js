// What stands still over a map: axes, the prior, the names of the classes.

import {pointToScreen, ticks, toScreen} from "./frame.js";
import {apart} from "./labels.js";
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
  if (x0 > 0 && x0 < size) {
    context.moveTo(Math.round(x0) + 0.5, 0);
    context.lineTo(Math.round(x0) + 0.5, size);
  }
  if (y0 > 0 && y0 < size) {
    context.moveTo(0, Math.round(y0) + 0.5);
    context.lineTo(size, Math.round(y0) + 0.5);
  }
  context.stroke();
  context.font = `${theme.small}px ${theme.font}`;
  const label = (v, decimals) => (v < -1e-12 ? "\u2212" : "") + Math.abs(v).toFixed(decimals);
  const across = ticks(view.left, view.right, 6);
  const up = ticks(view.bottom, view.top, 6);
  context.textAlign = "center";
  context.textBaseline = "bottom";
  for (const v of across.values) {
    const [x] = toScreen(view, size, v, 0);
    const text = label(v, across.decimals);
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
    const at = [x + reach + 5, y - reach - 3];
    const name = `${sigma}\u03c3`;
    const whole = `${name} of N(0, I)`;
    const fits = (text) => at[0] + context.measureText(text).width < size - 4 && at[1] > 12;
    if (!named && fits(whole)) haloed(context, whole, ...at, theme.text, theme.paper, 4);
    else if (sigma * unit >= 3 * theme.small && fits(name))
      haloed(context, name, ...at, theme.text, theme.paper, 4);
    named ||= fits(whole);
  }
}

/** The names of the classes at their densest places; moved apart where they would collide, with a line back. */
export function names(context, size, view, places, classes, colours, hidden, theme) {
  const height = theme.small * 1.75;
  context.font = `700 ${Math.round(theme.small * 1.3)}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const boxes = places
    .filter((p) => !hidden.has(p.label))
    .map(({label, z}) => {
      const [x, y] = pointToScreen(view, size, z);
      const text = classes[label];
      return {
        label,
        text,
        x,
        y,
        home: [x, y],
        height,
        width: Math.max(height, context.measureText(text).width + 0.8 * theme.small),
      };
    })
    .filter(({x, y}) => x > 0 && y > 0 && x < size && y < size);
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
