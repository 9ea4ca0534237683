// The drawing pad: strokes on the screen, and the same strokes on the small canvas whose pixels are sent.

import {contextOf} from "../../kit/canvas.js";

const SENT_SIDE = 112; // pixels: about the longer side of the drawing that is sent

/**
 * @typedef {object} Stroke
 * @property {number} width as a share of the pad's longer side
 * @property {[number, number][]} points as shares of the pad
 * @property {number} drawn how many of the points are on the canvases
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
    this.scratch = document.createElement("canvas");
    this.ink = contextOf(this.scratch, {willReadFrequently: true});
    this.paper = contextOf(canvas);
    this.setForm([1, 1, 1]);
    this.listen();
  }

  /**
   * The pad has the proportions of the images; what is sent, a whole number of times their pixels.
   * @param {number[]} shape (c, h, w)
   */
  setForm(shape) {
    const [, height, width] = shape;
    const times = Math.max(1, Math.round(SENT_SIDE / Math.max(height, width)));
    if (this.scratch.width === width * times && this.scratch.height === height * times) return;
    this.scratch.width = width * times;
    this.scratch.height = height * times;
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

  listen() {
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      this.canvas.addEventListener(end, () => {
        this.stroke = null;
      });
    }
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.on.began();
    this.stroke = {width: this.on.width() / SENT_SIDE, points: [this.shareOf(event)], drawn: 0};
    this.strokes.push(this.stroke);
    this.draw(this.stroke);
    this.on.changed();
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.stroke) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) this.stroke.points.push(this.shareOf(each));
    this.draw(this.stroke);
    this.on.changed();
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  shareOf(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  /**
   * Draw what is new of a stroke, leg by leg, so that pad and scratch give the same pixels however it came.
   * @param {Stroke} stroke
   */
  draw(stroke) {
    drawLegs(this.paper, this.canvas, stroke, this.on.colour());
    drawLegs(this.ink, this.scratch, stroke, "#000");
    stroke.drawn = stroke.points.length;
  }

  redraw() {
    this.wipe();
    this.ink.clearRect(0, 0, this.scratch.width, this.scratch.height);
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

  /** @returns {import("./pen.js").Ink} */
  pixels() {
    const {width, height} = this.scratch;
    const {data} = this.ink.getImageData(0, 0, width, height);
    return {width, height, bytes: Uint8Array.from({length: width * height}, (_, i) => data[4 * i + 3])};
  }
}

/**
 * The legs of a stroke that a canvas does not have yet.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} canvas
 * @param {Stroke} stroke
 * @param {string} colour
 */
function drawLegs(context, {width, height}, stroke, colour) {
  /** @param {number} k @returns {[number, number]} */
  const pixel = (k) => [stroke.points[k][0] * width, stroke.points[k][1] * height];
  context.lineCap = "round";
  context.lineWidth = stroke.width * Math.max(width, height);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  for (let k = stroke.drawn; k < stroke.points.length; k++) {
    const [x, y] = pixel(k);
    context.beginPath();
    if (k === 0) {
      context.arc(x, y, context.lineWidth / 2, 0, 7); // no leg yet: a dot
      context.fill();
      continue;
    }
    context.moveTo(...pixel(k - 1));
    context.lineTo(x, y);
    context.stroke();
  }
}
