// One map: a square of the code plane with its layers, its own view, and what the hand does on it.

import {oncePerFrame} from "../kit/dom.js";
import * as axes from "./axes.js";
import {nearest, sameView, toPlane, viewOf, zoomed} from "./frame.js";
import {listen} from "./hand.js";
import {peaks} from "./labels.js";
import {Layers} from "./layers.js";
import * as marks from "./marks.js";
import * as paint from "./paint.js";

const WIDEST = 12; // times the map's own range: float32 codes end near it and near DEEPEST
const DEEPEST = 1e-4;
const NAMED = 14; // times the size of small letters: names would hide a smaller cloud
const MOST_NAMES = 26; // classes that are named on a map, so that one sees it
const CANVASES = ["field", "manifold", "ellipses", "points", "axes", "marks"];

/** @typedef {import("./frame.js").View} View */

/**
 * @typedef {object} MapEvents what a page wants to hear
 * @property {(point: number[] | null) => void} [pointer]
 * @property {(index: number) => void} [subject] the pointer came over the point of a test image
 * @property {(point: number[]) => void} [click]
 * @property {(before: number[] | null) => void} [double] a double click, and the pin before its first half
 * @property {(view: View) => void} [view]
 * @property {(polygon: number[][]) => void} [outline] points were enclosed
 * @property {(answer: object) => void} [layer] a layer came, or why there is none
 * @property {(text: string, what: string) => void} [failed] "" once it is right again
 */

export class LatentMap {
  /**
   * @param {HTMLElement} frame
   * @param {string} prefix of the live routes
   * @param {MapEvents} on
   */
  constructor(frame, prefix, on) {
    this.frame = frame;
    this.on = on;
    this.size = 0;
    /** @type {View | null} */
    this.view = null;
    /** @type {View | null} */
    this.home = null;
    /** @type {any} */
    this.run = null;
    /** @type {import("../kit/loader.js").Codes | null} */
    this.data = null;
    /** @type {any} */
    this.theme = null;
    /** The scene, as far as it concerns a map. @type {any} */
    this.settings = null;
    /** How the points look. @type {any} */
    this.dress = null;
    /** Where the names of the classes stand. @type {{label: number, z: number[]}[]} */
    this.places = [];
    /** @type {Record<string, HTMLCanvasElement>} */
    this.canvases = Object.fromEntries(CANVASES.map((name) => [name, this.canvas(name)]));
    this.layers = new Layers(this, prefix);
    /** @type {number[] | null} */
    this.pin = null;
    /** @type {number[] | null} */
    this.pointer = null;
    this.subject = -1;
    /** @type {"lasso" | "box" | null} a drag then encloses points, where else it pans */
    this.shape = null;
    /** @type {number[][] | null} */
    this.polygon = null;
    /** What of the page's is marked; `prior`: on the map of a model that has none, too. */
    this.marked = {pin: true, subject: true, prior: false};
    /** What a tool draws over the map. @type {(context: CanvasRenderingContext2D, size: number, view: View) => void} */
    this.overlay = () => {};
    this.soon = oncePerFrame(() => this.paint());
    listen(this);
  }

  canvas(name) {
    const canvas = document.createElement("canvas");
    canvas.className = name;
    this.frame.append(canvas);
    return canvas;
  }

  /**
   * Show a run's codes.
   * @param {object} run
   * @param {import("../kit/loader.js").Codes} data
   * @param {object} settings of the scene: points, manifold, prior, ellipses, layer, hidden, opacity, order, spacing
   * @param {object} theme
   * @param {object} dress how its points look: {kinds, colours, muted, grey} (paint.points)
   */
  show(run, data, settings, theme, dress) {
    const same = this.data === data;
    this.run = run;
    this.data = data;
    this.settings = settings;
    this.theme = theme;
    this.dress = dress;
    if (same) return;
    const {points, labels} = data;
    this.places = peaks(points, labels, run.classes.length, run.window, MOST_NAMES);
    this.layers.forget();
  }

  clear() {
    this.run = null;
    this.data = null;
    this.layers.forget();
    this.paint();
  }

  /** The window that a double click returns to; it is shown, unless four numbers name another view. */
  setHome(window, view) {
    if (this.home && sameView(window, this.home)) return;
    this.home = window;
    const first = view ? viewOf(view) : {...window};
    this.view = first;
    this.on.view?.(first);
  }

  resize(size) {
    this.size = size;
  }

