// A walk as the maps show it: its paths, and under each map its film strips: images, length, and the class of
// the code nearest to each.

import * as atlas from "../../kit/atlas.js";
import {contextOf} from "../../kit/canvas.js";
import {toPoints} from "../../kit/chart.js";
import * as marks from "../../map/marks.js";

/** @typedef {"straight" | "geodesic"} Kind of a walk */

/** @type {Kind[]} */
export const KINDS = ["straight", "geodesic"];
const OFF_DATA_SPACINGS = 6; // spacings of the codes from which on a walk is said to have left the data
const BAR_HEIGHT = 5; // CSS pixels under each image
const SMALLEST_TILE = 8; // CSS pixels of a tile

/**
 * @typedef {object} Film of one walk
 * @property {number} length in picture space
 * @property {import("../../kit/images.js").Images} images
 * @property {Float32Array} line codes (n, d) along it
 * @property {Uint32Array} nearest the test image nearest to the code of each image
 * @property {Float32Array} departure how far that is, in spacings of the codes
 */

/** @typedef {Record<Kind, Film>} Films of one question */
/** @typedef {import("./tool.js").Theme} Theme */

/** The server's answer, kind by kind. @param {Record<string, any>} answer @returns {Films} */
export function filmsOf(answer) {
  /** @param {Kind} kind @returns {Film} */
  const film = (kind) => ({
    length: answer.lengths[kind],
    images: answer[`${kind}_images`],
    line: answer[`${kind}_line`],
    nearest: answer[`${kind}_nearest`],
    departure: answer[`${kind}_departure`],
  });
  return {straight: film("straight"), geodesic: film("geodesic")};
}

/**
 * @param {(name: string) => any} find
 * @param {string} name of the canvas; its title and box are named after it
 * @param {Kind} kind
 * @param {Films | null} films
 * @param {Uint16Array | undefined} labels of the test images
 * @param {Theme} theme
 * @param {string} missing what is said where there is none
 */
export function drawFilm(find, name, kind, films, labels, theme, missing) {
  const title = find(`${name}-title`);
  const canvas = find(name);
  title.replaceChildren(films || kind === "geodesic" ? "" : missing);
  if (!films) {
    atlas.contactSheet(canvas, [[]], 1, theme.ink);
    return;
  }
  const {images, nearest, departure} = films[kind];
  describe(title, kind, films);
  const tile = tileSide(find(`${name}-box`), images.count);
  atlas.contactSheet(canvas, [images.each()], tile, theme.ink);
  const colours = Array.from(nearest, (index) => theme.colours[labels?.[index] ?? 0]);
  drawBars(canvas, colours, departure, tile, theme);
}

/** The side of a tile, so that all fit if they can. @param {HTMLElement} box @param {number} count */
function tileSide(box, count) {
  return Math.max(
    SMALLEST_TILE,
    Math.min(box.clientHeight - BAR_HEIGHT, Math.floor(box.clientWidth / count)),
  );
}

/**
 * The length of a walk, and how much of it is off the data.
 * @param {HTMLElement} title
 * @param {Kind} kind
 * @param {Films} films
 */
function describe(title, kind, films) {
  const {length, departure} = films[kind];
  const straight = films.straight.length;
  const off = departure.filter((spacings) => spacings > OFF_DATA_SPACINGS).length;
  const share = kind === "geodesic" && straight ? `, ${Math.round((100 * length) / straight)} %` : "";
  const name = document.createElement("b");
  const value = document.createElement("span");
  const whole = document.createElement("span");
  const small = document.createElement("small");
  name.textContent = kind;
  value.textContent = length.toFixed(1) + share;
  small.textContent = `${off} of ${departure.length} off the data`;
  whole.append(name, " ", value);
  title.replaceChildren(whole, small);
  title.title = helpOf(kind, off, departure.length);
}

/** What the numbers of a film mean. @param {Kind} kind @param {number} off @param {number} count */
function helpOf(kind, off, count) {
  const metric =
    kind === "geodesic"
      ? "Behind it, its share of the straight way. The way along which the picture changes least, under " +
        "the pull-back metric J\u1d40J. "
      : "";
  return (
    `Length in picture space: Euclidean, pixels in [0, 1]. ${metric}${off} of ${count} pictures lie ` +
    `farther than ${OFF_DATA_SPACINGS} times the codes' usual spacing from any code: hollow bars. The ` +
    "other bars have the colour of the nearest code's class."
  );
}

/**
 * A bar under each image: in the colour of the nearest code's class, or hollow where no code is near.
 * @param {HTMLCanvasElement} canvas
 * @param {number[][]} colours
 * @param {Float32Array} departure
 * @param {number} tile CSS pixels
 * @param {Theme} theme
 */
function drawBars(canvas, colours, departure, tile, theme) {
  const ratio = canvas.width / Number.parseFloat(canvas.style.width);
  const context = lengthen(canvas, tile + BAR_HEIGHT, ratio);
  context.lineWidth = ratio;
  context.strokeStyle = `rgb(${theme.grey})`;
  colours.forEach((colour, i) => {
    /** @type {[number, number, number, number]} */
    const box = [(i + 0.08) * tile * ratio, tile * ratio, 0.84 * tile * ratio, 4 * ratio];
    context.fillStyle = `rgb(${colour})`;
    if (departure[i] > OFF_DATA_SPACINGS) context.strokeRect(...box);
    else context.fillRect(...box);
  });
}

/**
 * Make a canvas higher, and keep what is on it; returns its context.
 * @param {HTMLCanvasElement} canvas
 * @param {number} height CSS pixels
 * @param {number} ratio pixels of a CSS pixel
 */
function lengthen(canvas, height, ratio) {
  const picture = document.createElement("canvas");
  picture.width = canvas.width;
  picture.height = canvas.height;
  contextOf(picture).drawImage(canvas, 0, 0);
  canvas.style.height = `${height}px`;
  canvas.height = Math.round(height * ratio);
  const context = contextOf(canvas);
  context.drawImage(picture, 0, 0);
  return context;
}

/**
 * Both paths over a map, and where the player is on each.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {import("../../map/frame.js").View} view
 * @param {Films} films
 * @param {import("../../kit/chart.js").Chart} plane
 * @param {number} share of the walk at which the player is
 * @param {Theme} theme
 */
export function drawPaths(context, size, view, films, plane, share, theme) {
  const colours = [theme.text, theme.accent];
  const paths = KINDS.map((kind) => toPoints(plane, films[kind].line));
  KINDS.forEach((kind, k) => {
    marks.path(context, size, view, paths[k], theme, colours[k], kind === "straight");
  });
  KINDS.forEach((_, k) => {
    marks.badge(context, size, view, pointAlong(paths[k], share), "", theme, colours[k]);
  });
}

/**
 * The point at a share of a polyline [z1, z2, z1, z2, ...], by the number of its points.
 * @param {ArrayLike<number>} points
 * @param {number} share
 */
export function pointAlong(points, share) {
  const at = share * (points.length / 2 - 1);
  const k = Math.min(points.length / 2 - 2, Math.floor(at));
  const t = at - k;
  return [0, 1].map((axis) => points[2 * k + axis] * (1 - t) + points[2 * k + 2 + axis] * t);
}
