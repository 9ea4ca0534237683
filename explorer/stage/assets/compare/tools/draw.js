// Draw: a pad whose drawing is encoded by both models while the pen moves; or an uploaded picture.

import {toPoint} from "../../kit/chart.js";
import {count, onClick} from "../../kit/dom.js";
import {figure} from "../../kit/html.js";
import * as marks from "../../map/marks.js";
import {forgetDrawing, saveDrawing, savedDrawing} from "../../question/drawing.js";
import {CHOICES_HTML, Upload, uploadButton} from "../../question/upload.js";
import {titleOf} from "../data.js";
import {SIDES} from "../sides.js";
import {drawable, showForm} from "./form.js";
import {Pad} from "./pad.js";
import {Pen} from "./pen.js";

const EVIDENCE_HELP = "Where every nat of log p(x) goes, for this drawing: the page Evidence";

/**
 * What was drawn as the models see it, its images decoded by each run, and its codes by each: z0, z1.
 * @typedef {{image: Images, images: Images, [z: `z${number}`]: Float32Array}} Answer
 */

/** @typedef {import("../../kit/images.js").Images} Images */
/** @typedef {import("./pen.js").Ink} Ink */

/** @type {import("./tool.js").Tool} */
export const draw = {
  name: "draw",
  help: "Draw, or upload a picture: both models encode and decode it while the pen moves (key D)",
  letter: "d",
  card: () => `
      <section class="card grows" aria-label="Drawing pad">
        <div class="row"><h3 data-name="drawing-title">your drawing</h3><span class="gap"></span>
          ${uploadButton("plain")}</div>
        ${CHOICES_HTML}
        <p class="count" data-name="no-drawing" role="status" hidden></p>
        <div class="square"><canvas class="pad" data-name="pad" role="img"
          aria-label="Drawing pad; a picture can be uploaded instead"></canvas></div>
        <div class="row">
          <button type="button" class="plain" data-draw="undo"
            title="Take back the last stroke (Backspace)">undo</button>
          <button type="button" class="plain" data-draw="clear" title="Empty the pad (Delete)">clear</button>
          <label title="Width of the pen">pen <input type="range" min="4" max="20" value="10"
            data-name="pen-width" aria-label="Width of the pen"></label>
        </div>
      </section>
      <section class="card" aria-label="What the models make of the drawing">
        <h3>decoded <button type="button" class="link" data-draw="evidence"
          title="${EVIDENCE_HELP}">Evidence \u203a</button></h3>
        <div class="three-images" title="The drawing, brought to the form of the data set's own images">
          ${[
            figure("drawn", "the drawing as the models see it"),
            ...SIDES.map((side) => figure(`drawn-${side}`, `decoded by the ${side} run`)),
          ].join("")}</div>
      </section>`,
  create: (context) => new Draw(context),
};

class Draw {
  always = true; // the drawing stays when another tool is taken up: a walk may go through it

  /** @param {import("./tool.js").Context} context */
  constructor(context) {
    this.context = context;
    this.find = context.find;
    /** The maps whose runs encode the drawing. @type {import("../sides.js").Side[]} */
    this.sides = [];
    /** Their names. @type {string[]} */
    this.names = [];
    this.restored = false; // what this tab has kept was looked for
    this.version = 0; // of what is on the pad: an answer to another one does not count
    /** @type {Pen | null} */
    this.pen = null;
    /** An uploaded picture, and which of its drawings. @type {{file: File, choice: number | null} | null} */
    this.picture = null;
    /** What another page left as the drawing of this tab, not a stroke of it known. @type {Ink | null} */
    this.inherited = null;
    this.runs = "";
    /** When the pen moved first, of what is not sent yet, milliseconds. @type {number | undefined} */
    this.began = undefined;
    /** The same, of what is under way. @type {number | undefined} */
    this.sent = undefined;
    this.pad = new Pad(this.find("pad"), {
      colour: () => context.theme.text,
      width: () => Number(this.find("pen-width").value),
      began: () => (this.picture || this.inherited) && this.empty(),
      changed: () => this.ask(),
    });
    this.uploads = new Upload(context.root, context.find, context.live, {
      runs: () => this.names,
      take: (answer, file, choice) => this.takePicture(answer, {file, choice}),
      tell: (text) => context.tell(text, "upload"),
    });
    this.uploads.acceptDrops(this.find("pad"));
    this.listen();
  }

  get drawing() {
    return this.pad.strokes.length > 0;
  }

  refresh() {
    const shape = showForm(this.context);
    if (shape) this.pad.setForm(shape);
    if (shape && !this.restored) this.adopt(shape);
    if (this.context.scene.tool === "draw" || this.drawing || this.picture || this.inherited) this.connect();
    this.pad.fit();
    this.show();
  }

