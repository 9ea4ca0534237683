// What can be drawn for the runs on the maps, and in which form; or that nothing can.

import {SIDES} from "../sides.js";

/** @typedef {import("./tool.js").Context} Context */

/**
 * The maps whose runs take drawings of one form: that of the first that takes any.
 * @param {Context} context
 */
export function drawable({content, run}) {
  const sides = SIDES.filter((side) => content(side) && run(side).drawing);
  return sides.filter((side) => run(side).shape.join() === run(sides[0]).shape.join());
}

/**
 * Say what is drawn, or that nothing can be; the pad's shape (c, h, w), null where it is not to change.
 * @param {Context} context
 * @returns {number[] | null}
 */
export function showForm(context) {
  const {content, run, find} = context;
  const [side] = drawable(context);
  const loaded = SIDES.filter((each) => content(each));
  const without = loaded.filter((each) => !run(each).drawing).map((each) => run(each).dataset);
  const nowhere = loaded.length > 0 && !side;
  const what = side ? run(side).drawing.replace(/^an? /, "") : "drawing";
  find("drawing-title").textContent = `your ${what}`;
  find("no-drawing").hidden = !without.length;
  const names = [...new Set(without)].join(" and ");
  const reason = `Nothing can be drawn for ${names}: no drawing can be brought to the form of its images.`;
  find("no-drawing").textContent = reason;
  find("pad").parentElement.hidden = nowhere;
  find("upload").disabled = nowhere;
  return side ? run(side).shape : null;
}
