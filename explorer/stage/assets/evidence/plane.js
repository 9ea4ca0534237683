// The plane of one image: which window, the picture of p(z|x), and what is drawn over it.

import {toPoint} from "../kit/chart.js";
import {postPacked} from "../kit/server.js";
import {pointToScreen, toScreen} from "../map/frame.js";
import {haloed} from "../map/marks.js";

/**
 * @typedef {import("../map/frame.js").View} View
 * @typedef {import("../map/layer.js").LayerValues} LayerValues
 * @typedef {import("../kit/theme.js").Theme} Theme
 * @typedef {[x: number, y: number]} Pixel CSS pixels from the left and the upper edge
 */

/** @typedef {Theme & {best: string}} EvidenceTheme with the colour of the best q */

/**
 * @typedef {object} Overlaid what is drawn over the picture of p(z|x)
 * @property {import("./ledger.js").Numbers} numbers
 * @property {import("./search.js").Search} search
 * @property {EvidenceTheme} theme
 * @property {number[]} z
 * @property {{plane: import("../kit/chart.js").Chart}} data
 * @property {import("../map/map.js").LatentMap} map
 */

const CONTOUR_NATS = [0.5, 2]; // below the peak: one and two standard deviations of a normal
const COLOUR_NATS = 12; // below the peak, which the colours of p(z|x) span
const VIEW_SDS = 3.5; // standard deviations of q around its mean that are in view

/**
 * A square around q(z|x) and all of p(z|x) that matters.
 * @param {import("./ledger.js").Numbers} numbers
 * @returns {View}
 */
export function near({mean, sd, box}) {
  const low = [];
  const high = [];
  for (const d of [0, 1]) {
    low.push(Math.min(mean[d] - VIEW_SDS * sd[d], box[0][d] - 0.3 * (box[1][d] - box[0][d])));
    high.push(Math.max(mean[d] + VIEW_SDS * sd[d], box[1][d] + 0.3 * (box[1][d] - box[0][d])));
  }
  const half = (1.04 * Math.max(high[0] - low[0], high[1] - low[1])) / 2;
  const [a, b] = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  return {left: a - half, right: a + half, bottom: b - half, top: b + half};
}

/**
 * log p(z|x) over a view; its colours span COLOUR_NATS below the peak that was found anywhere.
 * @param {string} live prefix of the live routes
 * @param {import("../question/question.js").Body} question
 * @param {View & {count: number}} cells the view, and how many cells it has along each axis
 * @param {AbortSignal} signal that it is no longer wanted
 * @returns {Promise<LayerValues>}
 */
export async function fetchPicture(live, question, cells, signal) {
  const picture = await postPacked(`${live}/posterior`, {...question, ...cells}, signal);
  return {...picture, low: picture.peak - COLOUR_NATS, high: picture.peak};
}

/**
 * Show the codes of all test images, grey, under the picture.
 * @param {import("../map/map.js").LatentMap} map
 * @param {import("../kit/loader.js").Codes} codes
 * @param {{name: string, stamp: string}} run
 * @param {{classes: string[], window: View}} data
 * @param {Theme} theme
 * @param {boolean} named whether the names of the classes stand there: where the whole plane is seen
 */
export function showCodes(map, codes, run, {classes, window}, theme, named) {
  const settings = {
    points: true,
    manifold: false,
    prior: true,
    ellipses: false,
    layer: "posterior",
    hidden: new Set(named ? [] : classes.keys()),
    opacity: 1,
  };
  const muted = new Uint8Array(codes.labels.length).fill(1);
  const style = {colourIndex: codes.labels, colours: theme.colours, muted, mutedColour: theme.grey};
  const grey = {...theme, colours: theme.colours.map(() => theme.grey)};
  map.show({...run, classes, window, prior: true}, codes, settings, grey, style);
  map.paint();
}

