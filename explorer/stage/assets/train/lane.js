// One side of the page: a model that is trained, its map, and what it makes of some images.

import {contactSheet, image} from "../kit/atlas.js";
import {count} from "../kit/dom.js";
import {nearer, pointToScreen} from "../map/frame.js";
import {LatentMap} from "../map/map.js";
import {between, frameOf, grown, Past, SMALLEST, squareOf} from "./past.js";
import {agreementOf, spreadOf} from "./story.js";

const SETTLE = 0.35; // seconds in which the range comes most of the way to where the codes are
const LONGEST_GAP = 0.6; // seconds that points take at most from frame to frame
const LOOK_MS = 400; // between two words to the server of where the map looks
const AGREEMENT_MS = 1000; // between two looks at neighbours
const SAMPLE_ROWS = 2;
const POINT_SCALE = 1.7; // of a tenth as many points as other maps have
const SETTINGS = {
  points: true,
  manifold: true,
  prior: true,
  ellipses: false,
  layer: "none",
  /** @type {Set<number>} */
  hidden: new Set(),
  opacity: 0.45,
};

/**
 * @typedef {import("../compare/sides.js").Side} Side
 * @typedef {import("../map/frame.js").View} View
 * @typedef {import("./past.js").Frame} Frame
 */

/**
 * @typedef {object} Began as together/steered.py tells it
 * @property {string} model
 * @property {string} title
 * @property {string} short
 * @property {boolean} prior
 * @property {Record<string, {label: string, title: string, unit: string}>} terms
 * @property {Record<string, {symbol: string, value: number, most: number, help: string}>} live
 * @property {string} dataset
 * @property {string | null} drawing
 * @property {string[]} classes
 * @property {number[]} shape
 * @property {number} steps
 * @property {number} epochs
 * @property {Uint16Array} labels
 * @property {import("../kit/images.js").Images} digits
 */

/** What is shown before anything begins. @type {Pick<Began, "model" | "prior" | "classes" | "labels">} */
const NOTHING = {model: "", prior: true, classes: [], labels: new Uint16Array(0)};

export class Lane {
  /**
   * @param {Side} name
   * @param {import("../kit/dom.js").Find} find
   * @param {{theme: () => import("../kit/theme.js").Theme, look: (view: View) => void}} on
   */
  constructor(name, find, on) {
    this.name = name;
    this.find = find;
    this.on = on;
    this.map = new LatentMap(find(`${name}-frame`), "", {view: (view) => this.looked(view)});
    this.map.layers.ask = () => {}; // what is decoded comes with the frames
    this.map.pointScale = POINT_SCALE;
    this.map.marked = {pin: false, image: false, prior: true};
    this.map.overlay = (...at) => this.overlay(...at);
    /** @type {Began | null} */
    this.began = null;
    this.record = new Past();
    this.finished = false;
    /** Where the points are now, and from where to where they glide. @type {Float32Array} */
    this.codes = new Float32Array(0);
    this.from = this.codes;
    this.to = this.codes;
    this.since = 0; // when they set out, milliseconds
    this.gap = 0.1; // seconds that they take
    /** Half a side of the square that the map shows, unless the person looks elsewhere. */
    this.half = SMALLEST;
    this.held = false;
    this.following = false; // the view is being moved by us
    /** Of where the map looks, what the server knows, and since when. */
    this.look = {at: 0, view: ""};
    /** The code of the drawing, in the frame of now. @type {number[] | null} */
    this.drawing = null;
    this.agreement = {at: 0, share: 0};
    this.lowest = Number.POSITIVE_INFINITY; // of the KL so far, nats
  }

  // ---- what comes

  /** @param {any} packet */
  begin(packet) {
    /** @type {Began} */
    const began = packet;
    this.began = began;
    this.record = new Past();
    this.finished = false;
    this.held = false;
    this.drawing = null;
    this.half = SMALLEST;
    this.lowest = Number.POSITIVE_INFINITY;
    this.codes = new Float32Array(2 * began.labels.length);
    this.from = this.to = this.codes;
    this.map.view = null;
    this.map.home = null;
    this.map.layers.tiles = null;
  }

  /** @param {any} packet */
  take(packet) {
    if (!this.began) return;
    const frame = frameOf(packet);
    const now = performance.now();
    const first = !this.record.last;
    this.gap = Math.min(LONGEST_GAP, 0.7 * this.gap + 0.3 * Math.max(0.02, (now - this.since) / 1000));
    this.record.add(frame);
    this.from = first ? frame.codes : this.codes.slice();
    this.to = frame.codes;
    this.since = now;
    const {drawing_reconstruction: reconstruction} = packet;
    if (reconstruction) image(this.find(`${this.name}-drawing`), reconstruction, this.on.theme().ink);
    count(this.find(`${this.name}-frame`), "updates");
  }

  // ---- what is shown

  /** The run, as a map needs to know it. @param {Pick<Began, "model" | "prior" | "classes">} began */
  runOf(began) {
    return {
      name: `${this.name} ${began.model}`,
      stamp: "",
      classes: began.classes,
      window: squareOf(this.half),
      prior: began.prior,
    };
  }

