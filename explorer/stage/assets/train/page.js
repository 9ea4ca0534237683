// The page Train together: two models learn before everybody's eyes. Streamlit mounts it.

import {bySide, SIDES} from "../compare/sides.js";
import {Pad} from "../compare/tools/pad.js";
import {component} from "../kit/component.js";
import {mounted, observed, onClick} from "../kit/dom.js";
import {Note} from "../kit/note.js";
import {unpacked} from "../kit/packets.js";
import {PAGE} from "../kit/server.js";
import {ReconnectingSocket} from "../kit/socket.js";
import {readTheme} from "../kit/theme.js";
import {Lane} from "./lane.js";
import {drawLosses} from "./losses.js";
import {layOut, markup} from "./markup.js";
import {squareOf} from "./past.js";
import {BEGINNING, Story} from "./story.js";

const WATCH_INTERVAL_MS = 2000; // between two looks for another theme
const SLOW_MS = 500; // between two paintings of curves and words
const LATE = 0.05; // epochs after which somebody who comes has missed the beginning
const DRAW_MS = 100; // between two words of what is drawn
const KEY = "latent explorer's tab"; // in the tab's storage
const PEN = 10; // pixels of what is sent
const APART = 0.15; // epochs by which one side is behind, from which both say where they are
const LINES = {left: {light: "#b5480a", dark: "#ff9d4d"}, right: {light: "#1557d0", dark: "#7db4ff"}};
const BACK = "Back:";
const WATCHING = "Somebody else trains here, and you watch:";
const STARTING = "Building both networks \u2026";
const HINT =
  "Choose two models, and start: they learn side by side, from the same seed, on the same batches.";

/**
 * @typedef {import("../compare/sides.js").Side} Side
 * @typedef {object} PageData
 * @property {Record<string, string>} families titles by name
 * @property {Record<string, string>} datasets titles by name
 * @property {Record<Side, string>} proposed
 * @property {{light: string[], dark: string[]}} colours
 * @property {string} live prefix of the live routes
 */

export default component((parent, /** @type {PageData} */ data) => new Train(parent, data), "scene");

class Train {
  /** @param {HTMLElement} parent @param {PageData} data */
  constructor(parent, data) {
    const {root, find} = mounted(parent, "train", markup(data));
    this.root = root;
    this.find = find;
    this.data = data;
    this.theme = readTheme(root, {colours: data.colours, layers: {}});
    this.note = new Note(find("note"));
    this.lanes = bySide(
      (side) =>
        new Lane(side, find, {
          theme: () => this.theme,
          look: (view) => this.steers && this.say({do: "look", side, value: Object.values(view)}),
        }),
    );
    this.story = new Story();
    /** Whether something is trained, and whether it is ours. */
    this.training = false;
    this.steers = false;
    this.paused = false;
    /** Whether it was asked for, and nothing has come of it yet; and whether it has begun. */
    this.starting = false;
    this.begun = false;
    this.range = "common";
    /** The epoch that is shown, of the past; null: that of now. @type {number | null} */
    this.past = null;
    this.frame = 0;
    this.drawn = performance.now();
    /** What is to tell of the drawing. @type {ReturnType<typeof setTimeout> | undefined} */
    this.drawing = undefined;
    this.slow = 0;
    this.reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
    for (const side of SIDES) find(`${side}-family`).value = data.proposed[side];
    this.pad = new Pad(find("pad"), {
      colour: () => this.theme.text,
      width: () => PEN,
      began: () => {},
      changed: () => this.drawSoon(),
    });
    this.socket = new ReconnectingSocket(`${data.live}/train?key=${tabKey()}`, {
      opened: () => this.note.tell("", "connection"),
      message: (message) => this.hear(message),
      lost: (why) => this.note.tell(why, "connection"),
    });
    this.unobserve = observed(
      root,
      () => this.layOut(),
      () => this.retheme(),
      WATCH_INTERVAL_MS,
    );
    this.listen();
    this.refresh();
    this.next();
  }

  /** @param {PageData} data */
  update(data) {
    this.data = data;
    this.layOut();
  }

  // ---- the server

  /** @param {object} message */
  say(message) {
    if (this.socket.open) this.socket.send(JSON.stringify(message));
  }

  /** @param {string | ArrayBuffer} message */
  hear(message) {
    if (typeof message === "string") this.hearState(JSON.parse(message));
    else this.hearPacket(unpacked(message));
  }

