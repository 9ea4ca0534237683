// Draw: a pad whose drawing is encoded by both models while the pen moves; or an uploaded picture.

import {toPoint} from "../chart.js";
import {SIDES, figure} from "../markup.js";
import * as lines from "../lines.js";
import {Pen, postPicture} from "../wire.js";

const SENT = 112; // pixels: about the longer side of the drawing that is sent
const LARGEST = 5 * 2 ** 20; // bytes of an uploaded picture

export class Draw {
  static name = "draw";
  static title = "draw";
  static help = "Draw, or upload a picture: both models encode and decode it while the pen moves (key D)";

  static card() {
    return `
      <section class="card grows" aria-label="Drawing pad">
        <div class="row"><h3 data-name="drawing-title">your drawing</h3><span class="gap"></span>
          <label class="plain upload" title="A PNG or JPEG of one drawing, up to 5 MB, dark on light or light on dark">upload
            <input type="file" accept="image/png,image/jpeg" data-name="upload" aria-label="Upload a picture"></label></div>
        <p class="count" data-name="no-drawing" role="status" hidden></p>
        <div class="square"><canvas class="pad" data-name="pad" role="img" aria-label="Drawing pad; a picture can be uploaded instead"></canvas></div>
        <div class="row">
          <button type="button" class="plain" data-draw="undo" title="Take back the last stroke (Backspace)">undo</button>
          <button type="button" class="plain" data-draw="clear" title="Empty the pad (Delete)">clear</button>
          <label title="Width of the pen">pen <input type="range" min="4" max="20" value="10" data-name="pen-width" aria-label="Width of the pen"></label>
        </div>
      </section>
      <section class="card" aria-label="What the models make of the drawing">
        <h3>seen, and decoded <button type="button" class="link" data-draw="evidence" title="Where every nat of log p(x) goes, for this drawing: the page Evidence">log p(x) \u2026</button></h3>
        <div class="subject" title="The drawing, brought to the form of the data set's own images">
          ${figure("drawn", "the drawing as the models see it")}${figure("drawn-left", "decoded by the left run")}${figure("drawn-right", "decoded by the right run")}</div>
      </section>`;
  }

  constructor(stage) {
    Object.assign(this, {stage, find: stage.find, strokes: [], sides: [], version: 0, pen: null, scratch: document.createElement("canvas")});
    this.ink = this.scratch.getContext("2d", {willReadFrequently: true});
    this.pad = this.find("pad");
    this.setForm([1, 1, 1]);
    this.listen();
  }

  /** The drawing stays when another tool is taken up: a walk may go through it. */
  refresh() {
    if (this.stage.tool === this || this.strokes.length || this.file) this.connect();
    this.fit();
    this.show();
  }

  /** The runs on the screen are asked; if they changed, what is on the pad is asked again. */
  connect() {
    const {runs, live} = this.stage, sides = this.drawable();
    const key = sides.map((side) => `${side} ${runs[side].name} ${runs[side].stamp}`).join();
    if (key === this.asked) return;
    this.asked = key;
    this.sides = sides;
    this.version++;
    this.pen?.close();
    this.pen = null;
    if (!sides.length) return;
    const current = (tag) => tag === this.version; // an answer to what is no longer on the pad is not wanted
    this.pen = new Pen(live, sides.map((side) => runs[side].name), {
      answer: (found, tag) => { if (current(tag)) this.take(found); },
      failed: (text, tag) => { if (current(tag)) this.failed(text); },
    });
    if (this.strokes.length) this.ask();
    else if (this.file) this.upload(this.file);
  }

  /** The maps whose runs take drawings of one form: of the first that takes any. */
  drawable() {
    const {runs, loaded} = this.stage, sides = SIDES.filter((side) => loaded[side] && runs[side].drawing);
    return sides.filter((side) => runs[side].shape.join() === runs[sides[0]].shape.join());
  }

  /** The pad has the proportions of the images; what is sent, a whole number of times their pixels. */
  setForm([, height, width]) {
    const times = Math.max(1, Math.round(SENT / Math.max(height, width)));
    if (this.scratch.width === width * times && this.scratch.height === height * times) return;
    this.scratch.width = width * times;
    this.scratch.height = height * times;
    this.pad.style.setProperty("--aspect", width / height);
    this.redraw();
  }

  fit() {
    const {runs, loaded} = this.stage, [side] = this.drawable(), shown = SIDES.some((each) => loaded[each]);
    const none = SIDES.filter((each) => loaded[each] && !runs[each].drawing).map((each) => runs[each].dataset);
    if (side) this.setForm(runs[side].shape);
    this.find("drawing-title").textContent = `your ${side ? runs[side].drawing.replace(/^an? /, "") : "drawing"}`;
    this.find("no-drawing").hidden = !none.length;
    this.find("no-drawing").textContent = `Nothing can be drawn for ${[...new Set(none)].join(" and ")}: no drawing can be brought to the form of its images.`;
    this.pad.parentElement.hidden = shown && !side;
    this.find("upload").disabled = shown && !side;
    const ratio = window.devicePixelRatio || 1, width = Math.round(this.pad.clientWidth * ratio);
    if (!width || Math.abs(this.pad.width - width) < 1) return;
    this.pad.width = width;
    this.pad.height = Math.round(this.pad.clientHeight * ratio);
    this.redraw();
  }

