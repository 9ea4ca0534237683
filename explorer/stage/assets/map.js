// One map: a square of the code plane with its layers, its own view, and what the hand does on it.

import {nearest, panned, peaks, toPlane, toScreen, viewOf, zoomed} from "./frame.js";
import * as lines from "./lines.js";
import * as paint from "./paint.js";
import {fetchLattice, fetchPacked, Newest} from "./wire.js";

const REACH = 7; // CSS pixels around a point that count as the point
const STILL = 4; // a press that moves less is a click
const CANVASES = ["field", "manifold", "ellipses", "points", "axes", "marks"];
const CELLS = 56; // of a layer, along each axis, if its map does not say otherwise

export class LatentMap {
  /** `on` holds what the stage wants to hear: pointer(z | null), subject(index), click(z), doubled(pin before), view(view), shape(polygon),
      field(found), failed(text, what). */
  constructor(frame, prefix, on) {
    Object.assign(this, {frame, prefix, on, size: 0, view: null, home: null, run: null, data: null, tiles: null});
    this.canvases = Object.fromEntries(CANVASES.map((name) => {
      const canvas = document.createElement("canvas");
      canvas.className = name;
      frame.append(canvas);
      return [name, canvas];
    }));
    this.cells = CELLS;
    this.layer = (layer, view) => fetchPacked(`${this.prefix}/field/${this.run.name}`, {layer, ...view, count: this.cells});
    this.pin = null;
    this.pointer = null;
    this.subject = -1;
    this.shape = null; // "lasso" or "box": a drag then encloses points, where else it pans
    this.polygon = null;
    this.overlay = () => {}; // what a tool draws over the map: (context, size, view)
    this.tileRequests = new Newest((tiles) => this.takeTiles(tiles), (text) => this.on.failed(text, "images"));
    this.fieldRequests = new Newest((found) => this.takeField(found), (reason) => {
      this.takeField({layer: this.settings.layer, reason, failed: true});
      this.on.failed(reason, "layer");
    });
    this.listen();
  }

  /** Show a run's codes. `dress` says how its points look: {kinds, colours, muted, grey} (paint.points). */
  show(run, data, settings, theme, dress) {
    const same = this.data === data;
    Object.assign(this, {run, data, settings, theme, dress});
    if (!same) {
      this.places = peaks(data.points, data.labels, run.classes.length, run.window);
      this.tiles = this.field = null;
      this.tileRequests.forget();
      this.fieldRequests.forget();
    }
  }

  clear() {
    this.run = this.data = this.tiles = this.field = null;
    this.tileRequests.forget();
    this.fieldRequests.forget();
    this.paint();
  }

  /** The window that a double click returns to; it is shown, unless `wanted` names another, as four numbers. */
  setHome(window, wanted) {
    if (this.home && JSON.stringify(window) === JSON.stringify(this.home)) return;
    this.home = window;
    this.view = wanted ? viewOf(wanted) : {...window};
    this.on.view(this.view);
  }

  resize(size) { this.size = size; }

  /** Draw all layers, and ask for the tiles of this view if they are not there. */
  paint() {
    if (!this.size) return;
    if (!this.data || !this.view) {
      for (const canvas of Object.values(this.canvases)) paint.prepare(canvas, this.size);
      return;
    }
    const {settings, theme, canvases} = this;
    canvases.manifold.style.opacity = settings.opacity;
    canvases.manifold.style.zIndex = settings.order === "over" ? 2 : 0;
    this.paintField();
    this.paintTiles();
    this.paintPoints();
    const context = lines.axes(canvases.axes, this.size, this.view, theme);
    const below = paint.prepare(canvases.ellipses, this.size);
    if (settings.ellipses && this.data.spreads) {
      lines.ellipses(below, this.size, this.view, this.data.points, this.data.spreads, this.dress.muted, theme);
    }
    if (this.showsPrior()) lines.prior(context, this.size, this.view, theme);
    const cloud = this.size * (this.run.window.right - this.run.window.left) / (this.view.right - this.view.left);
    if (settings.points && cloud > 14 * theme.small) { // names would hide a smaller cloud
      lines.names(context, this.size, this.view, this.places, this.run.classes, theme.colours, settings.hidden, theme);
    }
    this.paintMarks();
    this.frame.dataset.view = JSON.stringify(this.view);
    if (settings.manifold) this.askTiles();
    if (settings.layer !== "none") this.askField();
  }

