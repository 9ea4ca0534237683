// The stage: two maps, their sliders, the tools, the legend. Streamlit mounts it.

import {union, viewOf} from "./frame.js";
import {codeAt, toCode} from "./chart.js";
import {Colouring} from "./colouring.js";
import * as keys from "./keys.js";
import {Legend} from "./legend.js";
import {LatentMap} from "./map.js";
import {SIDES, markup} from "./markup.js";
import {Panel} from "./panel.js";
import {Told} from "./question.js";
import {readTheme} from "./theme.js";
import {Draw} from "./tools/draw.js";
import {Sample} from "./tools/sample.js";
import {Select} from "./tools/select.js";
import {Walk} from "./tools/walk.js";
import {Decoder, fetchCodes, fetchImages, fetchRuns} from "./wire.js";

/** Look has nothing of its own: what it shows, the panel draws under every tool. */
class Look {
  static name = "look";
  static title = "look";
  static help = "What lies under the pointer (key L)";
}
const TOOLS = [Look, Draw, Select, Walk, Sample];

const keyOf = (run) => `${run.name} ${run.stamp} ${run.dataset} ${run.error ?? ""}`;
const stages = new WeakMap(); // by parent element: Streamlit calls us again for every rerun

export default function mount({parentElement, data, setStateValue, setTriggerValue}) {
  let stage = stages.get(parentElement);
  if (!stage) stages.set(parentElement, (stage = new Stage(parentElement, data)));
  stage.commit = (scene) => setStateValue("scene", {...scene, at: Date.now()}); // else what was taken back could not be said again
  stage.go = (wanted) => setTriggerValue("go", wanted);
  stage.update(data);
  return () => stage.retire();
}

class Stage {
  constructor(parent, data) {
    this.parent = parent;
    this.live = data.live;
    this.data = data;
    this.told = new Told(() => clearTimeout(this.saving));
    this.own(data.scene);
    this.root = document.createElement("div");
    this.root.className = "stage";
    const listed = (none, words) => [none, ...Object.entries(words).map(([key, m]) => [key, m.short, m.help])];
    this.root.innerHTML = markup(TOOLS, {
      colours: listed(["class", "class", "the colours of the legend"], data.values),
      layers: listed(["none", "none", "no layer"], data.layers),
    }, keys.KEYS, keys.MOUSE);
    parent.append(this.root);
    this.find = (name) => this.root.querySelector(`[data-name="${name}"]`);
    this.decoder = new Decoder(this.live, (text) => this.tell(text, "decoder"));
    this.maps = {};
    this.runs = {};
    this.loaded = {};
    this.active = "right";
    this.selection = null; // {dataset, index, words} of chosen points
    for (const side of SIDES) {
      this.maps[side] = new LatentMap(this.find(`${side}-frame`), this.live, {
        pointer: (z) => this.point(side, z),
        subject: (index) => this.choose(side, index),
        click: (z) => { this.active = side; if (!this.tool.click?.(side, z)) this.pin(side, z, true); },
        doubled: (z) => { if (!this.tool.doubled?.(side) && z) this.pin(side, z, true); },
        shape: (polygon) => { this.active = side; this.tool.shape?.(side, polygon); },
        view: (view) => this.look(side, view),
        field: () => this.legend.fill(),
        failed: (text, what) => this.tell(text && `This ${what === "layer" ? "layer" : "region"} could not be computed: ${text}`, `${side} ${what}`),
      });
      this.maps[side].overlay = (...at) => this.tool.overlay?.(side, ...at);
    }
    this.colouring = new Colouring(this);
    this.panel = new Panel(this);
    this.legend = new Legend(this);
    this.tools = Object.fromEntries(TOOLS.map((tool) => [tool.name, new tool(this)]));
    this.tool = this.tools[this.scene.tool];
    this.listen();
    if (data.ignored.length) this.tell(`The address asked for something that is not allowed; it was ignored: ${data.ignored.join(", ")}`, "address");
  }

  /** Take what Python knows now. */
  update(data) {
    const moved = this.told.moved(data.scene, this.scenery());
    this.data = data;
    if (moved) this.adopt(data.scene);
    this.retheme();
    this.fillMenus(data.runs);
    this.showSettings();
    this.layout();
    for (const side of SIDES) this.load(side, data[side]);
    if (moved) this.settle();
    this.panel.fill();
    this.legend.fill();
  }

