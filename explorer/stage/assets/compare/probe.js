// What is decoded: under the pointer or at the pin, and the image in question through both models.

import {codeAt, toCode} from "../kit/chart.js";
import {count} from "../kit/dom.js";
import {decimalsFor, signed} from "../kit/numbers.js";
import {SIDES} from "./sides.js";

/** Decodes the code that a point of a map stands for, and shows it with the test image nearest to it. */
export class Probe {
  /**
   * @param {any} context
   * @param {import("./pictures.js").Pictures} pictures
   */
  constructor(context, pictures) {
    this.context = context;
    this.pictures = pictures;
  }

  /** @param {import("./side.js").MapSide} side @param {number[] | null} point @param {string} from */
  decode(side, point, from) {
    if (!side.map.data || !side.content || !point) return;
    const {name, plane, shape} = side.run;
    const z = toCode(plane, point);
    const began = performance.now();
    this.show(side, z, side.map.nearestTo(point), from);
    this.context.decode("z", [{run: name, z, shape}], ([image]) => {
      const {root} = this.context;
      this.pictures.draw("decoded", image);
      root.dataset.latency = (performance.now() - began).toFixed(2);
      count(root, "decoded");
    });
  }

  show(side, z, near, from) {
    const {range, run} = side;
    this.pictures.say("z-title", `decoded by ${run.name}`);
    this.pictures.say("z-from", from);
    this.pictures.say("decoded-caption", `z = (${z.map((v) => signed(v, range)).join(", ")})`);
    if (near.index < 0) {
      this.pictures.draw("nearest", null, "no point is shown");
      return;
    }
    const {codes, images} = side.content;
    const label = run.labelled ? `: ${run.classes[codes.labels[near.index]]}` : "";
    const distance = near.distance.toFixed(decimalsFor(range) + 1);
    const caption = `nearest${label}\ntest image ${near.index}\n${distance} away`;
    this.pictures.draw("nearest", images.at(near.index), caption);
  }
}

/** The image in question: one test image, on both maps, if both show its data set. */
export class Subject {
  /**
   * @param {any} context
   * @param {import("./pictures.js").Pictures} pictures
   * @param {Record<string, import("./side.js").MapSide>} sides
   */
  constructor(context, pictures, sides) {
    this.context = context;
    this.pictures = pictures;
    this.sides = sides;
    /** The side that it was chosen on. @type {string | null} */
    this.chosenOn = null;
  }

  /** Choose a test image of the run of a map; `again` even if it is chosen already. */
  choose(name, index, again = false) {
    const {scene} = this.context;
    const {content} = this.sides[name];
    if (!content || (index === scene.image && name === this.chosenOn && !again)) return;
    const image = index < content.codes.labels.length ? index : 0; // else it is of a larger data set, shown before
    scene.image = image;
    this.chosenOn = name;
    this.show(this.sides[name], image);
    this.reconstruct(this.sides[name].run.dataset, image);
  }

  /** The same image again, on the side that it was chosen on, or on any. */
  again() {
    const {scene} = this.context;
    const chosen = this.chosenOn && this.sides[this.chosenOn].content ? this.chosenOn : null;
    const name = chosen ?? SIDES.find((side) => this.sides[side].content);
    if (name) this.choose(name, Math.max(0, scene.image), true);
  }

  show({run, content}, index) {
    const label = run.labelled ? `a ${run.classes[content.codes.labels[index]]}` : "";
    this.pictures.say("subject-title", `test image ${index}`);
    this.pictures.draw("original", content.images.at(index), label);
    for (const side of SIDES) {
      const {run} = this.sides[side];
      this.pictures.say(`${side}-image-caption`, run.error ? "not shown" : `\u2192 ${run.name}`);
    }
  }

  reconstruct(dataset, index) {
    const same = SIDES.filter((side) => this.sides[side].content && this.sides[side].run.dataset === dataset);
    for (const side of SIDES) {
      this.sides[side].map.setSubject(same.includes(side) ? index : -1);
      if (!same.includes(side)) this.pictures.draw(`${side}-image`, null, "other data");
    }
    const items = same.flatMap((side) => {
      const {run, content} = this.sides[side];
      return content ? [{run: run.name, z: codeAt(content.codes, index), shape: run.shape}] : [];
    });
    this.context.decode("subject", items, (images) => {
      images.forEach((image, k) => {
        this.pictures.draw(`${same[k]}-image`, image);
      });
    });
  }
}