  /** The prior belongs to a model that has one; on another's map it is drawn where samples of it are. */
  showsPrior() {
    const {prior, tool, source} = this.settings;
    return prior && (this.run.variational || (tool === "sample" && source === "prior"));
  }

  paintField() {
    const found = this.settings.layer !== "none" && this.field?.layer === this.settings.layer && !this.field.reason ? this.field : null;
    paint.field(this.canvases.field, this.size, this.view, found);
  }

  paintTiles() {
    paint.manifold(this.canvases.manifold, this.size, this.view, this.settings.manifold ? this.tiles : null);
  }

  paintPoints() {
    const began = performance.now();
    if (this.settings.points) {
      const {window} = this.run, depth = (window.right - window.left) / (this.view.right - this.view.left);
      const radius = (this.size / 340) * Math.max(0.7, Math.min(4, depth ** 0.3));
      paint.points(this.canvases.points, this.size, this.view, this.data.points, this.dress, radius);
    } else {
      paint.prepare(this.canvases.points, this.size);
    }
    this.frame.dataset.redraw = (performance.now() - began).toFixed(2);
  }

  paintMarks() {
    const {points, labels, spreads} = this.data ?? {}, {size, view, theme} = this, i = this.subject;
    const chosen = points && i >= 0 && i < labels.length;
    const subject = chosen ? {z: [points[2 * i], points[2 * i + 1]], colour: `rgb(${theme.colours[labels[i]]})`} : null;
    const context = paint.prepare(this.canvases.marks, size);
    if (chosen && spreads && this.settings.ellipses) lines.posterior(context, size, view, subject.z, [spreads[2 * i], spreads[2 * i + 1]], theme);
    const {tool} = this.settings, slides = tool === "look" || tool === "draw"; // these have the sliders of the pin
    lines.marks(context, size, view, {pin: slides ? this.pin : null, pointer: this.pointer,
                                      subject: tool === "look" || tool === "select" ? subject : null}, theme);
    this.overlay(context, size, view);
    if (this.polygon) lines.loop(context, size, view, this.polygon, theme);
  }

  /** New tiles for this view; old tiles stay until they are there. */
  askTiles() {
    const count = Math.max(10, Math.min(40, Math.round(this.size / 25))), {run, view, settings: {spacing}} = this;
    this.tileRequests.ask(JSON.stringify([run.name, run.stamp, view, count, spacing]),
                          () => fetchLattice(this.prefix, run.name, view, count, spacing));
  }

  takeTiles(tiles) {
    tiles.atlas = paint.atlas(tiles.images, this.theme.ink);
    this.tiles = tiles;
    this.frame.dataset.tiles = tiles.size.length;
    this.frame.dataset.lattices = Number(this.frame.dataset.lattices ?? 0) + 1;
    this.paintTiles();
    this.on.failed("", "images");
  }

  /** The layer for this view, likewise. */
  askField() {
    const {run, view, settings: {layer}} = this;
    this.fieldRequests.ask(JSON.stringify([run.name, run.stamp, view, layer, this.question ?? ""]),
                           async () => ({...await this.layer(layer, view), layer, window: {...view}}));
  }

  takeField(found) {
    this.field = found;
    this.colourField();
    this.paintField();
    this.frame.dataset.fields = Number(this.frame.dataset.fields ?? 0) + 1;
    this.on.field(found);
    if (!found.reason) this.on.failed("", "layer");
  }

  colourField() {
    if (this.field && !this.field.reason) this.field.picture = paint.fieldPicture(this.cells, this.theme.fieldColour(this.field));
  }

  retheme(theme) {
    this.theme = theme;
    if (this.tiles) this.tiles.atlas = paint.atlas(this.tiles.images, theme.ink);
    this.colourField();
  }

