// Under each map: the chosen images, over what its run makes of them.

import * as atlas from "../../kit/atlas.js";
import {count} from "../../kit/dom.js";
import {titleOf} from "../data.js";
import {itemOf} from "../probe.js";
import {bySide, SIDES} from "../sides.js";

const MOST_IMAGES = 60; // of the chosen images are shown
const SMALLEST_TILE = 16; // CSS pixels of a tile
const EMPTY_TITLE = "the chosen images will stand here, over their reconstructions";

/**
 * @typedef {import("../sides.js").Side} Side
 * @typedef {import("../../kit/images.js").Images} Images
 * @typedef {import("./tool.js").MapContent} MapContent
 * @typedef {import("./tool.js").Chosen} Chosen
 */

export class Gallery {
  /** @param {import("./tool.js").Context} context */
  constructor(context) {
    this.context = context;
    /** When the selection was asked for, milliseconds. @type {number | undefined} */
    this.began = undefined;
    const {left, right} = bySide((side) => this.box(side));
    follow(left, right); // both show the same images
    follow(right, left);
  }

  /** @param {Side} side @returns {HTMLElement} */
  box(side) {
    return this.context.find(`${side}-gallery-box`);
  }

  show() {
    const {selection} = this.context;
    const index = (selection?.index ?? []).slice(0, MOST_IMAGES);
    for (const side of SIDES) this.showOn(side, selection, index);
  }

  /** @param {Side} side @param {Chosen | null} selection @param {number[]} index */
  showOn(side, selection, index) {
    const {content, find} = this.context;
    const map = content(side);
    const title = find(`${side}-gallery-title`);
    if (!map || map.run.dataset !== selection?.dataset) {
      title.textContent = selection ? "this map shows other data" : EMPTY_TITLE;
      this.draw(side, [], []);
      return;
    }
    title.textContent = `${this.howMany(side, index.length)}, over what ${titleOf(map.run)} makes of them`;
    if (index.length) this.decode(side, map, selection, index);
    else this.draw(side, [], []);
  }

  /** @param {Side} side @param {MapContent} map @param {Chosen} selection @param {number[]} index */
  decode(side, map, selection, index) {
    const items = index.map((i) => itemOf(map, i));
    this.context.decode(`gallery-${side}`, items, (decoded) => {
      if (this.context.selection !== selection) return;
      const originals = index.map((i) => map.images.at(i));
      this.draw(side, originals, decoded);
      const {root} = this.context;
      count(root, "galleries");
      if (this.began) root.dataset.selectLatency = (performance.now() - this.began).toFixed(1);
    });
  }

  /**
   * The side of a tile; tiles that do not all fit are cut at the edge, so that one sees there are more.
   * @param {Side} side
   */
  tile(side) {
    return Math.max(SMALLEST_TILE, Math.floor(this.box(side).clientHeight / 2));
  }

  /** @param {Side} side @param {number} shown */
  howMany(side, shown) {
    const fit = Math.floor(this.box(side).clientWidth / this.tile(side));
    const all = this.context.selection?.index.length ?? 0;
    if (fit >= all) return `all ${all}`;
    return `${Math.min(fit, shown)} of ${all.toLocaleString("en")} (scroll for ${shown})`;
  }

  /** @param {Side} side @param {Images[]} originals @param {Images[]} decoded */
  draw(side, originals, decoded) {
    const canvas = this.context.find(`${side}-gallery`);
    atlas.contactSheet(canvas, [originals, decoded], this.tile(side), this.context.theme.ink);
  }
}

/** Scroll one element as another. @param {HTMLElement} leader @param {HTMLElement} follower */
function follow(leader, follower) {
  leader.addEventListener("scroll", () => {
    if (follower.scrollLeft !== leader.scrollLeft) follower.scrollLeft = leader.scrollLeft;
  });
}
