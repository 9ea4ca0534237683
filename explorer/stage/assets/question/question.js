// A question about one image of one run: its controls, what is loaded for it, and when Python hears of it.

import {onClick} from "../kit/dom.js";
import {AddressEcho} from "../kit/echo.js";
import {Images} from "../kit/images.js";
import {Loader} from "../kit/loader.js";
import {Opening} from "../kit/opening.js";
import {fillBar, onImageEntered} from "./bar.js";
import {drawing, NO_DRAWING, saveDrawing} from "./drawing.js";
import {Upload} from "./upload.js";

const DRAWING = -1; // in place of the number of a test image

/**
 * @typedef {object} Question as the address has it (address/page_fields.py)
 * @property {string} run
 * @property {number} image of the test images; DRAWING for the drawing
 * @property {string} pixels "binarised" or "grey"
 */

/**
 * @typedef {object} Body what the live routes are asked (live/questions.question_of)
 * @property {string} run
 * @property {number} image
 * @property {string} pixels
 * @property {number[] | null} [drawing] c * h * w bytes
 */

/**
 * What Python says of the run in question (views/parts.about_image); where it can't be asked, only `error` is
 * there beside question, runs and live.
 * @typedef {object} AboutImage
 * @property {Question} question
 * @property {string[]} runs that can be asked
 * @property {Record<string, string>} unusable folders that are no runs, and why
 * @property {string} live prefix of the live routes
 * @property {string} [error] why the run can't be asked
 * @property {boolean} [pending] the run is being loaded; then no more is there, either
 * @property {{light: string[], dark: string[]}} colours of the classes
 * @property {string} title
 * @property {string} stamp
 * @property {string} dataset
 * @property {string[]} classes
 * @property {import("../map/frame.js").View} window
 * @property {number[]} shape [c, h, w] of the images
 * @property {boolean} labelled
 * @property {string | null} drawing what may be drawn
 * @property {number} dimensions
 * @property {import("../kit/chart.js").Chart} plane
 * @property {boolean} encoder whether the run has one
 */

/**
 * @typedef {object} QuestionEvents
 * @property {() => void} ask the question has an answer: its codes and images are there
 * @property {(text: string) => void} failed the run can't be asked
 * @property {boolean} [images] whether the page needs the test images
 * @property {() => number[] | null} [pin] the point to pin on the page Compare
 */

/** Whether Python has said all of a run. @param {AboutImage} data */
export const isKnown = (data) => !data.error && !data.pending;

export class ImageQuestion {
  /**
   * @param {{root: HTMLElement, find: import("../kit/dom.js").Find}} element
   * @param {AboutImage} data
   * @param {import("../kit/component.js").Send} send
   * @param {import("../kit/note.js").Note} note
   * @param {QuestionEvents} on
   */
  constructor({root, find}, data, send, note, on) {
    this.root = root;
    this.find = find;
    this.data = data;
    this.send = send;
    this.note = note;
    this.on = on;
    this.current = {...data.question};
    this.uncommitted = false;
    this.loader = new Loader(data.live, on.images);
    this.opening = new Opening(data.live, {
      progress: (text) => note.tell(text, "opening"),
      ready: () => this.commit(),
      failed: (reason) => {
        note.tell("", "opening");
        on.failed(reason);
      },
    });
    this.echo = new AddressEcho(() => {
      this.uncommitted = false;
    });
    this.upload = new Upload(root, find, data.live, {
      runs: () => [this.current.run],
      take: ({image}) => this.takeDrawing(image),
      tell: (text) => note.tell(text, "upload"),
    });
    this.upload.acceptDrops(root);
    this.listen();
  }

  /** A picture was uploaded: it is the drawing of this tab, and asked about. @param {Images} image */
  takeDrawing(image) {
    saveDrawing(image);
    this.set({image: DRAWING});
  }

  /** Take what Python knows now. @param {AboutImage} data */
  async update(data) {
    if (this.echo.isNews(data.question, this.current)) {
      this.current = {...data.question};
      this.uncommitted = false;
    }
    this.data = data;
    this.fill();
    if (data.pending) {
      this.opening.open(data.question.run);
      return;
    }
    this.opening.close();
    this.note.tell("", "opening");
    if (data.error) {
      this.on.failed(data.error);
      return;
    }
    try {
      await this.loader.load(this.run);
    } catch (error) {
      this.on.failed(/** @type {Error} */ (error).message);
      return;
    }
    this.ask();
  }