  /** The scene is ours from now on: what Python says of it later is what we said. */
  own(scene) {
    this.scene = {...structuredClone(scene), hidden: new Set(scene.hidden)};
    this.subject = scene.image;
  }

  /** The person went to another address, back or forward. */
  adopt(scene) {
    clearTimeout(this.saving);
    const {select} = this.scene;
    this.own(scene);
    this.take(scene.tool);
    if (scene.select !== select) this.selection = null;
  }

  /** Bring the maps that are loaded already to a scene that was adopted. */
  settle() {
    this.refresh();
    for (const side of SIDES.filter((each) => this.loaded[each])) {
      const {home} = this.maps[side], view = this.scene.views[side];
      this.maps[side].look(view ? viewOf(view) : {...home});
      this.pin(side, this.scene.pins[side] ??= this.startingPin(this.runs[side]), false);
    }
    this.complete();
  }

  /** Once all maps are there: the selection and the image in question that the scene asks for. */
  complete() {
    const all = SIDES.every((each) => this.loaded[each] || this.runs[each]?.error);
    if (all && this.scene.select && !this.selection) this.tools.select.restore();
    const side = this.loaded[this.subjectSide] ? this.subjectSide : SIDES.find((each) => this.loaded[each]);
    if (side) this.choose(side, Math.max(0, this.subject), true);
  }

  take(tool) {
    if (this.tool === this.tools[tool]) return;
    this.tool.leave?.();
    this.tool = this.tools[tool];
  }

  async load(side, run) {
    const key = keyOf(run);
    this.runs[side] = run;
    this.find(`${side}-title`).textContent = run.error ? "" : run.title;
    this.tellOn(side, run.error ?? "");
    if (run.error) { this.unload(side); this.refresh(); return; }
    if (this.loaded[side]?.key === key) return;
    this.unload(side); // never one run's points under another's name
    try {
      const [codes, images] = await Promise.all([fetchCodes(this.live, run), fetchImages(this.live, run.dataset)]);
      if (keyOf(this.runs[side]) !== key || this.loaded[side]?.key === key) return;
      this.loaded[side] = {key, codes, images};
      this.scene.pins[side] ??= this.startingPin(run);
    } catch (error) {
      if (keyOf(this.runs[side]) === key) this.tellOn(side, error.message);
      return;
    }
    this.refresh();
    this.pin(side, this.scene.pins[side], false);
    this.complete();
  }

  unload(side) {
    this.loaded[side] = null;
    this.colouring.forget(side);
    this.maps[side].clear();
  }

  /** In place of a map, why it can't be shown. */
  tellOn(side, text) {
    const place = this.find(`${side}-error`);
    place.textContent = text;
    place.hidden = !text;
  }

  startingPin(run) {
    const {left, right, bottom, top} = run.window;
    if (left < 0 && right > 0 && bottom < 0 && top > 0) return [0, 0];
    return [(left + right) / 2, (bottom + top) / 2];
  }

  /** Bring both maps up to the scene: ranges, layers, colours. */
  refresh() {
    const shown = SIDES.filter((side) => this.loaded[side]);
    for (const side of shown) {
      const own = this.runs[side].window;
      const window = this.scene.range === "common" && shown.length === 2
        ? union(this.runs.left.window, this.runs.right.window) : own;
      this.maps[side].setHome(window, this.scene.views[side]);
      this.colouring.dress(side);
    }
    this.root.dataset.ready = String(shown.length);
    this.panel.fill();
    this.legend.fill();
    for (const tool of Object.values(this.tools)) if (tool === this.tool || tool === this.tools.draw) tool.refresh?.();
  }

  /** Choose points on both maps, {dataset, index, words}; or none. `select`: how, for the address. */
  choosePoints(selection, select = "") {
    if (select !== this.scene.select) { this.scene.select = select; this.save(); }
    this.selection = selection && {...selection, set: new Set(selection.index)};
    this.refresh();
    if (this.tool !== this.tools.select) this.tools.select.show();
  }

  // ---- what the hand does

  get active() { return this.activeSide; }

  /** The active map is the one that keys and criteria mean; its frame says so. */
  set active(side) {
    this.activeSide = side;
    for (const each of SIDES) this.find(`${each}-frame`).classList.toggle("active", each === side);
  }

  point(side, z) {
    if (z) this.active = side;
    this.decodeAt(side, z ?? this.scene.pins[side], z ? "at the pointer" : "pinned");
  }

