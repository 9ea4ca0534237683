// The colours of the points: by class, or by a value of every image that torch computes; and who is greyed out.

import {SIDES} from "./markup.js";
import * as scales from "./scales.js";
import {Newest, fetchPacked} from "./wire.js";

export class Colouring {
  constructor(stage) {
    Object.assign(this, {stage, values: {}, requests: {}}); // values, by side: what colours the points, or why nothing does
    for (const side of SIDES) {
      this.requests[side] = new Newest((found) => this.take(side, found),
        (reason, key) => this.take(side, {reason, failed: true, colour: JSON.parse(key)[2]}));
    }
  }

  forget(side) {
    this.values[side] = undefined;
    this.requests[side].forget();
  }

  /** Colour a map's points, grey out what is not asked for, and paint it. */
  dress(side) {
    const {codes} = this.stage.loaded[side], {labels} = codes, {hidden, colour} = this.stage.scene;
    const values = this.values[side]?.colour === colour ? this.values[side] : undefined; // until they come: classes
    const chosen = this.stage.selection?.dataset === this.stage.runs[side].dataset ? this.stage.selection.set : null;
    let muted = null;
    const none = colour !== "class" && values?.reason !== undefined; // this run has no such values
    if (hidden.size || chosen || none) {
      muted = Uint8Array.from(labels, (label, i) => hidden.has(label) || (chosen && !chosen.has(i)) || none);
    }
    const {theme} = this.stage, scaled = colour !== "class" && values?.kinds;
    const dress = {kinds: scaled ? values.kinds : labels, colours: scaled ? theme.pointScale : theme.colours, muted, grey: theme.grey};
    this.stage.maps[side].show(this.stage.runs[side], codes, this.stage.scene, theme, dress);
    this.stage.maps[side].paint();
    if (colour !== "class") this.ask(side, colour);
  }

  ask(side, colour) {
    const {name, stamp} = this.stage.runs[side], other = this.stage.runs[side === "left" ? "right" : "left"];
    const pair = colour === "neighbours" ? `${other?.name} ${other?.stamp}` : "";
    this.requests[side].ask(JSON.stringify([name, stamp, colour, pair]), async () => {
      const found = await fetchPacked(`${this.stage.live}/values/${name}`, {by: colour, other: other?.name ?? ""});
      found.colour = colour;
      if (found.reason) return found;
      found.kinds = Uint8Array.from(found.values, (v) => scales.step(v, found.low, found.high, false));
      return found;
    });
  }

  take(side, found) {
    this.values[side] = found;
    if (this.stage.loaded[side]) this.dress(side);
    this.stage.legend.fill();
    this.stage.root.dataset.values = Number(this.stage.root.dataset.values ?? 0) + 1;
  }
}