  /** What Python says of the run, as it is loaded. */
  get run() {
    const {question, stamp, dataset, plane} = this.data;
    return {name: question.run, stamp, dataset, plane};
  }

  /** Codes and images of the run in question; null until they are there. */
  get loaded() {
    const current =
      isKnown(this.data) && this.loader.holds(this.run) && this.current.run === this.data.question.run;
    return current ? this.loader.data : null;
  }

  /** What the live routes are asked: a drawing comes along. @returns {Body} */
  get body() {
    const {run, image, pixels} = this.current;
    return {run, image, pixels, ...(image < 0 ? {drawing: drawing(this.data.shape)} : {})};
  }

  /** The image in question. @returns {Images | null} */
  get picture() {
    const {image} = this.current;
    const {shape} = this.data;
    if (image >= 0) return this.loaded?.images?.at(image) ?? null;
    return new Images(Uint8Array.from(drawing(shape) ?? []), shape);
  }

  /** What the image is called. */
  get caption() {
    const {image} = this.current;
    const {classes, labelled} = this.data;
    if (image < 0) return "your drawing";
    const label = this.loaded?.codes.labels[image] ?? 0;
    return `test image ${image}${labelled ? `, a ${classes[label]}` : ""}`;
  }

  /** Ask something else. Another run is Python's to describe first. @param {Partial<Question>} changes */
  set(changes) {
    if (changes.image === DRAWING && !drawing(this.data.shape)) {
      this.note.tell(NO_DRAWING);
      return;
    }
    this.note.clear();
    Object.assign(this.current, changes);
    this.uncommitted = true;
    this.fill();
    if ("run" in changes) this.report();
    else this.ask();
  }

  /** Have it answered, or another one in place of one that has no answer. */
  ask() {
    if (!this.loaded) return;
    const other = this.instead(this.loaded.codes.labels.length);
    if (other) {
      this.set({image: other.image});
      this.note.tell(other.note);
      return;
    }
    this.fill();
    this.on.ask();
  }

  /**
   * For a question that has no answer: the image that is asked about instead, and what is said of it.
   * @param {number} count of test images
   */
  instead(count) {
    const {image} = this.current;
    if (image < 0 && !drawing(this.data.shape)) return {image: 0, note: NO_DRAWING};
    if (image < count) return null;
    const note = `There are ${count.toLocaleString("en")} test images: the last is ${count - 1}.`;
    return {image: count - 1, note};
  }

  /** Tell Python: the address then holds this question. */
  report() {
    if (this.uncommitted) this.commit();
  }

  commit() {
    this.uncommitted = false;
    this.echo.commit(this.current);
    this.send.commit({...this.current});
  }

  fill() {
    const {runs, unusable, drawing} = this.data;
    fillBar(this.find, this.current, runs, unusable, Boolean(drawing));
  }

  listen() {
    /** @type {Record<string, () => void>} */
    const steps = {
      before: () => this.set({image: Math.max(0, this.current.image - 1)}),
      after: () => this.set({image: this.current.image + 1}),
      random: () => this.set({image: Math.floor(Math.random() * (this.loaded?.codes.labels.length ?? 1))}),
      drawing: () => this.set({image: DRAWING}),
      compare: () => this.send.go({page: "compare", ...this.current, pin: this.on.pin?.()}),
    };
    onClick(this.root, "do", (action) => {
      if (action in steps && this.loaded) steps[action]();
    });
    onClick(this.root, "set", (key, {dataset}) => key === "pixels" && this.set({pixels: dataset.value}));
    this.find("run").addEventListener(
      "change",
      (/** @type {Event & {target: HTMLSelectElement}} */ {target}) => this.set({run: target.value}),
    );
    onImageEntered(this.find("image"), (image) => this.set({image}));
  }

  retire() {
    this.opening.close();
    this.echo.retire();
  }
}