  /** The drawing that this tab has, from this page or another one. @param {number[]} shape (c, h, w) */
  adopt(shape) {
    this.restored = true;
    const saved = savedDrawing(shape);
    if (!saved || this.drawing) return;
    const [, height, width] = shape;
    this.pad.strokes = saved.strokes;
    if (this.drawing) this.pad.redraw();
    else this.inherited = {height, width, bytes: Uint8Array.from(saved.bytes.slice(0, height * width))};
  }

  /** The runs on the maps are asked; if they changed, what is on the pad is asked again. */
  connect() {
    const runs = drawable(this.context);
    const key = runs.map(({side, name, stamp}) => `${side} ${name} ${stamp}`).join();
    if (key === this.runs) return;
    this.runs = key;
    this.sides = runs.map(({side}) => side);
    this.names = runs.map(({name}) => name);
    this.version++;
    this.pen?.close();
    this.pen = runs.length ? this.penOf(this.names) : null;
    if (!this.pen) return;
    if (this.picture) this.uploads.send(this.picture.file, this.picture.choice);
    else if (this.drawing || this.inherited) this.ask();
  }

  /** @param {string[]} names of runs */
  penOf(names) {
    return new Pen(this.context.live, names, {
      answer: (packet, version) => version === this.version && this.take(packet),
      failed: (text, version) => version === this.version && this.failed(text),
    });
  }

  listen() {
    onClick(this.context.root, "draw", (action) => {
      if (action === "undo") this.undo();
      else if (action === "clear") this.clear();
      else this.evidence();
    });
  }

  ask() {
    this.began ??= performance.now();
    this.pen?.ask(() => {
      this.sent = this.began;
      this.began = undefined;
      return this.inherited ?? this.pad.pixels();
    }, this.version);
  }

  /** @param {Answer} answer @param {{file: File, choice: number | null}} picture */
  takePicture(answer, picture) {
    this.version++;
    this.inherited = null;
    this.pad.clear();
    this.picture = picture;
    this.take(answer);
  }

  /** @param {Answer} answer */
  take({image, images, ...codes}) {
    const {root} = this.context;
    /** @type {import("./tool.js").Drawn} */
    const drawn = {image, z: {}, decoded: {}};
    this.sides.forEach((side, k) => {
      drawn.z[side] = Array.from(codes[/** @type {const} */ (`z${k}`)]);
      drawn.decoded[side] = images.at(k);
    });
    this.context.drawn = drawn;
    saveDrawing(image, this.pad.strokes);
    this.show();
    count(root, "drawn");
    if (this.sent) root.dataset.drawLatency = (performance.now() - this.sent).toFixed(2);
  }

  /** @param {string} text */
  failed(text) {
    if (this.drawing) this.context.tell(text); // an empty pad has nothing to tell
    this.context.drawn = null;
    this.show();
  }

  show() {
    const {drawn, run} = this.context;
    this.context.draw("drawn", drawn?.image ?? null, drawn ? "as seen" : "");
    for (const side of SIDES) {
      const decoded = drawn?.decoded[side] ?? null;
      this.context.draw(`drawn-${side}`, decoded, decoded ? `\u2192 ${titleOf(run(side))}` : "");
    }
    if ((this.picture || this.inherited) && drawn) this.pad.show(this.find("drawn")); // it has no strokes
    this.context.repaint();
  }

  undo() {
    const picture = this.picture || this.inherited;
    if (!picture) this.pad.strokes.pop();
    if (picture || !this.drawing) {
      this.clear();
      return;
    }
    this.version++;
    this.pad.redraw();
    this.ask();
  }

  clear() {
    this.context.drawn = null;
    forgetDrawing();
    this.empty();
    this.show();
  }

  empty() {
    this.picture = null;
    this.inherited = null;
    this.uploads.forget();
    this.version++;
    this.pad.clear();
  }

  /** The drawing is kept in this tab, for every page about one image. */
  evidence() {
    const {drawn, tell, leave} = this.context;
    if (!drawn) {
      tell("Draw something first.");
      return;
    }
    leave("evidence", -1);
  }

  /** @type {NonNullable<import("./tool.js").Instance["overlay"]>} */
  overlay(side, context, size, view) {
    const {drawn, theme, run} = this.context;
    const z = drawn?.z[side];
    const plane = run(side)?.plane;
    if (z && plane) marks.badge(context, size, view, toPoint(plane, z), "\u270e", theme);
  }

  /** @param {KeyboardEvent} event */
  key({key}) {
    if (key === "Backspace") this.undo();
    else if (key === "Delete") this.clear();
    else return false;
    return true;
  }

  retire() {
    this.pen?.close();
  }
}
