// The scene Evidence: one image, its posterior in the plane, and where every nat of log p(x) goes.

import * as bars from "./evidence/bars.js";
import {ARROWS, Epsilon} from "./evidence/epsilon.js";
import {markup} from "./evidence/markup.js";
import {toPoint} from "./chart.js";
import {NO_DRAWING, Told, asQuestion, caption, drawing, fillQuestion, hearImage, instead} from "./question.js";
import * as plane from "./evidence/plane.js";
import {Search} from "./evidence/search.js";
import {nearest} from "./frame.js";
import {LatentMap} from "./map.js";
import * as paint from "./paint.js";
import {readTheme} from "./theme.js";
import {Decoder, Newest, fetchCodes, fetchImages, postPacked} from "./wire.js";

const scenes = new WeakMap(); // by parent element: Streamlit calls us again for every rerun
const LAYERS = {posterior: {log: false}};
const NEAR = 14; // CSS pixels within which a click is a click on a point
const NUMBERS = ["reconstruction", "kl", "elbo", "gap", "evidence"];

export default function mount({parentElement, data, setStateValue, setTriggerValue}) {
  let scene = scenes.get(parentElement);
  if (!scene) scenes.set(parentElement, (scene = new Evidence(parentElement, data)));
  scene.commit = (question) => setStateValue("question", {...question, at: Date.now()}); // as in stage.js
  scene.go = (wanted) => setTriggerValue("go", wanted);
  scene.update(data);
  return () => scene.retire();
}

class Evidence {
  constructor(parent, data) {
    this.parent = parent;
    this.live = data.live;
    this.question = {...data.question};
    this.told = new Told(() => { this.unsaid = false; });
    this.view = "near";
    this.root = document.createElement("div");
    this.root.className = "stage evidence";
    this.root.innerHTML = markup();
    parent.append(this.root);
    this.find = (name) => this.root.querySelector(`[data-name="${name}"]`);
    this.decoder = new Decoder(this.live, (text) => { // it takes back what it said itself, and nothing else
      if (text || this.lost) this.tell(text);
      this.lost = Boolean(text);
    });
    this.accounts = new Newest((found) => this.take(found), (text) => this.fail(text));
    this.search = new Search(this.live, {
      step: () => this.soon(), done: () => this.refresh(), failed: (text) => { this.tell(text); this.refresh(); },
    });
    this.epsilon = new Epsilon(this.find("epsilon"), () => this.decode());
    this.map = new LatentMap(this.find("frame"), this.live, {
      pointer: () => {}, subject: () => {}, shape: () => {}, view: () => {}, doubled: () => {}, field: () => {},
      click: (z) => this.pick(z),
      failed: (text) => { if (text) this.tell(text); },
    });
    this.map.cells = 96;
    this.map.layer = (layer, view) => plane.fetchPicture(this, view);
    this.map.overlay = (...at) => plane.overlay(this, ...at);
    this.listen();
  }

  /** Take what Python knows now. */
  async update(data) {
    this.data = data;
    if (this.told.moved(data.question, this.question)) {
      this.question = {...data.question};
      this.unsaid = false;
    }
    if (data.error) { fillQuestion(this.find, this.question, data.runs); this.fail(data.error); return; }
    this.layout();
    const key = this.wanted;
    if (this.loaded !== key && this.loading !== key) {
      this.loading = key;
      try {
        const [codes, images] = await Promise.all([fetchCodes(this.live, {name: data.question.run, plane: data.plane}), fetchImages(this.live, data.dataset)]);
        if (this.loading !== key) return;
        Object.assign(this, {codes, images, loaded: key});
      } catch (error) {
        if (this.loading === key) this.fail(error.message);
        return;
      } finally { if (this.loading === key) this.loading = null; }
    }
    this.ask();
  }

  /** Whose codes and images are to be there. */
  get wanted() { return [this.data.question.run, this.data.stamp, this.data.dataset].join(); }

  get asked() { return asQuestion(this.question, this.data.shape); }

  set(changes) {
    if (changes.image < 0 && !drawing(this.data.shape)) { this.tell(NO_DRAWING); return; }
    if (!this.find("note").hidden) this.tell("");
    Object.assign(this.question, changes);
    this.unsaid = true;
    if (changes.run) this.report();
    else this.ask();
  }

  /** Python hears of the question when it is answered: its rerun would slow the answer down. */
  report() {
    if (!this.unsaid) return;
    this.unsaid = false;
    this.told.commit(this.question);
    this.commit({...this.question});
  }

