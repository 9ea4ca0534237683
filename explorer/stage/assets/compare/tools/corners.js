// The corners of a walk: test images by their numbers, or the drawing.

import * as atlas from "../../kit/atlas.js";
import {codeAt} from "../../kit/chart.js";
import {disable} from "../controls.js";
import {SIDES} from "../sides.js";

export const DRAWING = -1; // in place of the number of a test image

/** What needs a walk: two corners. */
const WALK_CONTROLS =
  '[data-film], [data-walk=play], [data-name=scrub], [data-name=speed], [data-set="loop"]';

/** The name of a corner. @param {number} k */
export const letterOf = (k) => "ABCDEFGH"[k];

/** @typedef {import("./tool.js").Context} Context */

/**
 * The code of a corner on one map; null where there is none.
 * @param {Context} context
 * @param {import("../sides.js").Side} side
 * @param {number} corner
 */
export function cornerCode(context, side, corner) {
  if (corner === DRAWING) return context.drawn?.z[side] ?? null;
  const map = context.content(side);
  return map && corner < map.codes.labels.length ? codeAt(map.codes, corner) : null;
}

/**
 * The image of a corner; null where the data set has none, or nothing is drawn.
 * @param {Context} context
 * @param {number} corner
 */
export function cornerImage(context, corner) {
  if (corner === DRAWING) return context.drawn?.image ?? null;
  const map = SIDES.map((side) => context.content(side)).find(Boolean);
  return map && corner < map.codes.labels.length ? map.images.at(corner) : null;
}

/**
 * The corners in the column, and what can be done with so many.
 * @param {Context} context
 */
export function showCorners(context) {
  const {scene, root, find, drawn} = context;
  const corners = scene.walk.length;
  find("corners").replaceChildren(...scene.walk.map((corner, k) => cornerBox(context, corner, k)));
  disable(root, "[data-walk=undo], [data-walk=clear]", corners < 1);
  disable(root, WALK_CONTROLS, corners < 2);
  disable(root, "[data-walk=drawing]", !drawn);
  find("walk-frames").classList.toggle("empty", corners < 2);
}

/** A corner's letter and image. @param {Context} context @param {number} corner @param {number} k */
function cornerBox(context, corner, k) {
  const box = document.createElement("div");
  const canvas = document.createElement("canvas");
  box.append(letterOf(k), canvas);
  canvas.title = corner === DRAWING ? "your drawing" : `test image ${corner}`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `corner ${letterOf(k)}: ${canvas.title}`);
  atlas.image(canvas, cornerImage(context, corner), context.theme.ink);
  return box;
}

/**
 * Why corners of a walk were taken out: a drawing that is gone, or images of a larger data set.
 * @param {number[]} walk
 * @param {number[]} rest
 */
export function whyDropped(walk, rest) {
  const drawing = walk.includes(DRAWING) && !rest.includes(DRAWING);
  const what = drawing
    ? "a drawing, which an address does not hold"
    : "images that this data set does not have";
  return `The walk went through ${what}.`;
}
