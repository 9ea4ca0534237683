// The page Evidence: one image, its posterior in the plane, and where every nat of log p(x) goes.

import {toPoint} from "../kit/chart.js";
import {component} from "../kit/component.js";
import {Decoder} from "../kit/decoder.js";
import {count, mounted, observed, onClick, oncePerFrame} from "../kit/dom.js";
import {Latest} from "../kit/latest.js";
import {Note} from "../kit/note.js";
import {signed} from "../kit/numbers.js";
import {postPacked} from "../kit/server.js";
import {readTheme} from "../kit/theme.js";
import {nearest} from "../map/frame.js";
import {LatentMap} from "../map/map.js";
import {ImageQuestion, isKnown} from "../question/question.js";
import {ARROW_STEPS, Epsilon} from "./epsilon.js";
import {codeCaption, drawImage, drawImages} from "./images.js";
import {fillLedger, fillTitles, say} from "./ledger.js";
import {markup} from "./markup.js";
import * as plane from "./plane.js";
import {Search} from "./search.js";

/**
 * @typedef {import("../question/question.js").AboutImage} AboutImage
 * @typedef {import("./ledger.js").Account} Account
 */

const LAYER_SCALES = {posterior: {log: false}};
const POSTERIOR_CELLS = 96; // of the picture of p(z|x), along each axis
const HIT_RADIUS = 14; // CSS pixels within which a click is a click on a point
const WAIT_NOTE_MS = 1200; // after which the page says that it computes
const WATCH_INTERVAL_MS = 2000; // between two looks for another theme
const BEST_Q_COLOUR = {dark: "#8ff16c", light: "#9e0afe"};
/** @type {Record<string, number>} */
const ZOOM_FACTORS = {"+": 0.8, "=": 0.8, "-": 1.25};

export default component(
  (parent, /** @type {AboutImage} */ data, send) => new Evidence(parent, data, send),
  "question",
);

class Evidence {
  /**
   * @param {HTMLElement} parent
   * @param {AboutImage} data
   * @param {import("../kit/component.js").Send} send
   */
  constructor(parent, data, send) {
    const {root, find} = mounted(parent, "evidence", markup());
    this.root = root;
    this.find = find;
    this.data = data;
    this.live = data.live;
    this.view = "near"; // or "whole", the plane
    this.unobserve = () => {};
    /** @type {plane.EvidenceTheme | null} */
    this.theme = null;
    /** The answer: numbers and images. @type {Account | null} */
    this.account = null;
    /** What is decoded from z. @type {import("../kit/images.js").Images | null} */
    this.sample = null;
    this.note = new Note(this.find("note"), true);
    this.decoder = new Decoder(this.live, (text) => this.note.tell(text, "decoder"));
    /** @type {Latest<Account>} */
    this.accounts = new Latest(
      (account) => this.take(account),
      (text) => this.fail(text),
    );
    this.soon = oncePerFrame(() => this.paintMoving());
    this.search = new Search(this.live, {
      step: () => this.soon(),
      done: () => this.refresh(),
      failed: (text) => {
        this.note.tell(text);
        this.refresh();
      },
    });
    this.epsilon = new Epsilon(this.find("epsilon"), () => this.decode());
    this.map = this.mapOf();
    this.question = new ImageQuestion(this, data, send, this.note, {
      ask: () => this.ask(),
      failed: (text) => this.fail(text),
      images: false,
      pin: () => this.account && toPoint(this.data.plane, this.account.numbers.mean),
    });
    this.listen();
  }

  mapOf() {
    const map = new LatentMap(this.find("frame"), this.live, {
      click: (point) => this.pick(point),
      layer: () => this.map.paintMarks(), // its contours
      failed: (text) => this.note.tell(text, "map"),
    });
    map.marked = {pin: false, image: false, prior: true};
    map.layers.cells = POSTERIOR_CELLS;
    map.layers.fetchLayer = (_run, _name, view, signal) =>
      plane.fetchPicture(this.live, this.question.body, {...view, count: POSTERIOR_CELLS}, signal);
    map.overlay = (...at) => this.overlay(...at);
    return map;
  }

  /** @type {import("../map/map.js").LatentMap["overlay"]} */
  overlay(...at) {
    const {account, theme, search, data, map} = this;
    if (!account || !theme) return;
    const {numbers} = account;
    plane.overlay({numbers, search, theme, z: this.codeOf(numbers), data, map}, ...at);
  }

  /** @param {AboutImage} data */
  update(data) {
    this.data = data;
    if (isKnown(data)) this.layOut();
    this.question.update(data);
  }