  setPin(z) { this.pin = z; if (this.data) this.paintMarks(); }
  setSubject(index) { this.subject = index; if (this.data) this.paintMarks(); }

  visible(index) { return !this.dress.muted?.[index]; }

  nearestTo(z) { return nearest(this.data.points, z[0], z[1], (i) => this.visible(i)); }

  place(event) {
    const box = this.frame.getBoundingClientRect();
    return [event.clientX - box.left - this.frame.clientLeft, event.clientY - box.top - this.frame.clientTop];
  }

  listen() {
    const {frame} = this;
    let press = null, clicked = -1000, before = null;
    frame.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.data) return;
      press = {from: this.place(event), last: this.place(event), moved: false};
      frame.setPointerCapture(event.pointerId);
    });
    frame.addEventListener("pointermove", (event) => {
      if (!this.data) return;
      const here = this.place(event);
      if (press) {
        press.moved ||= Math.hypot(here[0] - press.from[0], here[1] - press.from[1]) >= STILL;
        if (press.moved && this.shape) { this.enclose(press.from, here); return; }
        if (press.moved) {
          this.look(panned(this.view, this.size, here[0] - press.last[0], here[1] - press.last[1]));
          press.last = here;
          frame.classList.add("panning");
          return;
        }
      }
      this.hover(here);
    });
    frame.addEventListener("pointerup", (event) => {
      if (press && !press.moved && this.data) {
        if (event.timeStamp - clicked > 500) before = this.pin; // of a double click, the first half
        clicked = event.timeStamp;
        this.on.click(toPlane(this.view, this.size, ...this.place(event)));
      }
      if (press?.moved && this.polygon) this.enclosed();
      press = null;
      frame.classList.remove("panning");
    });
    frame.addEventListener("pointercancel", () => { press = this.polygon = null; frame.classList.remove("panning"); });
    frame.addEventListener("pointerleave", () => { if (!press) this.leave(); });
    frame.addEventListener("wheel", (event) => {
      if (!this.data) return;
      event.preventDefault();
      const here = this.place(event), factor = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004);
      this.zoom(toPlane(this.view, this.size, ...here), factor);
      this.hover(here);
    }, {passive: false});
    frame.addEventListener("dblclick", () => {
      if (!this.data) return;
      this.look({...this.home});
      this.on.doubled(before); // a double click returns, and pins nothing
    });
  }

  zoom(z, factor) {
    const next = zoomed(this.view, z, factor), width = next.right - next.left, whole = this.home.right - this.home.left;
    if (width > whole * 12 || width < whole * 1e-4) return; // float32 codes end near here
    this.look(next);
  }

  /** A lasso or box grows under the hand. */
  enclose(from, here) {
    const a = toPlane(this.view, this.size, ...from), b = toPlane(this.view, this.size, ...here);
    if (this.shape === "box") this.polygon = [a, [b[0], a[1]], b, [a[0], b[1]]];
    else (this.polygon ??= [a]).push(b);
    this.paintMarks();
  }

  enclosed() {
    const step = Math.ceil(this.polygon.length / 1000), polygon = this.polygon.filter((_, i) => i % step === 0);
    this.polygon = null;
    this.paintMarks();
    if (polygon.length > 2) this.on.shape(polygon);
  }

  /** Show another part of the plane, and say so. */
  look(view) {
    this.view = view;
    this.soon();
    this.on.view(view);
  }

  hover(here) {
    const z = toPlane(this.view, this.size, ...here);
    this.pointer = z;
    this.paintMarks();
    this.on.pointer(z);
    if (!this.settings.points) return;
    const {index} = this.nearestTo(z);
    if (index < 0) return;
    const [x, y] = toScreen(this.view, this.size, this.data.points[2 * index], this.data.points[2 * index + 1]);
    if (Math.hypot(x - here[0], y - here[1]) <= REACH) this.on.subject(index);
  }

  leave() {
    this.pointer = null;
    if (this.data) this.paintMarks();
    this.on.pointer(null);
  }

  /** Paint in the next frame, however often asked before. */
  soon() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => { this.scheduled = false; this.paint(); });
  }
}