  listen() {
    const place = (event) => {
      const box = this.pad.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    this.pad.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      this.pad.setPointerCapture(event.pointerId);
      if (this.file) { this.file = null; this.strokes = []; this.version++; this.redraw(); }
      const width = Number(this.find("pen-width").value) / SENT;
      this.stroke = {width, points: [place(event)]};
      this.strokes.push(this.stroke);
      this.line(this.stroke);
      this.ask();
    });
    this.pad.addEventListener("pointermove", (event) => {
      if (!this.stroke) return;
      for (const each of event.getCoalescedEvents?.() ?? [event]) this.stroke.points.push(place(each));
      this.line(this.stroke);
      this.ask();
    });
    for (const end of ["pointerup", "pointercancel"]) this.pad.addEventListener(end, () => { this.stroke = null; });
    this.stage.root.addEventListener("click", (event) => {
      const action = event.target.closest("[data-draw]")?.dataset.draw;
      if (action) this[action]();
    });
    this.find("upload").addEventListener("change", (event) => {
      const [file] = event.target.files;
      event.target.value = ""; // the same file may be chosen again
      if (file) this.upload(file);
    });
    this.pad.addEventListener("dragover", (event) => event.preventDefault());
    this.pad.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files[0]) this.upload(event.dataTransfer.files[0]);
    });
  }

  /** Draw a stroke, or its newest part, on the pad and on what is sent: leg by leg, so that both give the same pixels. */
  line(stroke) {
    const {points, width, done = 0} = stroke, paper = this.pad.getContext("2d");
    for (const [context, {width: across, height: down}, colour] of [[paper, this.pad, this.stage.theme.text], [this.ink, this.scratch, "#000"]]) {
      const size = Math.max(across, down);
      context.lineCap = "round";
      context.lineWidth = width * size;
      context.strokeStyle = context.fillStyle = colour;
      for (let k = done; k < points.length; k++) {
        const [[x, y], [fromX, fromY]] = [points[k], points[Math.max(0, k - 1)]].map(([u, v]) => [u * across, v * down]);
        context.beginPath();
        if (k === 0) { context.arc(x, y, (width * size) / 2, 0, 7); context.fill(); continue; } // no leg yet: a dot
        context.moveTo(fromX, fromY);
        context.lineTo(x, y);
        context.stroke();
      }
    }
    stroke.done = points.length;
  }

  redraw() {
    this.pad.getContext("2d").clearRect(0, 0, this.pad.width, this.pad.height);
    this.ink.clearRect(0, 0, this.scratch.width, this.scratch.height);
    for (const stroke of this.strokes) { stroke.done = 0; this.line(stroke); }
  }

  ask() {
    this.began ??= performance.now();
    this.pen?.ask(() => {
      const {width, height} = this.scratch, {data} = this.ink.getImageData(0, 0, width, height);
      this.sent = this.began;
      this.began = null;
      return {width, height, bytes: Uint8Array.from({length: width * height}, (_, i) => data[4 * i + 3])};
    }, this.version);
  }

  async upload(file) {
    if (file.size > LARGEST) { this.stage.tell(`The picture has ${(file.size / 2 ** 20).toFixed(1)} MB; at most 5 MB are taken.`); return; }
    const {live, runs} = this.stage, version = ++this.version;
    if (!this.sides.length) { this.stage.tell("There is no model on the maps that could look at the picture."); return; }
    try {
      const found = await postPicture(live, this.sides.map((side) => runs[side].name), file);
      if (version !== this.version) return;
      this.strokes = [];
      this.file = file;
      this.redraw();
      this.take(found);
      this.stage.tell("");
    } catch (error) {
      this.stage.tell(error.message);
    }
  }

  take({image, images, ...codes}) {
    this.drawn = {image, z: {}, images: {}};
    this.sides.forEach((side, k) => {
      this.drawn.z[side] = Array.from(codes[`z${k}`]);
      this.drawn.images[side] = images.at(k);
    });
    this.show();
    const {dataset} = this.stage.root;
    dataset.drawn = Number(dataset.drawn ?? 0) + 1;
    if (this.sent) dataset.drawLatency = (performance.now() - this.sent).toFixed(2);
  }

  failed(text) {
    if (this.strokes.length) this.stage.tell(text); // an empty pad has nothing to tell
    this.drawn = null;
    this.show();
  }

  show() {
    const {panel, runs} = this.stage;
    panel.draw("drawn", this.drawn?.image ?? null);
    panel.caption("drawn", this.drawn ? "as seen" : "");
    for (const side of SIDES) {
      panel.draw(`drawn-${side}`, this.drawn?.images[side] ?? null);
      panel.caption(`drawn-${side}`, runs[side] && this.drawn?.images[side] ? `\u2192 ${runs[side].name}` : "");
    }
    if (this.file && this.drawn) { // an uploaded picture stands on the pad as it is seen
      const context = this.pad.getContext("2d");
      context.clearRect(0, 0, this.pad.width, this.pad.height);
      context.drawImage(this.find("drawn"), 0, 0, this.pad.width, this.pad.height);
    }
    for (const side of SIDES) if (this.stage.maps[side].data) this.stage.maps[side].paintMarks();
  }

  undo() {
    if (this.file) { this.clear(); return; }
    this.strokes.pop();
    this.version++;
    this.redraw();
    if (this.strokes.length) this.ask(); else this.clear();
  }

  clear() {
    this.strokes = [];
    this.version++;
    this.file = this.drawn = null;
    this.redraw();
    this.show();
  }

  /** The drawing is kept in this tab, for the pages about one image. */
  evidence() {
    if (!this.drawn) { this.stage.tell("Draw something first."); return; }
    sessionStorage.setItem("drawing", JSON.stringify([...this.drawn.image.bytes]));
    this.stage.leave("evidence", -1);
  }

  overlay(side, context, size, view) {
    const z = this.drawn?.z[side];
    if (z) lines.badge(context, size, view, toPoint(this.stage.runs[side].plane, z), "\u270e", this.stage.theme);
  }

  key(event) {
    if (event.key === "Backspace") this.undo();
    else if (event.key === "Delete") this.clear();
    else return false;
    return true;
  }

  close() { this.pen?.close(); }
}