  /** Show a frame's images. @param {import("./past.js").Pictures | null} pictures */
  picture(pictures) {
    if (!this.began || !pictures) return;
    const {ink} = this.on.theme();
    if (this.map.layers.tiles !== pictures.tiles) this.map.layers.takeTiles(pictures.tiles);
    const side = Math.min(2.1 * this.on.theme().small, this.map.size / 14.5);
    const digits = [this.began.digits.each(), pictures.reconstructions.each()];
    contactSheet(this.find(`${this.name}-digits`), digits, side, ink);
    const samples = pictures.samples.each();
    const across = Math.ceil(samples.length / SAMPLE_ROWS);
    const rows = Array.from({length: SAMPLE_ROWS}, (_, r) => samples.slice(r * across, (r + 1) * across));
    contactSheet(this.find(`${this.name}-samples`), rows, side, ink);
  }

  /** Everything of an epoch that is past. @param {number} epoch */
  showAt(epoch) {
    const frame = this.record.at(epoch);
    if (!frame) return;
    this.codes = frame.codes;
    this.drawing = frame.drawing;
    this.picture(this.record.picturesAt(epoch));
  }

  /**
   * Where the points are now, on their way to the last frame. @param {number} now
   */
  glide(now) {
    const share = Math.min(1, (now - this.since) / 1000 / this.gap);
    if (this.from.length !== this.to.length) this.from = this.to;
    if (this.codes === this.to || this.codes === this.from || this.codes.length !== this.to.length)
      this.codes = new Float32Array(this.to.length);
    between(this.from, this.to, share, this.codes);
    this.half = grown(this.half, this.to);
    this.drawing = this.record.last?.drawing ?? null;
  }

  /**
   * @param {View} window where the map is to look, if the person looks nowhere else
   * @param {number} seconds since the last frame
   */
  paint(window, seconds) {
    const {map} = this;
    const began = this.began ?? NOTHING;
    if (!map.size) return;
    const theme = this.on.theme();
    const data = {z: this.codes, points: this.codes, labels: began.labels, dimensions: 2, spreads: null};
    const run = this.runOf(began);
    if (map.content?.data.labels !== began.labels || map.content.theme !== theme) {
      map.show(run, data, SETTINGS, theme, {
        colourIndex: began.labels,
        colours: theme.colours,
        muted: null,
        mutedColour: theme.grey,
      });
      map.canvases.manifold.style.opacity = String(SETTINGS.opacity);
    }
    this.following = true;
    if (!map.view) map.setHome(window, null);
    map.home = window;
    if (map.view && !this.held) map.view = nearer(map.view, window, 1 - Math.exp(-seconds / SETTLE));
    this.following = false;
    map.glide(run, data, false);
    this.tellLook();
  }

  /** The person looks elsewhere, or at all of it again. @param {View} view */
  looked(view) {
    if (this.following) return;
    this.held = JSON.stringify(view) !== JSON.stringify(this.map.home);
  }

  /** Say now and then where the map looks: there the manifold is decoded. */
  tellLook() {
    const {view} = this.map;
    const now = performance.now();
    if (!view || now - this.look.at < LOOK_MS) return;
    const text = JSON.stringify(Object.values(view).map((edge) => Number(edge.toPrecision(3))));
    if (text === this.look.view) return;
    this.look = {at: now, view: text};
    this.on.look(view);
  }

  /** The server knows nothing of where the map looks: another training begins. */
  forgetLook() {
    this.look.view = "";
  }

  /** @type {LatentMap["overlay"]} */
  overlay(context, size, view) {
    if (!this.drawing) return;
    const [x, y] = pointToScreen(view, size, this.drawing);
    const {accent, paper} = this.on.theme();
    for (const [colour, width] of /** @type {[string, number][]} */ ([
      [paper, 6],
      [accent, 3],
    ])) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, 9, 0, 7);
      context.stroke();
    }
  }

  // ---- numbers

  /** What the story needs to know of the last frame. @returns {import("./story.js").State | null} */
  state() {
    const {began, record} = this;
    const {last} = record;
    if (!began || !last) return null;
    const now = performance.now();
    if (now - this.agreement.at > AGREEMENT_MS)
      this.agreement = {at: now, share: agreementOf(last.codes, began.labels)};
    const kl = record.term("kl", null);
    if (kl !== undefined) this.lowest = Math.min(this.lowest, kl);
    return {
      name: began.short,
      prior: began.prior,
      epoch: last.epoch,
      kl,
      lowest: this.lowest,
      beta: last.live.beta,
      spread: spreadOf(last.codes),
      agreement: this.agreement.share,
    };
  }

  /** Where this side stands, in the words of its head. @param {number | null} epoch one that is past, or null */
  where(epoch) {
    const {began, record} = this;
    const frame = epoch === null ? record.last : record.at(epoch);
    if (!began || !frame) return "";
    const at = `epoch ${frame.epoch.toFixed(2)}`;
    return this.finished && epoch === null ? `${at}, finished` : at;
  }
}
