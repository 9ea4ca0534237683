// The drawing pad: strokes on the screen, and the same strokes as the small picture that is sent.

import {contextOf} from "../../kit/canvas.js";
import {listenToStrokes} from "../../kit/strokes.js";
import {addLeg, emptyInk} from "./ink.js";

const SENT_SIDE = 112; // pixels: about the longer side of the drawing that is sent

/** @typedef {import("../../kit/strokes.js").Pixel} Pixel */

/**
 * @typedef {object} Stroke
 * @property {number} width as a share of the pad's longer side
 * @property {[number, number][]} points as shares of the pad
 * @property {number} drawn how many of the points are on the canvas and in the ink
 * @property {boolean} byFinger
 */

export class Pad {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{colour: () => string, width: () => number, began: () => void, changed: () => void}} on
   *   colour and width (in pixels of what is sent) of the pen; a stroke begins; there is more ink
   */
  constructor(canvas, on) {
    this.canvas = canvas;
    this.on = on;
    /** @type {Stroke[]} */
    this.strokes = [];
    /** @type {Stroke | null} */
    this.stroke = null;
    this.ink = emptyInk(1, 1);
    this.paper = contextOf(canvas);
    this.setForm([1, 1, 1]);
    listenToStrokes(canvas, {
      begin: (here, event) => this.begin(here, event),
      move: (path) => this.move(path),
      end: () => {
        this.stroke = null;
      },
      cancel: () => this.cancel(),
    });
  }

  /**
   * The pad has the proportions of the images; what is sent, a whole number of times their pixels.
   * @param {number[]} shape (c, h, w)
   */
  setForm(shape) {
    const [, height, width] = shape;
    const times = Math.max(1, Math.round(SENT_SIDE / Math.max(height, width)));
    if (this.ink.width === width * times && this.ink.height === height * times) return;
    this.ink = emptyInk(width * times, height * times);
    this.canvas.style.setProperty("--aspect", String(width / height));
    this.redraw();
  }

  /** Match the canvas's pixels to its size on the screen. */
  fit() {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(this.canvas.clientWidth * ratio);
    if (!width || Math.abs(this.canvas.width - width) < 1) return;
    this.canvas.width = width;
    this.canvas.height = Math.round(this.canvas.clientHeight * ratio);
    this.redraw();
  }

  /** @param {Pixel} here @param {PointerEvent} event */
  begin(here, event) {
    event.preventDefault();
    this.on.began();
    const width = this.on.width() / SENT_SIDE;
    const byFinger = event.pointerType === "touch";
    this.stroke = {width, points: [this.shareOf(here)], drawn: 0, byFinger};
    this.strokes.push(this.stroke);
    this.draw(this.stroke);
    this.on.changed();
  }

  /** @param {Pixel[]} path */
  move(path) {
    if (!this.stroke) return;
    this.stroke.points.push(...path.map((pixel) => this.shareOf(pixel)));
    this.draw(this.stroke);
    this.on.changed();
  }

  /** What a finger has drawn was a palm's, or the page's to scroll; what a pen or a mouse has drawn stays. */
  cancel() {
    const {stroke} = this;
    this.stroke = null;
    if (!stroke?.byFinger) return;
    this.strokes = this.strokes.filter((each) => each !== stroke);
    this.redraw();
    this.on.changed();
  }

  /** @param {Pixel} pixel @returns {[number, number]} */
  shareOf([x, y]) {
    return [x / this.canvas.clientWidth, y / this.canvas.clientHeight];
  }

  /**
   * Draw what is new of a stroke, leg by leg, so that the screen and the ink get the same however it came.
   * @param {Stroke} stroke
   */
  draw(stroke) {
    const {ink, canvas} = this;
    drawLegs(this.paper, canvas, stroke, this.on.colour());
    eachLeg(stroke, ink, (from, to, width) => addLeg(ink, from, to, width / 2));
    stroke.drawn = stroke.points.length;
  }

  redraw() {
    this.wipe();
    this.ink.bytes.fill(0);
    for (const stroke of this.strokes) {
      stroke.drawn = 0;
      this.draw(stroke);
    }
  }

  wipe() {
    this.paper.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  clear() {
    this.strokes = [];
    this.redraw();
  }

  /** A picture in place of strokes. @param {HTMLCanvasElement} picture */
  show(picture) {
    this.wipe();
    this.paper.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
  }

  /** What is sent, as it is now. @returns {import("./ink.js").Ink} */
  pixels() {
    return this.ink;
  }
}

/**
 * Call `leg` for what is new of a stroke, in pixels of a sheet; its first point is a leg without length.
 * @param {Stroke} stroke
 * @param {{width: number, height: number}} sheet
 * @param {(from: Pixel, to: Pixel, width: number) => void} leg
 */
function eachLeg(stroke, {width, height}, leg) {
  /** @param {number} k @returns {Pixel} */
  const pixel = (k) => [stroke.points[k][0] * width, stroke.points[k][1] * height];
  const penWidth = stroke.width * Math.max(width, height);
  for (let k = stroke.drawn; k < stroke.points.length; k++)
    leg(pixel(Math.max(0, k - 1)), pixel(k), penWidth);
}

/**
 * The legs of a stroke that a canvas does not have yet.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} canvas
 * @param {Stroke} stroke
 * @param {string} colour
 */
function drawLegs(context, canvas, stroke, colour) {
  context.lineCap = "round";
  context.strokeStyle = colour;
  context.fillStyle = colour;
  eachLeg(stroke, canvas, (from, to, width) => {
    context.lineWidth = width;
    context.beginPath();
    if (from[0] === to[0] && from[1] === to[1]) {
      context.arc(...to, width / 2, 0, 7); // no length: a dot
      context.fill();
      return;
    }
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  });
}
