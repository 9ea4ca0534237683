// Under each map: the chosen images, over what its run makes of them.

import * as paint from "../../kit/atlas.js";
import {codeAt} from "../../kit/chart.js";
import {count} from "../../kit/dom.js";
import {SIDES} from "../sides.js";

const MOST = 60; // images shown
const SMALLEST = 16; // CSS pixels of a tile
const EMPTY = "the chosen images will stand here, over their reconstructions";

export class Gallery {
  /** @param {import("./tool.js").Context} context */
  constructor(context) {
    this.context = context;
    /** When the selection was asked for, milliseconds. @type {number | undefined} */
    this.began = undefined;
    const [left, right] = SIDES.map((side) => this.box(side));
    follow(left, right); // both show the same images
    follow(right, left);
  }

  box(side) {
    return this.context.find(`${side}-gallery-box`);
  }

  show() {
    const {selection} = this.context;
    const index = (selection?.index ?? []).slice(0, MOST);
    for (const side of SIDES) this.showOn(side, selection, index);
  }

  showOn(side, selection, index) {
    const {content, find} = this.context;
    const map = content(side);
    const same = map && map.run.dataset === selection?.dataset;
    const other = selection ? "this map shows other data" : EMPTY;
    const title = same
      ? `${this.howMany(side, index.length)}, over what ${map.run.name} makes of them`
      : other;
    find(`${side}-gallery-title`).textContent = title;
    if (same && index.length) this.decode(side, map, selection, index);
    else this.draw(side, [], []);
  }

  decode(side, {run, codes, images}, selection, index) {
    const items = index.map((i) => ({run: run.name, z: codeAt(codes, i), shape: run.shape}));
    this.context.decode(`gallery-${side}`, items, (decoded) => {
      if (this.context.selection !== selection) return;
      const originals = index.map((i) => images.at(i));
      this.draw(side, originals, decoded);
      const {root} = this.context;
      count(root, "galleries");
      if (this.began) root.dataset.selectLatency = (performance.now() - this.began).toFixed(1);
    });
  }

  /** The side of a tile; tiles that do not all fit are cut at the edge, so that one sees there are more. */
  tile(side) {
    return Math.max(SMALLEST, Math.floor(this.box(side).clientHeight / 2));
  }

  howMany(side, shown) {
    const fit = Math.floor(this.box(side).clientWidth / this.tile(side));
    const all = this.context.selection?.index.length ?? 0;
    if (fit >= all) return `all ${all}`;
    return `${Math.min(fit, shown)} of ${all.toLocaleString("en")} (scroll for ${shown})`;
  }

  draw(side, originals, decoded) {
    const canvas = this.context.find(`${side}-gallery`);
    paint.contactSheet(canvas, [originals, decoded], this.tile(side), this.context.theme.ink);
  }
}

function follow(leader, follower) {
  leader.addEventListener("scroll", () => {
    if (follower.scrollLeft !== leader.scrollLeft) follower.scrollLeft = leader.scrollLeft;
  });
}
