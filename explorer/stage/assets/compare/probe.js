// What is decoded: under the pointer or at the pin, and the image in question through both models.

import {codeAt, toCode} from "../kit/chart.js";
import {count} from "../kit/dom.js";
import {decimalsFor, signed} from "../kit/numbers.js";
import {isShown, titleOf} from "./data.js";
import {SIDES} from "./sides.js";

/**
 * @typedef {import("./sides.js").Side} Side
 * @typedef {import("./side.js").MapSide} MapSide
 * @typedef {import("./tools/tool.js").MapContent} MapContent
 */

/** Decodes the code that a point of a map stands for, and shows it with the test image nearest to it. */
export class Probe {
  /**
   * @param {import("./tools/tool.js").Context} context
   * @param {import("./pictures.js").Pictures} pictures
   */
  constructor(context, pictures) {
    this.context = context;
    this.pictures = pictures;
    this.ahead = ""; // what was asked before the frame that says where the pointer is
  }

  /** @param {MapSide} side @param {number[] | null} point @param {string} from */
  decode(side, point, from) {
    const {content} = side;
    if (!side.map.data || !content || !point) return;
    const z = toCode(content.run.plane, point);
    this.say(content, z, from, side.range);
    this.showNearest(content, side.map.nearestTo(point), side.range);
    const asked = this.ahead === keyOf(content, z);
    this.ahead = "";
    if (!asked) this.ask(content, z);
  }

  /** Ask for the image at a point that `decode` will be called for soon. @param {MapSide} side @param {number[]} point */
  askAhead(side, point) {
    const {content} = side;
    if (!side.map.data || !content) return;
    const z = toCode(content.run.plane, point);
    this.ahead = keyOf(content, z);
    this.ask(content, z);
  }

  /** @param {MapContent} content @param {number[]} z */
  ask({run: {name, shape}}, z) {
    const began = performance.now();
    this.context.decode("z", [{run: name, z, shape}], ([image]) => {
      const {root} = this.context;
      this.pictures.draw("decoded", image);
      root.dataset.latency = (performance.now() - began).toFixed(2);
      count(root, "decoded");
    });
  }

  /** @param {MapContent} content @param {number[]} z @param {string} from @param {number} range of the map */
  say({run}, z, from, range) {
    this.pictures.say("z-title", `decoded by ${titleOf(run)}`);
    this.pictures.say("z-from", from);
    this.pictures.say("decoded-caption", `z = (${z.map((v) => signed(v, range)).join(", ")})`);
  }

  /** @param {MapContent} content @param {{index: number, distance: number}} near @param {number} range */
  showNearest({run, codes, images}, near, range) {
    if (near.index < 0) {
      this.pictures.draw("nearest", null, "no point is shown");
      return;
    }
    const label = run.labelled ? `: ${run.classes[codes.labels[near.index]]}` : "";
    const distance = near.distance.toFixed(decimalsFor(range) + 1);
    const caption = `nearest${label}\ntest image ${near.index}\n${distance} away`;
    this.pictures.draw("nearest", images.at(near.index), caption);
  }
}

/** @param {MapContent} content @param {number[]} z */
const keyOf = ({run}, z) => `${run.stamp} ${run.name} ${z}`;

/** The image in question: one test image, on both maps, if both show its data set. */
export class ImageInQuestion {
  /**
   * @param {import("./tools/tool.js").Context} context
   * @param {import("./pictures.js").Pictures} pictures
   * @param {Record<Side, MapSide>} sides
   */
  constructor(context, pictures, sides) {
    this.context = context;
    this.pictures = pictures;
    this.sides = sides;
    /** The side that it was chosen on. @type {Side | null} */
    this.chosenOn = null;
  }

  /**
   * Choose a test image of the run of a map.
   * @param {Side} name
   * @param {number} index
   * @param {boolean} again even if it is chosen already
   */
  choose(name, index, again = false) {
    const {scene} = this.context;
    const {content} = this.sides[name];
    if (!content || (index === scene.image && name === this.chosenOn && !again)) return;
    // A number beyond the last is of a larger data set, which was shown before.
    const image = index < content.codes.labels.length ? index : 0;
    scene.image = image;
    this.chosenOn = name;
    this.show(content, image);
    this.reconstruct(content.run.dataset, image);
  }

  /** The same image again, on the side that it was chosen on, or on any. */
  again() {
    const {scene} = this.context;
    const chosen = this.chosenOn && this.sides[this.chosenOn].content ? this.chosenOn : null;
    const name = chosen ?? SIDES.find((side) => this.sides[side].content);
    if (name) this.choose(name, Math.max(0, scene.image), true);
  }

  /** @param {MapContent} content @param {number} index */
  show({run, codes, images}, index) {
    const label = run.labelled ? `a ${run.classes[codes.labels[index]]}` : "";
    this.pictures.say("test-image-title", `test image ${index}`);
    this.pictures.draw("original", images.at(index), label);
    for (const side of SIDES) {
      const {run} = this.sides[side];
      const caption = isShown(run) ? `\u2192 ${titleOf(run)}` : "not shown";
      this.pictures.say(`${side}-image-caption`, caption);
    }
  }

  /**
   * Decode a test image's codes on the maps that show its data set.
   * @param {string} dataset
   * @param {number} index
   */
  reconstruct(dataset, index) {
    const same = SIDES.filter((side) => this.sides[side].content?.run.dataset === dataset);
    for (const side of SIDES) {
      this.sides[side].map.setImageInQuestion(same.includes(side) ? index : -1);
      if (!same.includes(side)) this.pictures.draw(`${side}-image`, null, "other data");
    }
    const items = same.flatMap((side) => {
      const {content} = this.sides[side];
      return content ? [itemOf(content, index)] : [];
    });
    this.context.decode("image in question", items, (images) => {
      images.forEach((image, k) => {
        this.pictures.draw(`${same[k]}-image`, image);
      });
    });
  }
}

/**
 * The decoder's question about the code of a test image.
 * @param {MapContent} content
 * @param {number} index
 */
export function itemOf({run, codes}, index) {
  return {run: run.name, z: codeAt(codes, index), shape: run.shape};
}
