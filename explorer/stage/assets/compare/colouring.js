// The colours of the points: by class, or by a value of every image; and which of them are greyed out.

import {count} from "../kit/dom.js";
import {Latest} from "../kit/latest.js";
import {fetchPacked} from "../kit/server.js";
import * as scales from "../map/scales.js";
import {bySide, opposite} from "./sides.js";

/**
 * @typedef {import("./sides.js").Side} Side
 * @typedef {import("./data.js").ShownRun} ShownRun
 */

/**
 * @typedef {object} Values of the points of a map, or why there are none
 * @property {string} colour the colouring that they are of
 * @property {Uint8Array} [colourIndex] each point's step of the scale
 * @property {number} [low] end of the scale
 * @property {number} [high]
 * @property {string} [reason]
 * @property {boolean} [failed] the reason is a failure: they may be asked for again
 */

export class Colouring {
  /**
   * @param {import("./tools/tool.js").Context} context
   * @param {Record<Side, import("./side.js").MapSide>} sides
   * @param {() => void} changed values came, or why there are none
   */
  constructor(context, sides, changed) {
    this.context = context;
    this.sides = sides;
    this.changed = changed;
    /** @type {Partial<Record<Side, Values>>} */
    this.values = {};
    this.requests = bySide((side) => this.request(side));
  }

  /** @param {Side} side */
  request(side) {
    return new Latest(
      (values) => this.take(side, values),
      (reason, key) => this.take(side, {reason, failed: true, colour: JSON.parse(key)[2]}),
    );
  }

  /** @param {Side} side */
  forget(side) {
    this.values[side] = undefined;
    this.requests[side].forget();
  }

  /** The values that colour a map's points now; undefined until they are there. @param {Side} side */
  current(side) {
    const values = this.values[side];
    return values?.colour === this.context.scene.colour ? values : undefined;
  }

  /** Colour a map's points, grey out what is not asked for, and paint it. @param {Side} side */
  paint(side) {
    const {scene, theme} = this.context;
    const {map, content} = this.sides[side];
    if (!content) return;
    const {run, codes} = content;
    const values = scene.colour === "class" ? undefined : this.current(side);
    const colourIndex = values?.colourIndex; // until they come: classes
    map.show(run, codes, scene, theme, {
      colourIndex: colourIndex ?? codes.labels,
      colours: colourIndex ? theme.pointScale : theme.colours,
      muted: this.muted(run, codes.labels, values?.reason !== undefined),
      mutedColour: theme.grey,
    });
    map.paint();
    if (scene.colour !== "class") this.ask(side, run, scene.colour);
  }

  /**
   * Which points are greyed out, 1 each; null for none.
   * @param {ShownRun} run
   * @param {Uint16Array} labels
   * @param {boolean} all the run has no such values
   */
  muted(run, labels, all) {
    const {scene, selection} = this.context;
    const chosen = selection?.dataset === run.dataset ? selection.set : null;
    if (!scene.hidden.size && !chosen && !all) return null;
    return Uint8Array.from(labels, (label, i) =>
      Number(all || scene.hidden.has(label) || Boolean(chosen && !chosen.has(i))),
    );
  }

  /** @param {Side} side @param {ShownRun} run @param {string} colour */
  ask(side, {name, stamp}, colour) {
    const other = this.sides[opposite(side)].run;
    const pair = colour === "neighbours" ? `${other?.name} ${other?.stamp}` : "";
    const path = `${this.context.live}/values/${encodeURIComponent(name)}`;
    const query = {by: colour, other: other?.name ?? ""};
    this.requests[side].ask(JSON.stringify([name, stamp, colour, pair]), async (signal) =>
      valuesOf(await fetchPacked(path, query, signal), colour),
    );
  }

  /** @param {Side} side @param {Values} values */
  take(side, values) {
    this.values[side] = values;
    if (this.sides[side].content) this.paint(side);
    this.changed();
    count(this.context.root, "values");
  }
}

/**
 * The values that the server answers, on their scale.
 * @param {{reason?: string, values: Float32Array, low: number, high: number}} answer
 * @param {string} colour
 * @returns {Values}
 */
function valuesOf({reason, values, low, high}, colour) {
  if (reason) return {reason, colour};
  return {colour, low, high, colourIndex: Uint8Array.from(values, (v) => scales.step(v, low, high, false))};
}
