// The plane of epsilon: a point that is dragged or drawn, over the circles of N(0, I).

import {prepare} from "../kit/canvas.js";
import {listenToStrokes} from "../kit/strokes.js";

/** @type {Record<string, number[]>} */
export const ARROW_STEPS = {
  ArrowLeft: [-0.1, 0],
  ArrowRight: [0.1, 0],
  ArrowUp: [0, 0.1],
  ArrowDown: [0, -0.1],
};
const EDGE_SDS = 3.4; // from the middle to the edge, in standard deviations

export class Epsilon {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(epsilon: number[]) => void} moved called whenever the point moves
   */
  constructor(canvas, moved) {
    this.canvas = canvas;
    this.moved = moved;
    this.value = [1, 0.5];
    /** @param {import("../kit/strokes.js").Pixel} pixel */
    const take = ([x, y]) => {
      const at = [x / canvas.clientWidth, y / canvas.clientHeight];
      this.set([(2 * at[0] - 1) * EDGE_SDS, (1 - 2 * at[1]) * EDGE_SDS]);
    };
    listenToStrokes(canvas, {begin: take, move: (path) => take(path[path.length - 1])});
    canvas.addEventListener("keydown", (event) => {
      const step = ARROW_STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      this.move(step);
    });
  }

  /** @param {number[]} value */
  set(value) {
    this.value = value.map((v) => Math.max(-EDGE_SDS, Math.min(EDGE_SDS, v)));
    this.moved(this.value);
  }

  /** @param {number[]} step */
  move(step) {
    this.set(this.value.map((v, d) => v + step[d]));
  }

  /** From N(0, I) (Box & Muller 1958). */
  draw() {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    this.set([radius * Math.cos(angle), radius * Math.sin(angle)]);
  }

  /** @param {import("../kit/theme.js").Theme} theme */
  paint(theme) {
    const size = this.canvas.clientWidth;
    if (!size) return;
    const context = prepare(this.canvas, size);
    const middle = size / 2;
    const unit = middle / EDGE_SDS;
    context.strokeStyle = theme.line;
    context.beginPath();
    context.moveTo(0, middle);
    context.lineTo(size, middle);
    context.moveTo(middle, 0);
    context.lineTo(middle, size);
    context.stroke();
    context.strokeStyle = theme.text;
    context.setLineDash([3, 4]);
    for (const sigma of [1, 2, 3]) {
      context.beginPath();
      context.arc(middle, middle, sigma * unit, 0, 7);
      context.stroke();
    }
    context.setLineDash([]);
    const x = middle + this.value[0] * unit;
    const y = middle - this.value[1] * unit;
    context.strokeStyle = theme.accent;
    context.lineWidth = 2.5;
    context.beginPath();
    context.moveTo(middle, middle);
    context.lineTo(x, y);
    context.stroke();
    context.fillStyle = theme.accent;
    context.beginPath();
    context.arc(x, y, 7, 0, 7);
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = theme.paper;
    context.stroke();
  }
}