  pin(side, z, commit) {
    if (!z) return;
    this.scene.pins[side] = z;
    this.maps[side].setPin(z);
    this.panel.showPin(side, z);
    if (commit) { this.active = side; this.decodeAt(side, z, "pinned"); this.save(); }
    else if (side === this.active) this.decodeAt(side, z, "pinned");
  }

  /** Decode the code that a point of a map stands for. */
  decodeAt(side, point, from) {
    const map = this.maps[side];
    if (!map.data || !point) return;
    const near = map.nearestTo(point), {name, plane, shape} = this.runs[side], z = toCode(plane, point), asked = performance.now();
    this.panel.showZ(side, z, near, from);
    this.decoder.ask("z", [{run: name, z, shape}], ([image]) => {
      this.panel.showDecoded(image);
      this.root.dataset.latency = (performance.now() - asked).toFixed(2);
      this.root.dataset.decoded = Number(this.root.dataset.decoded ?? 0) + 1;
    });
  }

  /** Make a test image the image in question: on both maps, if both show the same data set. */
  choose(side, index, again = false) {
    if (index === this.subject && side === this.subjectSide && !again) return;
    if (index >= this.loaded[side].codes.labels.length) index = 0; // of a larger data set, shown before
    this.subject = index;
    this.subjectSide = side;
    const dataset = this.runs[side].dataset, items = [], sides = [];
    for (const other of SIDES) {
      const same = this.loaded[other] && this.runs[other].dataset === dataset;
      this.maps[other].setSubject(same ? index : -1);
      if (!same) { this.panel.showReconstruction(other, null); continue; }
      items.push({run: this.runs[other].name, z: codeAt(this.loaded[other].codes, index), shape: this.runs[other].shape});
      sides.push(other);
    }
    this.panel.showSubject(side, index);
    this.decoder.ask("subject", items, (images) => images.forEach((image, k) => this.panel.showReconstruction(sides[k], image)));
  }

  /** The sliders cover what the map shows; on one common range both maps look at the same place. */
  look(side, view) {
    this.panel.setSliders(side, view);
    const home = JSON.stringify(view) === JSON.stringify(this.maps[side].home);
    const rounded = home ? null : Object.values(view).map((v) => Number(v.toPrecision(7)));
    if (JSON.stringify(rounded) !== JSON.stringify(this.scene.views[side])) { this.scene.views[side] = rounded; this.save(); }
    const other = this.maps[side === "left" ? "right" : "left"];
    if (this.scene.range !== "common" || !other?.data || JSON.stringify(other.view) === JSON.stringify(view)) return;
    other.look({...view});
  }

  zoom(factor) {
    const map = this.maps[this.active], {view} = map;
    if (view) map.zoom([(view.left + view.right) / 2, (view.bottom + view.top) / 2], factor);
  }

  home() { const map = this.maps[this.active]; if (map.home) map.look({...map.home}); }

  showHelp() { this.find("help").showModal(); }

  set(key, value) {
    this.scene[key] = value;
    if (key === "range") this.scene.views = {left: null, right: null};
    if (key === "tool") this.take(value);
    this.showSettings();
    this.refresh();
    this.save();
  }

