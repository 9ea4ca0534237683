// A walk as the maps show it: its paths, and under each map its film strips: images, length, and the class of the
// code nearest to each.

import * as paint from "../../kit/atlas.js";
import {toPoints} from "../../kit/chart.js";
import * as marks from "../../map/marks.js";

export const KINDS = ["straight", "geodesic"];
const OFF = 6; // spacings of the codes from which on a walk is said to have left the data
const BAR = 5; // CSS pixels under each image
const SMALLEST = 8; // CSS pixels of a tile

/**
 * @param {(name: string) => any} find
 * @param {string} name of the canvas; its title and box are named after it
 * @param {string} kind
 * @param {any} walk the server's answer, or null
 * @param {Uint16Array | undefined} labels of the test images
 * @param {any} theme
 */
export function drawFilm(find, name, kind, walk, labels, theme) {
  const title = find(`${name}-title`);
  const canvas = find(name);
  title.replaceChildren(walk || kind === "geodesic" ? "" : "click two or more points on a map");
  if (!walk) {
    paint.contactSheet(canvas, [[]], 1, theme.ink);
    return;
  }
  const images = walk[`${kind}_images`];
  const departure = walk[`${kind}_departure`];
  describe(title, kind, walk.lengths, departure);
  const box = find(`${name}-box`);
  const fit = Math.min(box.clientHeight - BAR, Math.floor(box.clientWidth / images.count));
  const tile = Math.max(SMALLEST, fit);
  paint.contactSheet(canvas, [images.each()], tile, theme.ink);
  const nearest = Array.from(walk[`${kind}_nearest`], (index) => theme.colours[labels?.[index] ?? 0]);
  drawBars(canvas, nearest, departure, tile, theme);
}

/** The length of a walk, and how much of it is off the data. */
function describe(title, kind, lengths, departure) {
  const {straight, geodesic} = lengths;
  const off = departure.filter((spacings) => spacings > OFF).length;
  const share = kind === "geodesic" && straight ? `, ${Math.round((100 * geodesic) / straight)} %` : "";
  title.innerHTML = "<span><b></b> <span></span></span><small></small>";
  title.querySelector("b").textContent = kind;
  title.querySelector("span span").textContent = lengths[kind].toFixed(1) + share;
  title.querySelector("small").textContent = `${off} of ${departure.length} off the data`;
  const metric =
    kind === "geodesic"
      ? "Behind it, its share of the straight way. The way along which the picture changes least, under the pull-back metric J\u1d40J. "
      : "";
  title.title = `Length in picture space: Euclidean, pixels in [0, 1]. ${metric}${off} of ${departure.length} pictures lie farther than ${OFF} times the codes' usual spacing from any code: hollow bars. The other bars have the colour of the nearest code's class.`;
}

/** A bar under each image: in the colour of the nearest code's class, or hollow where no code is near. */
function drawBars(canvas, colours, departure, tile, theme) {
  const ratio = canvas.width / Number.parseFloat(canvas.style.width);
  const picture = document.createElement("canvas");
  picture.width = canvas.width;
  picture.height = canvas.height;
  picture.getContext("2d")?.drawImage(canvas, 0, 0);
  canvas.style.height = `${tile + BAR}px`;
  canvas.height = Math.round((tile + BAR) * ratio);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  context.lineWidth = ratio;
  context.strokeStyle = `rgb(${theme.grey})`;
  colours.forEach((colour, i) => {
    const box = [(i + 0.08) * tile * ratio, tile * ratio, 0.84 * tile * ratio, 4 * ratio];
    context.fillStyle = `rgb(${colour})`;
    if (departure[i] > OFF) context.strokeRect(...box);
    else context.fillRect(...box);
  });
}

/** Both paths over a map, and the place of the player on each. */
export function drawPaths(context, size, view, walk, plane, place, theme) {
  const colours = [theme.text, theme.accent];
  const paths = KINDS.map((kind) => toPoints(plane, walk[`${kind}_line`]));
  KINDS.forEach((kind, k) => {
    marks.path(context, size, view, paths[k], theme, colours[k], kind === "straight");
  });
  KINDS.forEach((_, k) => {
    marks.badge(context, size, view, placeOn(paths[k], place), "", theme, colours[k]);
  });
}

/** The point at a share of a polyline [z1, z2, z1, z2, ...], by the number of its points. */
export function placeOn(points, share) {
  const at = share * (points.length / 2 - 1);
  const k = Math.min(points.length / 2 - 2, Math.floor(at));
  const t = at - k;
  return [0, 1].map((axis) => points[2 * k + axis] * (1 - t) + points[2 * k + 2 + axis] * t);
}