  /** Have the question answered; Python hears of it with the answer: its rerun would slow that down. */
  ask() {
    const {body} = this.question;
    this.showView();
    this.accounts.ask(JSON.stringify([body, this.data.stamp]), (signal) => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => {
        this.find("wait").hidden = false;
      }, WAIT_NOTE_MS);
      return postPacked(`${this.live}/evidence`, body, signal);
    });
  }

  /** No answer is awaited any more: it is there, or there is none. @param {string} error */
  answered(error) {
    clearTimeout(this.waiting);
    this.question.report();
    this.find("wait").hidden = true;
    this.find("error").textContent = error;
    this.find("error").hidden = !error;
  }

  /** @param {Account} account */
  take(account) {
    this.answered("");
    this.search.reset();
    this.account = account;
    this.map.layers.about = JSON.stringify(this.question.body);
    this.map.layers.layer = null;
    this.look(account);
    this.decode();
    count(this.root, "answered");
  }

  /** @param {string} text why there is no answer */
  fail(text) {
    this.answered(text);
    this.account = null;
    this.map.clear();
  }

  /** The window: around the posterior and q, or where all codes lie. @param {Account} account */
  look({numbers}) {
    const home = this.view === "whole" ? this.data.window : plane.near(numbers);
    this.map.home = home;
    this.map.view = {...home};
    this.refresh();
  }

  /** z = mean + sd * epsilon. @param {import("./ledger.js").Numbers} numbers */
  codeOf({mean, sd}) {
    return mean.map((m, d) => m + sd[d] * this.epsilon.value[d]);
  }

  /** @param {import("./ledger.js").Numbers} numbers */
  captionOf(numbers) {
    return codeCaption(this.codeOf(numbers), numbers.sd);
  }

  decode() {
    if (!this.account) return;
    const z = this.codeOf(this.account.numbers);
    const item = {run: this.question.current.run, z, shape: this.data.shape};
    this.decoder.ask("z", [item], ([image]) => this.takeSample(image));
    this.soon();
  }

  /** @param {import("../kit/images.js").Images} image decoded from z */
  takeSample(image) {
    const {account, theme} = this;
    this.sample = image;
    count(this.root, "decoded");
    if (account && theme) drawImage(this.find, "sample", image, theme, this.captionOf(account.numbers));
  }

  /** A click on a point takes its image. @param {number[]} point */
  pick(point) {
    const {view, size, data} = this.map;
    if (!view || !data) return;
    const {index, distance} = nearest(data.points, point[0], point[1]);
    if (index >= 0 && (distance * size) / (view.right - view.left) < HIT_RADIUS)
      this.question.set({image: index});
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = ARROW_STEPS[event.key];
    const factor = ZOOM_FACTORS[event.key];
    if (!this.account || !(step || factor)) return;
    if (step) this.epsilon.move(step);
    else this.map.zoomCentre(factor);
    event.preventDefault();
    event.stopPropagation();
  }

  // ---- what is shown

  refresh() {
    const {account, theme, question} = this;
    const {loaded, run} = question;
    if (!account || !theme || !loaded) return;
    plane.showCodes(this.map, loaded.codes, run, this.data, theme, this.view === "whole");
    fillTitles(this.find, this.data, question);
    drawImages(this.find, account, this.sample, theme, this.captionOf(account.numbers));
    this.paintMoving();
  }

  paintMoving() {
    const {account, theme} = this;
    if (!account || !theme) return;
    fillLedger(this.find, this.root, account.numbers, this.search);
    this.epsilon.paint(theme);
    say(this.find, "z", `(${this.epsilon.value.map((v) => signed(v, 20)).join(", ")})`);
    this.find("sample-caption").textContent = this.captionOf(account.numbers);
    this.map.paintMarks();
  }

  showView() {
    for (const button of this.find("bar").querySelectorAll('[data-set="view"]')) {
      button.setAttribute("aria-pressed", String(this.view === button.dataset.value));
    }
  }

  listen() {
    /** @type {Record<string, () => void>} */
    const actions = {draw: () => this.epsilon.draw(), refine: () => this.refine()};
    onClick(this.root, "do", (action) => {
      if (this.question.loaded) actions[action]?.();
    });
    onClick(this.root, "set", (key, {dataset}) => {
      if (key !== "view") return;
      this.view = dataset.value ?? "near";
      this.showView();
      if (this.account) this.look(this.account);
    });
    this.find("frame").addEventListener("keydown", this.key.bind(this));
    const watch = () => this.data && isKnown(this.data) && this.retheme() && this.refresh();
    this.unobserve = observed(this.root, () => this.layOut(), watch, WATCH_INTERVAL_MS);
  }

  refine() {
    if (this.search.running) this.search.stop();
    else this.search.start(this.question.body);
    this.refresh();
  }

  layOut() {
    if (!isKnown(this.data)) return;
    this.retheme();
    const size = Math.floor(this.find("frame").getBoundingClientRect().width) - 2;
    if (size > 0) this.map.resize(size);
    this.refresh();
  }

  retheme() {
    const plain = readTheme(this.root, {colours: this.data.colours, layers: LAYER_SCALES});
    const theme = {...plain, best: plain.dark ? BEST_Q_COLOUR.dark : BEST_Q_COLOUR.light};
    if (theme.key === this.theme?.key) return false;
    this.root.classList.toggle("dark", theme.dark);
    this.theme = theme;
    this.map.retheme(theme);
    return true;
  }

  retire() {
    clearTimeout(this.waiting);
    this.unobserve();
    this.question.retire();
    this.note.retire();
    this.search.stop();
    this.decoder.close();
    this.accounts.forget();
    this.map.layers.forget();
  }
}
