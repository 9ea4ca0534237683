// What can be drawn for the runs on the maps, and in which form; or that nothing can.

import {SIDES} from "../sides.js";

/** @typedef {import("./tool.js").Context} Context */

/**
 * The maps whose runs take drawings of one form: that of the first that takes any.
 * @param {Context} context
 */
export function drawable({content}) {
  const runs = SIDES.flatMap((side) => {
    const run = content(side)?.run;
    return run?.drawing
      ? [{side, name: run.name, stamp: run.stamp, shape: run.shape, drawing: run.drawing}]
      : [];
  });
  return runs.filter(({shape}) => shape.join() === runs[0].shape.join());
}

/**
 * Say what is drawn, or that nothing can be; the pad's shape (c, h, w), null where it is not to change.
 * @param {Context} context
 * @returns {number[] | null}
 */
export function showForm(context) {
  const {content, find} = context;
  const run = drawable(context).at(0);
  const loaded = SIDES.flatMap((side) => content(side)?.run ?? []);
  const without = loaded.filter(({drawing}) => !drawing).map(({dataset}) => dataset);
  const nowhere = loaded.length > 0 && !run;
  const what = run ? run.drawing.replace(/^an? /, "") : "drawing";
  find("drawing-title").textContent = `your ${what}`;
  find("no-drawing").hidden = !without.length;
  const names = [...new Set(without)].join(" and ");
  const reason = `Nothing can be drawn for ${names}: no drawing can be brought to the form of its images.`;
  find("no-drawing").textContent = reason;
  find("pad").parentElement.hidden = nowhere;
  find("upload").disabled = nowhere;
  return run?.shape ?? null;
}
