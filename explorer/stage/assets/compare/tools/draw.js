// Draw: a pad whose drawing is encoded by both models while the pen moves; or an uploaded picture.

import {toPoint} from "../../kit/chart.js";
import {count, onClick} from "../../kit/dom.js";
import {figure} from "../../kit/html.js";
import {postPicture} from "../../kit/server.js";
import * as marks from "../../map/marks.js";
import {keepDrawing} from "../../question/drawing.js";
import {SIDES} from "../sides.js";
import {drawable, showForm} from "./form.js";
import {Pad} from "./pad.js";
import {Pen} from "./pen.js";

const UPLOAD_HELP = "A PNG or JPEG of one drawing, up to 5 MB, dark on light or light on dark";
const EVIDENCE_HELP = "Where every nat of log p(x) goes, for this drawing: the page Evidence";
const LARGEST_UPLOAD = 5 * 2 ** 20; // bytes of an uploaded picture

/**
 * What was drawn as the models see it, its images decoded by each run, and its codes by each: z0, z1.
 * @typedef {{image: Images, images: Images, [z: `z${number}`]: Float32Array}} Answer
 */

/** @typedef {import("../../kit/images.js").Images} Images */

/** @type {import("./tool.js").Tool} */
export const draw = {
  name: "draw",
  help: "Draw, or upload a picture: both models encode and decode it while the pen moves (key D)",
  letter: "d",
  card: () => `
      <section class="card grows" aria-label="Drawing pad">
        <div class="row"><h3 data-name="drawing-title">your drawing</h3><span class="gap"></span>
          <label class="plain upload" title="${UPLOAD_HELP}">upload
            <input type="file" accept="image/png,image/jpeg" data-name="upload"
              aria-label="Upload a picture"></label></div>
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
        <h3>seen, and decoded <button type="button" class="link" data-draw="evidence"
          title="${EVIDENCE_HELP}">log p(x) \u2026</button></h3>
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
    this.version = 0; // of what is on the pad: an answer to another one does not count
    /** @type {Pen | null} */
    this.pen = null;
    /** @type {File | null} */
    this.file = null;
    this.runs = "";
    /** When the pen moved first, of what is not sent yet, milliseconds. @type {number | undefined} */
    this.began = undefined;
    /** The same, of what is under way. @type {number | undefined} */
    this.sent = undefined;
    this.pad = new Pad(this.find("pad"), {
      colour: () => context.theme.text,
      width: () => Number(this.find("pen-width").value),
      began: () => this.file && this.empty(),
      changed: () => this.ask(),
    });
    this.listen();
  }

  get drawing() {
    return this.pad.strokes.length > 0;
  }

  refresh() {
    if (this.context.scene.tool === "draw" || this.drawing || this.file) this.connect();
    const shape = showForm(this.context);
    if (shape) this.pad.setForm(shape);
    this.pad.fit();
    this.show();
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
    if (this.drawing) this.ask();
    else if (this.file) this.upload(this.file);
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
    /** @type {HTMLInputElement} */
    const input = this.find("upload");
    input.addEventListener("change", () => {
      const file = input.files?.item(0);
      input.value = ""; // the same file may be chosen again
      if (file) this.upload(file);
    });
    this.listenToDrops();
  }

  listenToDrops() {
    /** @type {HTMLCanvasElement} */
    const pad = this.find("pad");
    pad.addEventListener("dragover", (event) => event.preventDefault());
    pad.addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files.item(0);
      if (file) this.upload(file);
    });
  }

  ask() {
    this.began ??= performance.now();
    this.pen?.ask(() => {
      this.sent = this.began;
      this.began = undefined;
      return this.pad.pixels();
    }, this.version);
  }

  /** @param {File} file */
  upload(file) {
    const {tell, attempt} = this.context;
    if (file.size > LARGEST_UPLOAD) {
      tell(`The picture has ${(file.size / 2 ** 20).toFixed(1)} MB; at most 5 MB are taken.`);
      return;
    }
    if (!this.sides.length) {
      tell("There is no model on the maps that could look at the picture.");
      return;
    }
    attempt(() => this.send(file));
  }

  /** @param {File} file */
  async send(file) {
    const version = ++this.version;
    const packet = await postPicture(this.context.live, this.names, file);
    if (version !== this.version) return;
    this.pad.clear();
    this.file = file;
    this.take(packet);
    this.context.tell("");
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
      this.context.draw(`drawn-${side}`, decoded, decoded ? `\u2192 ${run(side)?.name}` : "");
    }
    if (this.file && drawn) this.pad.show(this.find("drawn")); // an uploaded picture, as it is seen
    this.context.repaint();
  }

  undo() {
    if (!this.file) this.pad.strokes.pop();
    if (this.file || !this.drawing) {
      this.clear();
      return;
    }
    this.version++;
    this.pad.redraw();
    this.ask();
  }

  clear() {
    this.context.drawn = null;
    this.empty();
    this.show();
  }

  empty() {
    this.file = null;
    this.version++;
    this.pad.clear();
  }

  /** The drawing is kept in this tab, for the pages about one image. */
  evidence() {
    const {drawn, tell, leave} = this.context;
    if (!drawn) {
      tell("Draw something first.");
      return;
    }
    keepDrawing(drawn.image);
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