  /**
   * @param {{training: boolean, steers: boolean, error?: string, ended?: string, keeping?: boolean,
   *   kept?: Record<Side, string>}} state
   */
  hearState({training, steers, error, ended, keeping, kept}) {
    this.training = training;
    this.steers = steers;
    if (error) this.note.tell(error, "train");
    if (error) this.starting = false;
    if (keeping) this.tellStory("Training stops at the end of this epoch, and both are kept.");
    if (ended) this.past = null;
    if (ended) this.tellStory(ended);
    if (kept) {
      const link = `./?left=${encodeURIComponent(kept.left)}&right=${encodeURIComponent(kept.right)}`;
      this.tellStory("");
      const anchor = Object.assign(document.createElement("a"), {href: link, textContent: "compare them"});
      this.find("story").append(`Kept as ${kept.left} and ${kept.right}: `, anchor);
    }
    this.refresh();
  }

  /** @param {any} packet */
  hearPacket(packet) {
    const lane = this.lanes[/** @type {Side} */ (packet.side)];
    switch (packet.kind) {
      case "began":
        this.begun = true;
        lane.begin(packet);
        this.past = null;
        this.story = new Story();
        this.tellStory(BEGINNING);
        this.showBegan(lane);
        break;
      case "frame":
        if (!lane.record.last && packet.epoch > LATE)
          this.tellStory(`${this.steers ? BACK : WATCHING} epoch ${packet.epoch.toFixed(2)}.`);
        lane.take(packet);
        this.paused = packet.paused;
        if (this.past === null && lane.record.last?.pictures) lane.picture(lane.record.last.pictures);
        break;
      case "epoch":
        lane.record.test(packet.epoch, packet.test);
        break;
      case "finished":
        lane.finished = true;
        break;
      case "refused":
        this.note.tell(packet.reason, "train");
    }
    this.refresh();
  }

  // ---- what the person does

  listen() {
    /** @type {Record<string, () => void>} */
    const actions = {
      go: () => this.go(),
      again: () => this.start(),
      step: () => (this.training ? this.say({do: "step"}) : this.start()),
      discard: () => this.say({do: "discard"}),
      keep: () => this.find("keep-dialog").showModal(),
      wipe: () => {
        this.pad.clear();
        if (this.training) this.say({do: "draw", value: null});
      },
    };
    onClick(this.root, "do", (action) => actions[action]?.());
    onClick(this.root, "set", (key, {dataset}) => {
      if (key === "range") this.range = dataset.value ?? "common";
      this.refresh();
    });
    this.find("speed").addEventListener("change", () => this.saySpeed());
    this.find("keep-dialog").addEventListener("close", () => this.keep());
    this.find("scrub").addEventListener("input", () => this.scrub());
    this.press = (/** @type {KeyboardEvent} */ event) => this.key(event);
    window.addEventListener("keydown", this.press, true);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {Element} */ (event.composedPath()[0]);
    const ours = this.root.contains(target) || target === document.body;
    if (
      event.key !== " " ||
      !ours ||
      target.matches("button, input, select") ||
      this.find("keep-dialog").open
    )
      return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.go();
  }

  go() {
    if (!this.training) this.start();
    else if (this.past !== null) this.showNow();
    else if (this.steers) this.say({do: "pause", value: !this.paused});
  }

  showNow() {
    this.past = null;
    for (const side of SIDES) {
      const {record} = this.lanes[side];
      this.lanes[side].picture(record.picturesAt(Number.POSITIVE_INFINITY));
    }
    this.slow = 0;
    this.refresh();
  }

  start() {
    const {find} = this;
    this.starting = true;
    this.begun = false;
    this.past = null;
    this.tellStory(STARTING);
    this.refresh();
    this.say({
      do: "start",
      left: find("left-family").value,
      right: find("right-family").value,
      dataset: find("dataset").value,
      seed: Number(find("seed").value),
      width: Number(find("width").value),
      live: bySide((side) => this.settings(side)),
    });
    this.saySpeed();
    for (const side of SIDES) this.lanes[side].forgetLook();
  }

  /** The settings of a side that may change, as its sliders have them. @param {Side} side */
  settings(side) {
    const entries = this.sliders(side).map(({dataset, value}) => [dataset.field, Number(value)]);
    return Object.fromEntries(entries);
  }

  /** @param {Side} side @returns {HTMLInputElement[]} */
  sliders(side) {
    return [...this.find(`${side}-live`).querySelectorAll("input")];
  }

  saySpeed() {
    const {value} = this.find("speed");
    if (this.training || value) this.say({do: "speed", value: value ? Number(value) : null});
  }

  keep() {
    const dialog = this.find("keep-dialog");
    if (dialog.returnValue !== "keep") return;
    this.say({do: "keep", left: this.find("left-name").value, right: this.find("right-name").value});
  }

