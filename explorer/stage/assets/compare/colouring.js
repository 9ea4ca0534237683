// The colours of the points: by class, or by a value of every image that torch computes; and which are greyed out.

import {count} from "../kit/dom.js";
import {Latest} from "../kit/line.js";
import {fetchPacked} from "../kit/server.js";
import * as scales from "../map/scales.js";
import {opposite, SIDES} from "./sides.js";

export class Colouring {
  /**
   * @param {any} context
   * @param {Record<string, import("./side.js").MapSide>} sides
   * @param {() => void} changed values came, or why there are none
   */
  constructor(context, sides, changed) {
    this.context = context;
    this.sides = sides;
    this.changed = changed;
    /** By side: {colour, kinds, low, high}, or {colour, reason}. @type {Record<string, any>} */
    this.values = {};
    this.requests = Object.fromEntries(SIDES.map((side) => [side, this.request(side)]));
  }

  request(side) {
    return new Latest(
      (values) => this.take(side, values),
      (reason, key) => this.take(side, {reason, failed: true, colour: JSON.parse(key)[2]}),
    );
  }

  forget(side) {
    this.values[side] = undefined;
    this.requests[side].forget();
  }

  /** The values that colour a map's points now; undefined until they are there. */
  current(side) {
    const values = this.values[side];
    return values?.colour === this.context.scene.colour ? values : undefined;
  }

  /** Colour a map's points, grey out what is not asked for, and paint it. */
  dress(side) {
    const {scene, theme} = this.context;
    const {run, map, content} = this.sides[side];
    if (!content) return;
    const {labels} = content.codes;
    const values = scene.colour === "class" ? undefined : this.current(side);
    const scaled = Boolean(values?.kinds); // until they come: classes
    map.show(run, content.codes, scene, theme, {
      kinds: scaled ? values.kinds : labels,
      colours: scaled ? theme.pointScale : theme.colours,
      muted: this.muted(run, labels, values?.reason !== undefined),
      grey: theme.grey,
    });
    map.paint();
    if (scene.colour !== "class") this.ask(side, scene.colour);
  }

  /** Which points are greyed out, 1 each; null for none. `all`: the run has no such values. */
  muted(run, labels, all) {
    const {scene, selection} = this.context;
    const chosen = selection?.dataset === run.dataset ? selection.set : null;
    if (!scene.hidden.size && !chosen && !all) return null;
    return Uint8Array.from(labels, (label, i) =>
      Number(all || scene.hidden.has(label) || Boolean(chosen && !chosen.has(i))),
    );
  }

  ask(side, colour) {
    const {name, stamp} = this.sides[side].run;
    const other = this.sides[opposite(side)].run;
    const pair = colour === "neighbours" ? `${other?.name} ${other?.stamp}` : "";
    this.requests[side].ask(JSON.stringify([name, stamp, colour, pair]), async () => {
      const query = {by: colour, other: other?.name ?? ""};
      const answer = await fetchPacked(`${this.context.live}/values/${name}`, query);
      answer.colour = colour;
      if (answer.reason) return answer;
      const {values, low, high} = answer;
      answer.kinds = Uint8Array.from(values, (v) => scales.step(v, low, high, false));
      return answer;
    });
  }

  take(side, values) {
    this.values[side] = values;
    if (this.sides[side].content) this.dress(side);
    this.changed();
    count(this.context.root, "values");
  }
}