  /** How many times deeper than its own range the map is zoomed. */
  get depth() {
    const {window} = this.run;
    return this.view ? (window.right - window.left) / (this.view.right - this.view.left) : 1;
  }

  /** Draw all layers, and ask for those of this view that are not there. */
  paint() {
    if (!this.size) return;
    if (!this.data || !this.view) {
      for (const canvas of Object.values(this.canvases)) paint.prepare(canvas, this.size);
      return;
    }
    const {settings, canvases} = this;
    canvases.manifold.style.opacity = settings.opacity;
    canvases.manifold.style.zIndex = settings.order === "over" ? "2" : "0";
    this.layers.paint();
    this.paintPoints();
    this.paintEllipses();
    this.paintAxes();
    this.paintMarks();
    this.frame.dataset.view = JSON.stringify(this.view);
    this.layers.ask();
  }

  paintPoints() {
    const began = performance.now();
    if (this.settings.points && this.data) {
      const radius = (this.size / 340) * Math.max(0.7, Math.min(4, this.depth ** 0.3));
      paint.points(this.canvases.points, this.size, this.view, this.data.points, this.dress, radius);
    } else {
      paint.prepare(this.canvases.points, this.size);
    }
    this.frame.dataset.redraw = (performance.now() - began).toFixed(2);
  }

  paintEllipses() {
    const context = paint.prepare(this.canvases.ellipses, this.size);
    const {data, view, size} = this;
    if (!this.settings.ellipses || !data?.spreads) return;
    marks.ellipses(context, size, view, data.points, data.spreads, this.dress.muted, this.theme);
  }

  paintAxes() {
    const {settings, theme, size, view, run} = this;
    const context = axes.axes(this.canvases.axes, size, view, theme);
    if (settings.prior && (run.prior || this.marked.prior)) axes.prior(context, size, view, theme);
    if (!settings.points || size * this.depth <= NAMED * theme.small) return;
    axes.names(context, size, view, this.places, run.classes, theme.colours, settings.hidden, theme);
  }

  paintMarks() {
    if (!this.view) return;
    const {size, view, theme} = this;
    const subject = this.subjectMark();
    const context = paint.prepare(this.canvases.marks, size);
    if (subject?.spread && this.settings.ellipses) {
      marks.posterior(context, size, view, subject.z, subject.spread, theme);
    }
    const {marked} = this;
    const shown = {
      pin: marked.pin ? this.pin : null,
      pointer: this.pointer,
      subject: marked.subject ? subject : null,
    };
    marks.marks(context, size, view, shown, theme);
    this.overlay(context, size, view);
    if (this.polygon) marks.loop(context, size, view, this.polygon, theme);
  }

  /** Where the image in question lies, and how wide its q(z|x) is; null where it is not on this map. */
  subjectMark() {
    const i = this.subject;
    if (!this.data || i < 0 || i >= this.data.labels.length) return null;
    const {points, spreads, labels} = this.data;
    const pair = (values) => [values[2 * i], values[2 * i + 1]];
    const colour = `rgb(${this.theme.colours[labels[i]]})`;
    return {z: pair(points), spread: spreads && pair(spreads), colour};
  }

  retheme(theme) {
    this.theme = theme;
    this.layers.retheme(theme);
  }

  setPin(point) {
    this.pin = point;
    if (this.data) this.paintMarks();
  }

  setSubject(index) {
    this.subject = index;
    if (this.data) this.paintMarks();
  }

  /** The point of those shown that lies nearest: its index, -1 for none, and its distance. */
  nearestTo(point) {
    return nearest(this.data?.points ?? [], point[0], point[1], (i) => !this.dress.muted?.[i]);
  }

  /** The point of the plane at a place of the frame. */
  pointAt(here) {
    return toPlane(this.view, this.size, here[0], here[1]);
  }

  /** Show another part of the plane, and say so. */
  look(view) {
    this.view = view;
    this.soon();
    this.on.view?.(view);
  }

  zoom(point, factor) {
    const next = zoomed(this.view, point, factor);
    const whole = this.home ?? next;
    const times = (next.right - next.left) / (whole.right - whole.left);
    if (times <= WIDEST && times >= DEEPEST) this.look(next);
  }

  /** Zoom about the middle. */
  zoomCentre(factor) {
    const {view} = this;
    if (view) this.zoom([(view.left + view.right) / 2, (view.bottom + view.top) / 2], factor);
  }
}
