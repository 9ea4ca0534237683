// Drawing: images as ink on the page, points as discs, axes. Each function fills a canvas, and knows no state.

import {apart, ticks, toScreen} from "./frame.js";

const SIDE = 28;

export function rgb(colour) {
  const probe = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** Match a canvas's pixels to its size on the screen; returns its context in CSS pixels, cleared. */
export function prepare(canvas, size) {
  const ratio = window.devicePixelRatio || 1, pixels = Math.round(size * ratio);
  if (canvas.width !== pixels) { canvas.width = pixels; canvas.height = pixels; }
  const context = canvas.getContext("2d");
  context.setTransform(pixels / size, 0, 0, pixels / size, 0, 0);
  context.clearRect(0, 0, size, size);
  return context;
}

/** An atlas of images (784 bytes each) in one row of blocks: ink of the given colour, the value as opacity. */
export function atlas(bytes, [r, g, b]) {
  const count = bytes.length / (SIDE * SIDE), across = Math.ceil(Math.sqrt(count));
  const canvas = document.createElement("canvas");
  canvas.width = across * SIDE;
  canvas.height = Math.ceil(count / across) * SIDE;
  const context = canvas.getContext("2d"), pixels = context.createImageData(canvas.width, canvas.height);
  const words = new Uint32Array(pixels.data.buffer), ink = (b << 16) | (g << 8) | r;
  for (let k = 0; k < count; k++) {
    const corner = Math.floor(k / across) * SIDE * canvas.width + (k % across) * SIDE;
    for (let i = 0; i < SIDE * SIDE; i++) {
      words[corner + Math.floor(i / SIDE) * canvas.width + (i % SIDE)] = (bytes[k * SIDE * SIDE + i] << 24) | ink;
    }
  }
  context.putImageData(pixels, 0, 0);
  return {canvas, across};
}

/** One image on a small canvas of its own. */
export function image(canvas, bytes, colour) {
  canvas.width = canvas.height = SIDE;
  if (bytes) canvas.getContext("2d").drawImage(atlas(bytes, colour).canvas, 0, 0);
}

/** The decoded lattice: every tile is centred on the z that it was decoded from. */
export function manifold(canvas, size, view, tiles) {
  const context = prepare(canvas, size);
  if (!tiles) return;
  context.imageSmoothingQuality = "high";
  const unit = size / (view.right - view.left), {canvas: sheet, across} = tiles.atlas;
  for (let k = 0; k < tiles.size.length; k++) {
    const [x, y] = toScreen(view, size, tiles.z[2 * k], tiles.z[2 * k + 1]), side = tiles.size[k] * unit;
    if (x + side < 0 || y + side < 0 || x - side > size || y - side > size) continue;
    context.drawImage(sheet, (k % across) * SIDE, Math.floor(k / across) * SIDE, SIDE, SIDE,
                      x - side / 2, y - side / 2, side, side);
  }
}

/** Coverage of a disc of radius r on a grid of pixels, anti-aliased, for a centre in the middle of a pixel. */
function disc(r) {
  const reach = Math.ceil(r), cover = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const c = Math.max(0, Math.min(1, r + 0.5 - Math.hypot(x, y)));
      if (c > 0) cover.push(x, y, c);
    }
  }
  return cover;
}

/** All codes as discs, written straight into pixels; classes in `hidden` are grey and lie below the rest. */
export function points(canvas, size, view, {codes, labels}, colours, hidden, grey, radius) {
  prepare(canvas, size);
  const width = canvas.width, scale = width / size, context = canvas.getContext("2d");
  const pixels = context.createImageData(width, width), data = pixels.data;
  const cover = disc(radius * scale), reach = Math.ceil(radius * scale);
  const sx = width / (view.right - view.left), sy = width / (view.top - view.bottom);
  for (const wanted of hidden.size ? [true, false] : [false]) {
    for (let i = 0; i < labels.length; i++) {
      if (hidden.has(labels[i]) !== wanted) continue;
      const x = Math.round((codes[2 * i] - view.left) * sx - 0.5);
      const y = Math.round((view.top - codes[2 * i + 1]) * sy - 0.5);
      if (x < -reach || y < -reach || x >= width + reach || y >= width + reach) continue;
      const inside = x >= reach && y >= reach && x < width - reach && y < width - reach;
      const [r, g, b] = wanted ? grey : colours[labels[i]], strength = wanted ? 0.35 : 0.85;
      for (let k = 0; k < cover.length; k += 3) {
        const column = x + cover[k], row = y + cover[k + 1];
        if (!inside && (column < 0 || row < 0 || column >= width || row >= width)) continue;
        const at = 4 * (row * width + column);
        const a = cover[k + 2] * strength, under = (data[at + 3] / 255) * (1 - a), total = a + under;
        data[at] = (r * a + data[at] * under) / total;
        data[at + 1] = (g * a + data[at + 1] * under) / total;
        data[at + 2] = (b * a + data[at + 2] * under) / total;
        data[at + 3] = total * 255;
      }
    }
  }
  context.putImageData(pixels, 0, 0);
}

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
    mark(context, 0, y, 5, y, theme);
    haloed(context, label(v, up.decimals), 8, y, theme.text, theme.paper, 4);
  }
  context.font = `italic 600 ${theme.small + 2}px ${theme.font}`;
  haloed(context, "z\u2082", 8, theme.small + 3, theme.text, theme.paper, 4);
  context.textAlign = "right";
  haloed(context, "z\u2081", size - 8, size - theme.small, theme.text, theme.paper, 4);
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
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const sigma of [1, 2, 3]) {
    if (sigma * unit < 3 * theme.small) continue;
    context.strokeStyle = theme.text;
    context.lineWidth = 1.25;
    context.setLineDash([3, 5]);
    context.beginPath();
    context.arc(x, y, sigma * unit, 0, 7);
    context.stroke();
    context.setLineDash([]);
    const reach = sigma * unit * Math.SQRT1_2;
    if (x + reach < size - 12 && y - reach > 12) {
      haloed(context, sigma < 3 ? `${sigma}\u03c3` : "3\u03c3 of N(0, I)", x + reach, y - reach, theme.text, theme.paper, 4);
    }
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
export function marks(canvas, size, view, {pin, pointer, subject}, theme) {
  const context = prepare(canvas, size), scale = theme.small / 13;
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