  /** Tell Python, once the hand rests: the address then holds this scene. */
  save() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.report(), 250);
  }

  report() {
    clearTimeout(this.saving);
    const scene = this.scenery();
    this.told.commit(scene);
    this.commit(scene);
  }

  /** The scene as plain values, for Python. */
  scenery() { return {...this.scene, image: Math.max(0, this.subject), hidden: [...this.scene.hidden]}; }

  /** Leave for a page about one image: of the active map's run, if that has a prior, else of the other's. */
  leave(page, image) {
    const sides = [this.active, ...SIDES].filter((side) => this.runs[side] && !this.runs[side].error);
    const side = sides.find((each) => this.runs[each].variational) ?? sides[0];
    if (side) this.go({page, run: this.runs[side].name, image});
  }

  // ---- what surrounds the maps

  fillMenus(names) {
    for (const side of SIDES) {
      const menu = this.find(`${side}-run`), chosen = this.scene[side];
      const all = names.includes(chosen) ? names : [...names, chosen];
      if (all.join() !== [...menu.options].map((o) => o.value).join()) {
        menu.replaceChildren(...all.map((name) => new Option(name, name)));
      }
      menu.value = chosen;
    }
  }

  showSettings() {
    for (const button of this.root.querySelectorAll("[data-set]")) {
      const value = this.scene[button.dataset.set];
      button.setAttribute("aria-pressed", button.dataset.value ? value === button.dataset.value : value);
    }
    for (const menu of this.root.querySelectorAll("[data-choose]")) menu.value = this.scene[menu.dataset.choose];
    for (const box of this.root.querySelectorAll("[data-tool]")) box.hidden = box.dataset.tool !== this.scene.tool;
    const docked = TOOLS.some((tool) => tool.dock && tool.name === this.scene.tool) ? this.scene.tool : "standard";
    for (const dock of this.root.querySelectorAll("[data-dock]")) dock.hidden = dock.dataset.dock !== docked;
    this.find("opacity").value = this.scene.opacity;
    for (const control of this.root.querySelectorAll("[data-images]")) control.disabled = !this.scene.manifold;
  }

  listen() {
    this.root.addEventListener("click", (event) => {
      if (event.target.closest("[data-go]")) this.leave(event.target.closest("[data-go]").dataset.go, Math.max(0, this.subject));
      const button = event.target.closest("[data-set]");
      if (!button) return;
      const key = button.dataset.set;
      this.set(key, button.dataset.value ?? !this.scene[key]);
    });
    this.root.addEventListener("change", (event) => {
      const key = event.target.dataset.choose;
      if (key) this.set(key, event.target.value);
    });
    this.find("note").addEventListener("click", (event) => { event.target.hidden = true; });
    this.find("help-button").addEventListener("click", () => this.showHelp());
    for (const side of SIDES) this.find(`${side}-frame`).addEventListener("focus", () => { this.active = side; });
    this.unlisten = keys.listen(this);
    this.find("opacity").addEventListener("input", (event) => this.set("opacity", Number(event.target.value)));
    for (const side of SIDES) {
      this.find(`${side}-run`).addEventListener("change", (event) => {
        this.scene[side] = event.target.value;
        this.scene.views[side] = this.scene.pins[side] = null; // those of the run before
        this.report();
      });
    }
    this.resizer = new ResizeObserver(() => { this.layout(); this.retheme(); this.refresh(); });
    this.resizer.observe(this.root);
    this.watcher = setInterval(() => this.watch(), 4000);
  }

  /** Now and then: new runs for the menus, runs that were trained anew, and a theme that was changed. */
  async watch() {
    if (!this.root.isConnected) return;
    if (this.retheme()) this.refresh();
    try {
      const stamps = await fetchRuns(this.live);
      this.fillMenus(Object.keys(stamps));
      const changed = SIDES.some((side) => stamps[this.scene[side]] && stamps[this.scene[side]] !== this.runs[side]?.stamp);
      if (changed) this.report(); // Python looks again
    } catch { /* the decoder tells of a lost connection */ }
  }

  layout() {
    const box = this.root.getBoundingClientRect();
    const heights = ["left-head", "left-under", "bar"].map((name) => this.find(name).offsetHeight);
    const chrome = heights.reduce((a, b) => a + b) + 30, side = 17.8 * parseFloat(getComputedStyle(this.root).fontSize);
    const size = Math.max(240, Math.floor(Math.min((box.width - side - 32) / 2, box.height - chrome)));
    this.root.style.setProperty("--map", `${size}px`);
    for (const name of SIDES) this.maps[name].resize(size - 2);
  }

  /** Take over colours that were changed; says whether they were. */
  retheme() {
    const theme = readTheme(this.root, this.data);
    if (theme.key === this.theme?.key) return false;
    this.theme = theme;
    for (const side of SIDES) this.maps[side].retheme(theme);
    this.panel.repaint();
    return true;
  }

  /** Say something; or, with an empty text, take back what this very source said. */
  tell(text, source = "tool") {
    const note = this.find("note");
    if (!text && this.teller !== source) return;
    this.teller = source;
    note.textContent = text;
    note.hidden = !text;
    clearTimeout(this.fading);
    if (text) this.fading = setTimeout(() => { note.hidden = true; }, 12_000);
  }

  /** Streamlit also cleans up what it is about to mount again: only what left the page for good is ended. */
  retire() {
    setTimeout(() => {
      if (this.root.isConnected) return;
      this.tool.leave?.();
      stages.delete(this.parent);
      this.root.remove();
      clearTimeout(this.saving);
      clearTimeout(this.fading);
      clearInterval(this.watcher);
      this.told.retire();
      this.resizer.disconnect();
      this.decoder.close();
      this.unlisten();
      this.tools.draw.close();
    }, 1000);
  }
}