  ask() {
    if (this.loaded !== this.wanted || this.question.run !== this.data.question.run) return; // asked when they are there
    const other = instead(this.question, this.codes.labels.length, this.data.shape);
    if (other) {
      this.set({image: other.image});
      this.tell(other.note);
      return;
    }
    this.showSettings();
    this.accounts.ask(JSON.stringify([this.asked, this.data.stamp]), () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => { this.find("wait").hidden = false; }, 1200);
      return postPacked(`${this.live}/evidence`, this.asked);
    });
  }

  /** No answer is awaited any more: it is there, or there is none. */
  answered(error) {
    clearTimeout(this.waiting);
    this.report();
    this.find("wait").hidden = true;
    this.find("error").textContent = error;
    this.find("error").hidden = !error;
  }

  take(found) {
    const {numbers} = found;
    this.answered("");
    this.search.stop();
    Object.assign(this.search, {ends: {}, count: 0, rate: 0});
    this.found = found;
    this.numbers = {...numbers, evidence: numbers.log_evidence};
    this.map.question = JSON.stringify(this.asked);
    this.map.field = null;
    this.look();
    this.decode();
    this.root.dataset.answered = Number(this.root.dataset.answered ?? 0) + 1;
  }

  fail(text) {
    this.answered(text);
    this.found = null;
    this.map.clear();
  }

  /** The window: around the posterior and q, or where all codes lie. */
  look() {
    const home = this.view === "whole" ? this.data.window : plane.near(this.numbers);
    this.map.home = home;
    this.map.view = {...home};
    this.refresh();
  }

  /** z = mean + sd * epsilon. */
  get z() { return this.numbers?.mean.map((m, d) => m + this.numbers.sd[d] * this.epsilon.value[d]); }

  decode() {
    if (!this.found) return;
    this.decoder.ask("z", [{run: this.question.run, z: this.z, shape: this.data.shape}], ([image]) => {
      this.sample = image;
      this.root.dataset.decoded = Number(this.root.dataset.decoded ?? 0) + 1;
      this.draw("sample", image, this.zCaption());
    });
    this.soon();
  }

  /** A click on a point takes its image. */
  pick(z) {
    const {view, size} = this.map, {index, distance} = nearest(this.codes.points, ...z);
    if (index >= 0 && (distance * size) / (view.right - view.left) < NEAR) this.set({image: index});
  }

  key(event) {
    const step = ARROWS[event.key], {view} = this.map, factor = {"+": 0.8, "=": 0.8, "-": 1.25}[event.key];
    if (step) this.epsilon.set(this.epsilon.value.map((v, d) => v + step[d]));
    else if (factor && view) this.map.zoom([(view.left + view.right) / 2, (view.bottom + view.top) / 2], factor);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // ---- what is shown

  draw(name, image, caption) {
    paint.image(this.find(name), image, this.theme.ink);
    this.find(`${name}-caption`).textContent = caption;
  }

  /** Draw in the next frame, however often asked before. */
  soon() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => { this.scheduled = false; if (this.found) this.paintMoving(); });
  }

  refresh() {
    if (!this.found) return;
    const {codes, data, theme, map} = this;
    const settings = {points: true, manifold: false, prior: true, ellipses: false, layer: "posterior", hidden: this.view === "whole" ? new Set() : new Set(data.classes.keys()), tool: "evidence", opacity: 1};
    const dress = {kinds: codes.labels, colours: theme.colours, muted: new Uint8Array(codes.labels.length).fill(1), grey: theme.grey};
    map.show({name: this.question.run, stamp: data.stamp, classes: data.classes, window: data.window, variational: true}, codes, settings, {...theme, colours: theme.colours.map(() => theme.grey)}, dress);
    map.paint();
    this.showSubject();
    this.paintMoving();
  }

  showSubject() {
    const {run} = this.question, {title} = this.data;
    this.find("missed").textContent = this.data.encoder ? "encoder missed" : "this q missed";
    this.find("title").textContent = "where every nat goes";
    const warning = this.question.pixels === "grey" ? ": grey pixels, so a cross-entropy, not a probability" : "";
    this.find("subtitle").textContent = `${title} \u201c${run}\u201d${warning}`;
    this.find("image-title").textContent = caption(this.question, this.data, this.codes.labels);
    this.draw("x", this.found.x, "x\n\u00a0\n\u00a0");
    this.draw("decoded", this.found.decoded, "from \u03bc\n\u00a0\n\u00a0");
    if (this.sample) this.draw("sample", this.sample, this.zCaption());
  }

  zCaption() {
    const range = Math.max(...this.numbers.sd) * 100;
    return `from z\n${this.z.map((v) => plane.signed(v, range)).join("\n")}`;
  }

  paintMoving() {
    const {numbers, search} = this, split = search.best ? search.split(numbers) : null;
    this.find("best-key").style.visibility = search.best ? "visible" : "hidden";
    bars.draw(this.find("lanes"), numbers, split);
    for (const name of NUMBERS) this.say(name, numbers[name].toFixed(2));
    this.say("closes", plane.scientific(numbers.closes));
    this.say("lattice", plane.lattice(numbers));
    for (const part of ["amortisation", "tilt", "shape"]) this.say(part, split ? `${split[part].toFixed(numbers.gap < 10 ? 3 : 2)}` : "\u2013");
    this.say("steps", search.count ? `${search.count} steps, ${Math.round(search.rate)}/s` : "");
    this.find("refine").textContent = search.running ? "stop" : "refine";
    this.root.dataset.steps = search.count ?? 0;
    this.root.dataset.rate = (search.rate ?? 0).toFixed(1);
    this.root.dataset.searching = String(search.running);
    this.epsilon.paint(this.theme);
    this.say("z", `(${this.epsilon.value.map((v) => plane.signed(v, 20)).join(", ")})`);
    this.find("sample-caption").textContent = this.zCaption();
    this.map.paintMarks();
  }

  say(name, text) { this.find(name).textContent = text.replace("-", "\u2212"); }

  showSettings() {
    fillQuestion(this.find, this.question, this.data.runs);
    for (const button of this.root.querySelectorAll('[data-set="view"]')) {
      button.setAttribute("aria-pressed", this.view === button.dataset.value);
    }
  }

  listen() {
    const actions = {
      before: () => this.set({image: Math.max(0, this.question.image - 1)}),
      after: () => this.set({image: this.question.image + 1}),
      random: () => this.set({image: Math.floor(Math.random() * this.codes.labels.length)}),
      drawing: () => this.set({image: -1}),
      draw: () => this.epsilon.draw(),
      refine: () => { if (this.search.running) this.search.stop(); else this.search.start(this.asked); this.refresh(); },
      compare: () => this.go({page: "compare", ...this.question, pin: this.numbers && toPoint(this.data.plane, this.numbers.mean)}),
    };
    this.root.addEventListener("click", (event) => {
      const action = event.target.closest("[data-do]")?.dataset.do, button = event.target.closest("[data-set]");
      if (action && this.codes) actions[action]();
      if (button?.dataset.set === "pixels") this.set({pixels: button.dataset.value});
      if (button?.dataset.set === "view") { this.view = button.dataset.value; this.showSettings(); if (this.found) this.look(); }
    });
    this.find("run").addEventListener("change", (event) => this.set({run: event.target.value}));
    hearImage(this.find("image"), (image) => this.set({image}));
    this.find("frame").addEventListener("keydown", (event) => this.found && this.key(event));
    this.find("note").addEventListener("click", (event) => { event.target.hidden = true; });
    this.resizer = new ResizeObserver(() => this.layout());
    this.resizer.observe(this.root);
    this.watcher = setInterval(() => this.root.isConnected && this.retheme() && this.refresh(), 2000);
  }

  layout() {
    if (!this.data || this.data.error) return;
    this.retheme();
    const frame = this.find("frame"), size = Math.floor(frame.getBoundingClientRect().width) - 2;
    if (size > 0) this.map.resize(size);
    this.refresh();
  }

  retheme() {
    const theme = readTheme(this.root, {colours: this.data.colours, layers: LAYERS});
    if (theme.key === this.theme?.key) return false;
    this.root.classList.toggle("dark", theme.dark);
    theme.best = theme.dark ? "#8ff16c" : "#9e0afe";
    this.theme = theme;
    this.map.retheme(theme);
    return true;
  }

  tell(text) {
    this.find("note").textContent = text;
    this.find("note").hidden = !text;
  }

  /** Once the page has let go of us for good: a rerun keeps the element. */
  retire() {
    setTimeout(() => {
      if (this.root.isConnected) return;
      clearInterval(this.watcher);
      this.told.retire();
      this.resizer.disconnect();
      this.search.stop();
      this.decoder.close();
    });
  }
}
