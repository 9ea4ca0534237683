// One map: a square of the code plane with its layers, its own view, and what the pointer does on it.

import {prepare} from "../kit/canvas.js";
import {oncePerFrame} from "../kit/dom.js";
import * as axes from "./axes.js";
import {nearest, panned, sameView, toPlane, viewOf, zoomed} from "./frame.js";
import {listen} from "./interaction.js";
import {peaks} from "./labels.js";
import {Layers} from "./layers.js";
import * as marks from "./marks.js";
import {drawNames} from "./names.js";
import {drawPoints} from "./points.js";

// The widest and the narrowest view, as multiples of the map's own range: float32 codes end near both.
const WIDEST_VIEW = 12;
const NARROWEST_VIEW = 1e-4;
const MIN_NAMED_CLOUD = 14; // times the size of small letters: names would hide a smaller cloud of points
const MOST_NAMES = 26; // classes that are named on a map, so that one sees it
const CANVASES = ["layer", "manifold", "ellipses", "points", "axes", "marks"];

/**
 * @typedef {import("./frame.js").View} View
 * @typedef {import("../kit/theme.js").Theme} Theme
 * @typedef {import("../kit/loader.js").Codes} Codes
 * @typedef {import("./layer.js").Layer} Layer
 * @typedef {import("./layer.js").LayerError} LayerError
 */

/**
 * @typedef {object} MapRun what a map needs to know of a run
 * @property {string} name
 * @property {string} [of] of a moment of a training: the run
 * @property {string} stamp
 * @property {string[]} classes
 * @property {View} window where its codes lie
 * @property {boolean} prior whether its model has one
 */

/**
 * @typedef {object} MapSettings what a map shows, of the scene
 * @property {boolean} points
 * @property {boolean} manifold
 * @property {boolean} prior
 * @property {boolean} ellipses
 * @property {string} layer a name, or "none"
 * @property {Set<number>} hidden classes whose names are left out
 * @property {number} opacity of the manifold
 * @property {string} [order] "over": the manifold lies over the points
 * @property {string} [spacing] of the manifold
 */

/**
 * @typedef {object} MapContent what a map shows now
 * @property {MapRun} run
 * @property {Codes} data
 * @property {MapSettings} settings
 * @property {Theme} theme
 * @property {import("./points.js").PointStyle} style how its points look
 */