  scrub() {
    const share = Number(this.find("scrub").value);
    if (share >= 1) {
      this.showNow();
      return;
    }
    this.past = share * this.end;
    for (const side of SIDES) this.lanes[side].showAt(this.past);
    this.slow = 0;
    this.refresh();
  }

  drawSoon() {
    this.drawing ??= setTimeout(() => {
      this.drawing = undefined;
      const {width, height, bytes} = this.pad.pixels();
      if (this.training) this.say({do: "draw", width, height, value: [...bytes]});
    }, DRAW_MS);
  }

  // ---- what is shown

  /** The last epoch that any side has come to. */
  get end() {
    return Math.max(0, ...SIDES.map((side) => this.lanes[side].record.last?.epoch ?? 0));
  }

  /** @param {string} text */
  tellStory(text) {
    this.find("story").textContent = text;
  }

  /** What the page shows of a model that begins. @param {Lane} lane */
  showBegan(lane) {
    const {began, name} = lane;
    if (!began) return;
    this.find(`${name}-family`).value = began.model;
    this.find(`${name}-name`).value = `${began.model}-live`;
    this.find(`${name}-keep`).textContent = began.title;
    this.pad.setForm(began.shape);
    this.find("pad-title").textContent = began.drawing ? `draw ${began.drawing}` : "nothing can be drawn";
    this.showClasses(began.classes);
    this.showLive(name, began.live);
  }

  /** @param {string[]} classes */
  showClasses(classes) {
    const entries = classes.slice(0, this.theme.colours.length).map((name, k) => {
      const entry = document.createElement("span");
      entry.className = "class";
      entry.style.setProperty("--colour", `rgb(${this.theme.colours[k]})`);
      entry.innerHTML = "<i></i><b></b>";
      /** @type {HTMLElement} */ (entry.lastChild).textContent = name;
      return entry;
    });
    this.find("classes").replaceChildren(...entries);
  }

  /** The sliders of what may change. @param {Side} side @param {import("./lane.js").Began["live"]} live */
  showLive(side, live) {
    const place = this.find(`${side}-live`);
    place.replaceChildren(
      ...Object.entries(live).map(([field, {symbol, value, most, help}]) => {
        const label = document.createElement("label");
        label.title = help;
        label.innerHTML = `<span></span> <input type="range" min="0" step="0.05"> <output></output>`;
        const [text, slider, output] = /** @type {any} */ (label.children);
        text.textContent = symbol;
        slider.max = String(most);
        slider.value = String(value);
        slider.dataset.field = field;
        slider.setAttribute("aria-label", help);
        output.textContent = value.toFixed(2);
        slider.addEventListener("input", () => {
          output.textContent = Number(slider.value).toFixed(2);
          this.say({do: "set", side, field, value: Number(slider.value)});
        });
        return label;
      }),
    );
  }

  /** Buttons and words that depend on what is trained, and by whom. */
  refresh() {
    const {training, steers, find} = this;
    const done = SIDES.every((side) => this.lanes[side].finished);
    const begun = this.begun && SIDES.every((side) => this.lanes[side].record.last);
    if (!training || begun) this.starting = false;
    find("go").textContent = this.action(done);
    find("go").disabled = this.starting || (training && (!steers || (done && this.past === null)));
    for (const name of ["step", "speed"]) find(name).disabled = training && !steers;
    find("again").disabled = !training || !steers || this.starting;
    find("step").disabled ||= done || this.starting;
    for (const name of ["keep", "discard"]) find(name).disabled = !training || !steers || this.starting;
    for (const slider of SIDES.flatMap((side) => this.sliders(side))) slider.disabled = training && !steers;
    for (const button of this.root.querySelectorAll('[data-set="range"]'))
      button.setAttribute(
        "aria-pressed",
        String(/** @type {HTMLElement} */ (button).dataset.value === this.range),
      );
    if (!training && !this.lanes.left.record.last) this.tellStory(HINT);
    this.root.dataset.training = String(training);
    this.root.dataset.paused = String(this.paused);
  }

  /** What the first button says. @param {boolean} done both models have finished */
  action(done) {
    if (this.starting) return "starting \u2026";
    if (!this.training) return "start";
    if (this.past !== null) return "back to now";
    if (!this.steers) return "watching";
    if (done) return "finished";
    return this.paused ? "resume" : "pause";
  }

  next() {
    this.frame = requestAnimationFrame((now) => {
      this.paint(now);
      this.next();
    });
  }

