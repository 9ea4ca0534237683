// One map: a square of the code plane with its layers, its own view, and what the hand does on it.

import {nearest, panned, peaks, toPlane, toScreen, zoomed} from "./frame.js";
import * as paint from "./paint.js";
import {fetchLattice} from "./wire.js";

const REACH = 7; // CSS pixels around a point that count as the point
const STILL = 4; // a press that moves less is a click
const LAYERS = ["manifold", "points", "axes", "marks"];

export class LatentMap {
  /** `on` holds what the stage wants to hear: pointer(z | null), subject(index), pin(z), view(view), failed(text). */
  constructor(frame, prefix, on) {
    Object.assign(this, {frame, prefix, on, size: 0, view: null, home: null, run: null, data: null, tiles: null});
    this.layers = Object.fromEntries(LAYERS.map((name) => {
      const canvas = document.createElement("canvas");
      canvas.className = name;
      frame.append(canvas);
      return [name, canvas];
    }));
    this.pin = null;
    this.pointer = null;
    this.subject = -1;
    this.listen();
  }

  /** Show a run's codes; `window` is the view that a double click returns to. */
  show(run, data, settings, theme) {
    const same = this.data === data;
    Object.assign(this, {run, data, settings, theme});
    if (!same) {
      this.places = peaks(data.codes, data.labels, run.classes.length, run.window);
      this.tiles = null;
    }
  }

  clear() { this.run = this.data = this.tiles = null; this.paint(); }

  setHome(window) {
    if (this.home && JSON.stringify(window) === JSON.stringify(this.home)) return;
    this.home = window;
    this.view = {...window};
    this.on.view(this.view);
  }

  resize(size) { this.size = size; }

  /** Draw all layers, and ask for the tiles of this view if they are not there. */
  paint() {
    if (!this.size) return;
    if (!this.data || !this.view) {
      for (const canvas of Object.values(this.layers)) paint.prepare(canvas, this.size);
      return;
    }
    const {settings, theme, layers} = this;
    layers.manifold.style.opacity = settings.opacity;
    layers.manifold.style.zIndex = settings.order === "over" ? 2 : 0;
    this.paintTiles();
    this.paintPoints();
    paint.axes(layers.axes, this.size, this.view, theme);
    if (this.run.variational) paint.prior(layers.axes.getContext("2d"), this.size, this.view, theme);
    const cloud = this.size * (this.run.window.right - this.run.window.left) / (this.view.right - this.view.left);
    if (settings.points && cloud > 14 * theme.small) { // names would hide a smaller cloud
      paint.names(layers.axes.getContext("2d"), this.size, this.view, this.places, this.run.classes,
                  theme.colours, settings.hidden, theme);
    }
    this.paintMarks();
    this.frame.dataset.view = JSON.stringify(this.view);
    if (settings.manifold) this.askTiles();
  }

  paintTiles() {
    paint.manifold(this.layers.manifold, this.size, this.view, this.settings.manifold ? this.tiles : null);
  }

  paintPoints() {
    const began = performance.now();
    if (this.settings.points) {
      const {window} = this.run, depth = (window.right - window.left) / (this.view.right - this.view.left);
      const radius = (this.size / 340) * Math.max(0.7, Math.min(4, depth ** 0.3));
      paint.points(this.layers.points, this.size, this.view, this.data, this.theme.colours,
                   this.settings.hidden, this.theme.grey, radius);
    } else {
      paint.prepare(this.layers.points, this.size);
    }
    this.frame.dataset.redraw = (performance.now() - began).toFixed(2);
  }

  paintMarks() {
    const {codes, labels} = this.data ?? {};
    const subject = codes && this.subject >= 0 && this.subject < labels.length
      ? {z: [codes[2 * this.subject], codes[2 * this.subject + 1]],
         colour: `rgb(${this.theme.colours[labels[this.subject]]})`} : null;
    paint.marks(this.layers.marks, this.size, this.view, {pin: this.pin, pointer: this.pointer, subject}, this.theme);
  }

  /** New tiles for this view: one request at a time, the newest view wins; old tiles stay until then. */
  askTiles() {
    const count = Math.max(10, Math.min(40, Math.round(this.size / 25)));
    const wanted = JSON.stringify([this.run.name, this.run.stamp, this.view, count, this.settings.spacing]);
    if (wanted === this.tilesFor || wanted === this.asking) return;
    this.next = {wanted, run: this.run.name, view: {...this.view}, count, spacing: this.settings.spacing};
    if (!this.asking) this.fetchTiles();
  }

  async fetchTiles() {
    const {wanted, run, view, count, spacing} = this.next;
    this.asking = wanted;
    this.next = null;
    try {
      const tiles = await fetchLattice(this.prefix, run, view, count, spacing);
      if (this.run?.name === run) {
        tiles.atlas = paint.atlas(tiles.images, this.theme.ink);
        this.tiles = tiles;
        this.tilesFor = wanted;
        this.frame.dataset.tiles = tiles.size.length;
        this.frame.dataset.lattices = Number(this.frame.dataset.lattices ?? 0) + 1;
        this.paintTiles();
        this.on.failed("");
      }
    } catch (error) {
      this.tilesFor = wanted; // asked, and answered: not again for the same view
      this.on.failed(error.message);
    } finally {
      this.asking = null;
      if (this.next) this.fetchTiles();
    }
  }

  retheme(theme) {
    this.theme = theme;
    if (this.tiles) this.tiles.atlas = paint.atlas(this.tiles.images, theme.ink);
  }

  setPin(z) { this.pin = z; if (this.data) this.paintMarks(); }
  setSubject(index) { this.subject = index; if (this.data) this.paintMarks(); }

  visible(index) { return !this.settings.hidden.has(this.data.labels[index]); }

  nearestTo(z) { return nearest(this.data.codes, z[0], z[1], (i) => this.visible(i)); }

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
        this.on.pin(toPlane(this.view, this.size, ...this.place(event)));
      }
      press = null;
      frame.classList.remove("panning");
    });
    frame.addEventListener("pointercancel", () => { press = null; frame.classList.remove("panning"); });
    frame.addEventListener("pointerleave", () => { if (!press) this.leave(); });
    frame.addEventListener("wheel", (event) => {
      if (!this.data) return;
      event.preventDefault();
      const here = this.place(event), factor = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004);
      const next = zoomed(this.view, toPlane(this.view, this.size, ...here), factor);
      const width = next.right - next.left, whole = this.home.right - this.home.left;
      if (width > whole * 12 || width < whole * 1e-4) return; // float32 codes end near here
      this.look(next);
      this.hover(here);
    }, {passive: false});
    frame.addEventListener("dblclick", () => {
      if (!this.data) return;
      this.look({...this.home});
      if (before) this.on.pin(before); // a double click returns, and pins nothing
    });
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
    const [x, y] = toScreen(this.view, this.size, this.data.codes[2 * index], this.data.codes[2 * index + 1]);
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