/**
 * @typedef {object} MapEvents what a page wants to hear
 * @property {(point: number[] | null) => void} [pointer]
 * @property {(point: number[]) => void} [ahead] where the pointer is; the next frame will say so: pointer
 * @property {(index: number) => void} [hoverImage] the pointer came over the point of a test image
 * @property {(point: number[]) => void} [click]
 * @property {(before: number[] | null) => void} [double] a double click, and the pin before its first half
 * @property {(view: View) => void} [view]
 * @property {(polygon: number[][]) => void} [outline] points were enclosed
 * @property {(answer: Layer | LayerError) => void} [layer] a layer came, or why there is none
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
    /** @type {MapContent | null} */
    this.content = null;
    /** Where the names of the classes stand. @type {import("./labels.js").NamePosition[]} */
    this.namePositions = [];
    /** Their names as they are drawn. @type {import("./names.js").NameBox[]} */
    this.nameBoxes = [];
    /** @type {Record<string, HTMLCanvasElement>} */
    this.canvases = Object.fromEntries(CANVASES.map((name) => [name, this.canvas(name)]));
    this.layers = new Layers(this, prefix);
    /** Whether a film is played: its points move, and no name stands still. */
    this.gliding = false;
    this.pointScale = 1; // of the points' radius
    /** @type {number[] | null} */
    this.pin = null;
    /** @type {number[] | null} */
    this.pointer = null;
    /** The number of the test image in question; -1 for none. */
    this.imageInQuestion = -1;
    /** @type {"lasso" | "box" | null} a drag then encloses points, where else it pans */
    this.shape = null;
    /** @type {number[][] | null} */
    this.polygon = null;
    /** What of the page's is marked; `image`: in question; `prior`: even of a model that has none. */
    this.marked = {pin: true, image: true, prior: false};
    /**
     * What a tool draws over the map.
     * @type {(context: CanvasRenderingContext2D, size: number, view: View) => void}
     */
    this.overlay = () => {};
    this.soon = oncePerFrame(() => this.paint());
    listen(this);
  }

  /** The codes that are shown. */
  get data() {
    return this.content?.data ?? null;
  }

  /** @param {string} name its class */
  canvas(name) {
    const canvas = document.createElement("canvas");
    canvas.className = name;
    this.frame.append(canvas);
    return canvas;
  }

  /**
   * Show a run's codes.
   * @param {MapRun} run
   * @param {Codes} data
   * @param {MapSettings} settings
   * @param {Theme} theme
   * @param {import("./points.js").PointStyle} style how its points look
   */
  show(run, data, settings, theme, style) {
    const before = this.content;
    this.content = {run, data, settings, theme, style};
    if (before?.data === data) return;
    const {points, labels} = data;
    this.namePositions = peaks(points, labels, run.classes.length, run.window, MOST_NAMES);
    if (!before || !sameTraining(before.run, run)) this.layers.forget();
  }

  /**
   * A frame of a film: other codes of the same training, and perhaps another view. Nothing else is computed anew.
   * @param {MapRun} run
   * @param {Codes} data
   * @param {boolean} ask for what is decoded, too
   */
  glide(run, data, ask) {
    const {view} = this;
    if (!this.content || !view || !this.size) return;
    const content = {...this.content, run, data};
    this.content = content;
    this.gliding = true;
    if (content.settings.layer !== "none") this.layers.paintLayer();
    this.layers.paintTiles();
    this.paintPoints(content, view);
    this.paintAxes(content, view);
    this.paintMarks();
    this.gliding = false;
    this.frame.dataset.view = JSON.stringify(view);
    if (ask) this.layers.ask();
  }

  clear() {
    this.content = null;
    this.layers.forget();
    this.paint();
  }

  /**
   * The window that a double click returns to; it is shown, unless four numbers name another view.
   * @param {View} window
   * @param {number[] | null} view
   */
  setHome(window, view) {
    if (this.home && sameView(window, this.home)) return;
    this.home = window;
    const first = view ? viewOf(view) : {...window};
    this.view = first;
    this.on.view?.(first);
  }

  /** @param {number} size CSS pixels a side */
  resize(size) {
    this.size = size;
  }

  /** How many times deeper than its own range the map is zoomed. */
  get depth() {
    if (!this.content || !this.view) return 1;
    const {window} = this.content.run;
    return (window.right - window.left) / (this.view.right - this.view.left);
  }

  /** Draw all layers, and ask for those of this view that are not there. */
  paint() {
    if (!this.size) return;
    const {content, view, canvases} = this;
    if (!content || !view) {
      for (const canvas of Object.values(canvases)) prepare(canvas, this.size);
      return;
    }
    canvases.manifold.style.opacity = String(content.settings.opacity);
    canvases.manifold.style.zIndex = content.settings.order === "over" ? "2" : "0";
    this.layers.paint();
    this.paintPoints(content, view);
    this.paintEllipses(content, view);
    this.paintAxes(content, view);
    this.paintMarks();
    this.frame.dataset.view = JSON.stringify(view);
    this.layers.ask();
  }

  /** @param {MapContent} content @param {View} view */
  paintPoints({settings, data, style}, view) {
    const began = performance.now();
    const {points: canvas} = this.canvases;
    if (settings.points) {
      const radius = this.pointScale * (this.size / 340) * Math.max(0.7, Math.min(4, this.depth ** 0.3));
      drawPoints(canvas, this.size, view, data.points, style, radius);
    } else {
      prepare(canvas, this.size);
    }
    this.frame.dataset.redraw = (performance.now() - began).toFixed(2);
  }

  /** @param {MapContent} content @param {View} view */
  paintEllipses({settings, data, style, theme}, view) {
    const context = prepare(this.canvases.ellipses, this.size);
    if (!settings.ellipses || !data.spreads) return;
    marks.ellipses(context, this.size, view, data.points, data.spreads, style.muted, theme);
  }

  /** @param {MapContent} content @param {View} view */
  paintAxes({settings, theme, run}, view) {
    const {size} = this;
    const context = axes.axes(this.canvases.axes, size, view, theme);
    if (settings.prior && (run.prior || this.marked.prior)) axes.prior(context, size, view, theme);
    this.nameBoxes = [];
    if (this.gliding || !settings.points || size * this.depth <= MIN_NAMED_CLOUD * theme.small) return;
    const positions = this.namePositions.filter(({label}) => !settings.hidden.has(label));
    this.nameBoxes = drawNames(context, size, view, positions, run.classes, theme);
  }

  paintMarks() {
    const {size, view, content} = this;
    if (!view || !content) return;
    const {settings, theme} = content;
    const image = this.imageMark();
    const context = prepare(this.canvases.marks, size);
    if (image?.spread && settings.ellipses) {
      marks.posterior(context, size, view, image.z, image.spread, theme);
    }
    const {marked} = this;
    const moving = {
      pin: marked.pin ? this.pin : null,
      pointer: this.pointer,
      image: marked.image ? image : null,
    };
    marks.marks(context, size, view, moving, theme, this.nameBoxes);
    this.overlay(context, size, view);
    if (this.polygon) marks.loop(context, size, view, this.polygon, theme);
  }

  /** Where the image in question lies, and how wide its q(z|x) is; null where it is not on this map. */
  imageMark() {
    const i = this.imageInQuestion;
    if (!this.content || i < 0 || i >= this.content.data.labels.length) return null;
    const {points, spreads, labels} = this.content.data;
    /** @param {Float32Array} values */
    const pair = (values) => [values[2 * i], values[2 * i + 1]];
    const colour = `rgb(${this.content.theme.colours[labels[i]]})`;
    return {z: pair(points), spread: spreads && pair(spreads), colour};
  }

  /** @param {Theme} theme */
  retheme(theme) {
    if (this.content) this.content.theme = theme;
    this.layers.retheme(theme);
  }

  /** @param {number[] | null} point */
  setPin(point) {
    this.pin = point;
    if (this.data) this.paintMarks();
  }

  /** @param {number} index of a test image; -1 for none */
  setImageInQuestion(index) {
    this.imageInQuestion = index;
    if (this.data) this.paintMarks();
  }

  /**
   * The point of those shown that lies nearest: its index, -1 for none, and its distance.
   * @param {number[]} point
   */
  nearestTo(point) {
    return nearest(this.data?.points ?? [], point[0], point[1], (i) => !this.content?.style.muted?.[i]);
  }

  /** The point of the plane at a pixel of the frame. @param {import("./gestures.js").Pixel} here */
  pointAt([x, y]) {
    return toPlane(/** @type {View} */ (this.view), this.size, x, y);
  }

  /** Show another part of the plane, and say so. @param {View} view */
  look(view) {
    this.view = view;
    this.soon();
    this.on.view?.(view);
  }

  /** Show the map's own range again. */
  lookHome() {
    if (this.home) this.look({...this.home});
  }

  /**
   * Zoom about a point, as far as the map goes, and move it.
   * @param {number[]} point
   * @param {number} factor < 1 dives in
   * @param {import("../kit/strokes.js").Pixel} [step] that the point is moved by
   */
  zoom(point, factor, [dx, dy] = [0, 0]) {
    if (!this.view) return;
    const whole = this.home ?? this.view;
    const width = (this.view.right - this.view.left) / (whole.right - whole.left);
    const possible = Math.max(NARROWEST_VIEW / width, Math.min(WIDEST_VIEW / width, factor));
    this.look(panned(zoomed(this.view, point, possible), this.size, dx, dy));
  }

  /** Zoom about the middle. @param {number} factor */
  zoomCentre(factor) {
    const {view} = this;
    if (view) this.zoom([(view.left + view.right) / 2, (view.bottom + view.top) / 2], factor);
  }
}

/** Whether two runs are moments of one training. @param {MapRun} a @param {MapRun} b */
const sameTraining = (a, b) => a.stamp === b.stamp && (a.of ?? a.name) === (b.of ?? b.name);
