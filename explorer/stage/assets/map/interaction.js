// What the pointer does on a map: it points, pans, zooms, and encloses points.

import {panned, toScreen} from "./frame.js";
import {gestures} from "./gestures.js";

const HIT_RADIUS = 7; // CSS pixels around a point that count as the point
const DOUBLE_CLICK_MS = 500; // within which a second click makes a double click
const MAX_LASSO_POINTS = 1000; // about: of a finer lasso some corners are left out

/**
 * @typedef {import("./map.js").LatentMap} LatentMap
 * @typedef {import("./gestures.js").Pixel} Pixel
 */

/** @param {LatentMap} map */
export function listen(map) {
  let clicked = -DOUBLE_CLICK_MS;
  /** @type {number[] | null} */
  let before = null; // the pin before the first half of a double click
  gestures(map.frame, {
    ready: () => map.data !== null,
    hover: (here) => hover(map, here),
    ahead: (here) => map.on.ahead?.(map.pointAt(here)),
    leave: () => leave(map),
    click: (here, time) => {
      if (time - clicked > DOUBLE_CLICK_MS) before = map.pin;
      clicked = time;
      map.on.click?.(map.pointAt(here));
    },
    double: () => {
      map.lookHome();
      map.on.double?.(before);
    },
    drag: (from, here, step) => (map.shape ? enclose(map, from, here) : pan(map, step)),
    drop: () => drop(map),
    cancel: () => cancel(map),
    zoom: (from, to, factor) => {
      map.zoom(map.pointAt(from), 1 / factor, [to[0] - from[0], to[1] - from[1]]);
    },
  });
}

/** @param {LatentMap} map @param {Pixel} step */
function pan(map, [dx, dy]) {
  if (map.view) map.look(panned(map.view, map.size, dx, dy));
  map.frame.classList.add("panning");
}

/** A lasso or box grows under the hand. @param {LatentMap} map @param {Pixel} from @param {Pixel} here */
function enclose(map, from, here) {
  const a = map.pointAt(from);
  const b = map.pointAt(here);
  if (map.shape === "box") {
    map.polygon = [a, [b[0], a[1]], b, [a[0], b[1]]];
  } else {
    map.polygon ??= [a];
    map.polygon.push(b);
  }
  map.paintMarks();
}

/** @param {LatentMap} map */
function drop(map) {
  map.frame.classList.remove("panning");
  if (!map.polygon) return;
  const step = Math.ceil(map.polygon.length / MAX_LASSO_POINTS);
  const polygon = map.polygon.filter((_, i) => i % step === 0);
  map.polygon = null;
  map.paintMarks();
  if (polygon.length > 2) map.on.outline?.(polygon);
}

/** A drag does not count. @param {LatentMap} map */
function cancel(map) {
  map.frame.classList.remove("panning");
  map.polygon = null;
  map.paintMarks();
}

/**
 * The pointer is at a point of the plane, and over a test image if one lies there.
 * @param {LatentMap} map
 * @param {Pixel} here
 */
function hover(map, here) {
  map.pointer = map.pointAt(here);
  map.paintMarks();
  map.on.pointer?.(map.pointer);
  const {content, view} = map;
  if (!content?.settings.points || !view || !map.on.hoverImage) return;
  const {index} = map.nearestTo(map.pointer);
  if (index < 0) return;
  const {points} = content.data;
  const [x, y] = toScreen(view, map.size, points[2 * index], points[2 * index + 1]);
  if (Math.hypot(x - here[0], y - here[1]) <= HIT_RADIUS) map.on.hoverImage(index);
}

/** @param {LatentMap} map */
function leave(map) {
  map.pointer = null;
  if (map.data) map.paintMarks();
  map.on.pointer?.(null);
}