/**
 * The encoder's q, the best q so far, and z with its arrow from the mean.
 * @param {Overlaid} page
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 */
export function overlay({numbers, search, theme, z, data, map}, context, size, view) {
  const {mean, sd, mode} = numbers;
  const {best} = search;
  const {layer} = map.layers;
  /** @param {number[]} code */
  const at = (code) => pointToScreen(view, size, toPoint(data.plane, code));
  if (layer?.values && layer.peak !== undefined) {
    for (const below of CONTOUR_NATS) contour(context, size, view, layer, layer.peak - below, theme);
  }
  const spread = [
    [sd[0], 0],
    [0, sd[1]],
  ];
  ellipse(context, size, view, mean, spread, theme.accent, theme.paper);
  if (best) ellipse(context, size, view, best.mean, best.tril, theme.best, theme.paper);
  cross(context, at(mode), theme);
  arrow(context, at(mean), at(z), theme);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Pixel} from
 * @param {Pixel} to
 * @param {Theme} theme
 */
function arrow(context, from, to, theme) {
  haloed(context, theme.paper, 5, theme.accent, 2.5, () => {
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  });
  context.fillStyle = theme.accent;
  context.strokeStyle = theme.paper;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(...to, 5, 0, 7);
  context.fill();
  context.stroke();
}

/**
 * N(mean, tril tril^T) at one and two standard deviations: the circle, through tril.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {number[]} mean
 * @param {number[][]} tril
 * @param {string} colour
 * @param {string} paper
 */
function ellipse(context, size, view, mean, tril, colour, paper) {
  haloed(context, paper, 5, colour, 2.5, () => {
    for (const sigma of [1, 2]) {
      context.beginPath();
      for (let k = 0; k <= 72; k++) {
        const e = [sigma * Math.cos((k * Math.PI) / 36), sigma * Math.sin((k * Math.PI) / 36)];
        const z = mean.map((m, d) => m + tril[d][0] * e[0] + tril[d][1] * e[1]);
        context.lineTo(...pointToScreen(view, size, z));
      }
      context.stroke();
    }
  });
}

/**
 * Where the picture of p(z|x) has this level: the straight pieces in every square of four cells.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {View} view
 * @param {{values: Float32Array, window: View}} layer
 * @param {number} level
 * @param {Theme} theme
 */
function contour(context, size, view, {values, window}, level, theme) {
  const count = Math.round(Math.sqrt(values.length));
  const step = (window.right - window.left) / count;
  /** @param {number} row @param {number} column */
  const at = (row, column) =>
    toScreen(view, size, window.left + (column + 0.5) * step, window.top - (row + 0.5) * step);
  context.beginPath();
  for (let row = 0; row + 1 < count; row++) {
    for (let column = 0; column + 1 < count; column++) {
      const corners = [
        [row, column],
        [row, column + 1],
        [row + 1, column + 1],
        [row + 1, column],
      ];
      /** @type {Pixel[]} */
      const ends = [];
      corners.forEach((a, k) => {
        const b = corners[(k + 1) % 4];
        const from = values[a[0] * count + a[1]] - level;
        const to = values[b[0] * count + b[1]] - level;
        if (from < 0 === to < 0) return;
        const share = from / (from - to);
        ends.push(at(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])));
      });
      for (let k = 0; k + 1 < ends.length; k += 2) {
        context.moveTo(...ends[k]);
        context.lineTo(...ends[k + 1]);
      }
    }
  }
  context.strokeStyle = theme.text;
  context.lineWidth = 1.25;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {Pixel} pixel @param {Theme} theme */
function cross(context, [x, y], theme) {
  haloed(context, theme.paper, 5, theme.text, 2.25, () => {
    context.beginPath();
    for (const [a, b] of [
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ]) {
      // open in the middle: what it marks stays in sight
      context.moveTo(x + 4 * a, y + 4 * b);
      context.lineTo(x + 9 * a, y + 9 * b);
    }
    context.stroke();
  });
}