  /** @param {number} now */
  paint(now) {
    const seconds = Math.max(0, now - this.drawn) / 1000;
    this.drawn = now;
    const lanes = SIDES.map((side) => this.lanes[side]);
    if (!lanes.some(({record}) => record.last)) {
      for (const lane of lanes) lane.paint(squareOf(lane.half), seconds);
      return;
    }
    if (this.past === null) for (const lane of lanes) lane.glide(this.reduced.matches ? Infinity : now);
    const most = Math.max(...lanes.map(({half}) => half));
    for (const lane of lanes) lane.paint(squareOf(this.range === "common" ? most : lane.half), seconds);
    if (now - this.slow > SLOW_MS) {
      this.slow = now;
      this.paintSlowly(lanes);
    }
  }

  /** @param {Lane[]} lanes */
  paintSlowly(lanes) {
    const {end, past, find} = this;
    const apart = Math.abs((lanes[0].record.last?.epoch ?? 0) - (lanes[1].record.last?.epoch ?? 0));
    for (const lane of lanes) {
      find(`${lane.name}-where`).textContent = apart > APART || lane.finished ? lane.where(past) : "";
      this.showValues(lane);
    }
    find("scrub").disabled = !end;
    if (past === null) find("scrub").value = "1";
    find("when").textContent = `epoch ${(past ?? end).toFixed(2)} of ${lanes[0].began?.epochs ?? ""}`;
    this.root.dataset.seen = String(end > 0);
    this.root.dataset.past = String(past !== null);
    this.paintLosses(lanes);
    const states = lanes.map((lane) => lane.state()).filter((state) => state !== null);
    const text = this.training && !this.paused && past === null ? this.story.next(states) : "";
    if (text) this.tellStory(text);
  }

  /** The settings that may change, as they are in the frame that is shown. @param {Lane} lane */
  showValues({name, record}) {
    const frame = this.past === null ? record.last : record.at(this.past);
    for (const slider of this.sliders(name)) {
      if (!frame || (slider.matches(":active, :focus") && this.past === null)) continue; // the hand has it
      const value = frame.live[slider.dataset.field ?? ""];
      slider.value = String(value);
      const output = /** @type {HTMLOutputElement} */ (slider.nextElementSibling);
      output.textContent = value.toFixed(2);
    }
  }

  /** On the first card the first term that both have, on the second another. @param {Lane[]} lanes */
  paintLosses(lanes) {
    const terms = new Map(lanes.flatMap(({began}) => Object.entries(began?.terms ?? {})));
    const keys = [...terms.keys()].filter((key) => key !== "loss");
    for (const [k, side] of SIDES.entries()) {
      const key = keys[k];
      const title = this.find(`${side}-losses-title`);
      const card = title.parentElement;
      card.hidden = !key;
      if (!key) continue;
      const lines = lanes
        .map(({record, began, name}) => ({
          name: began?.short ?? "",
          colour: this.lineColour(name),
          curve: record.curves.get(key) ?? [],
          tests: record.tests.get(key) ?? [],
        }))
        .filter(({curve}) => curve.length);
      if (lines.length) drawLosses(this.find(`${side}-losses`), lines, this.past, this.theme);
      const values = lanes.map(({record, began}) => [began?.short, record.term(key, this.past)]);
      const numbers = values
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name} ${Number(value).toFixed(k ? 1 : 0)}`);
      const {label = "", unit = ""} = terms.get(key) ?? {};
      title.replaceChildren(label, small(`${unit}: ${numbers.join(", ")}`));
    }
  }

  /** @param {Side} side */
  lineColour(side) {
    return LINES[side][this.theme.dark ? "dark" : "light"];
  }

  layOut() {
    this.retheme();
    const size = layOut(this.root, this.find);
    for (const side of SIDES) this.lanes[side].map.resize(size);
    this.pad.fit();
  }

  retheme() {
    const theme = readTheme(this.root, {colours: this.data.colours, layers: {}});
    if (theme.key === this.theme.key) return;
    this.theme = theme;
    for (const side of SIDES) {
      const lane = this.lanes[side];
      lane.map.retheme(theme);
      lane.picture(lane.record.picturesAt(this.past ?? Infinity));
      if (lane.began) this.showClasses(lane.began.classes);
    }
    this.pad.redraw();
  }

  retire() {
    cancelAnimationFrame(this.frame);
    window.removeEventListener("keydown", /** @type {any} */ (this.press), true);
    clearTimeout(this.drawing);
    this.unobserve();
    this.note.retire();
    this.socket.close();
  }
}

/** @param {string} text */
function small(text) {
  const element = document.createElement("small");
  element.textContent = ` ${text}`;
  return element;
}

/** What this tab is known by, also after it was loaded anew: whoever steers goes on. */
function tabKey() {
  try {
    const key = sessionStorage.getItem(KEY) ?? PAGE;
    sessionStorage.setItem(KEY, key);
    return key;
  } catch {
    return PAGE; // a tab without storage is another one when it is loaded anew
  }
}
