// Both maps together: what they show of the scene, and what a hand on one of them does.

import {sameView, union, viewOf} from "../map/frame.js";
import {Colouring} from "./colouring.js";
import {Probe} from "./probe.js";
import {MapSide} from "./side.js";
import {opposite, SIDES} from "./sides.js";
import {Sliders} from "./sliders.js";

const DIGITS = 7; // of a view in the address

/**
 * @typedef {object} MapsEvents
 * @property {() => import("./tools/tool.js").Instance} tool the tool that is taken up
 * @property {() => object} marked what the maps mark for it (Toolbox.marked)
 * @property {(side: import("./sides.js").Side) => void} activate
 * @property {(side: import("./sides.js").Side, index: number) => void} subject the pointer came over a test image
 * @property {() => void} save pins or views changed
 * @property {() => void} scales the colours of points or layers have other ranges
 * @property {() => void} refreshed
 * @property {() => void} came a map is there
 */

export class Maps {
  /**
   * @param {import("./tools/tool.js").Context} context
   * @param {import("./pictures.js").Pictures} pictures
   * @param {MapsEvents} on
   */
  constructor(context, pictures, on) {
    this.context = context;
    this.on = on;
    /** @type {Record<string, MapSide>} */
    this.sides = Object.fromEntries(SIDES.map((name) => [name, this.side(name)]));
    /** @type {Record<string, Sliders>} */
    this.sliders = Object.fromEntries(SIDES.map((name) => [name, this.slidersOf(name)]));
    this.colouring = new Colouring(context, this.sides, () => on.scales());
    this.probe = new Probe(context, pictures);
  }

  side(name) {
    const {find, live, tell} = this.context;
    const side = new MapSide(name, find, live, {
      pointer: (point) => this.point(name, point),
      subject: (index) => this.on.subject(name, index),
      click: (point) => {
        this.on.activate(name);
        if (!this.on.tool().click?.(name, point)) this.pin(name, point, true);
      },
      double: (before) => {
        if (!this.on.tool().double?.(name) && before) this.pin(name, before, true);
      },
      outline: (polygon) => {
        this.on.activate(name);
        this.on.tool().outline?.(name, polygon);
      },
      view: (view) => this.look(name, view),
      layer: () => this.on.scales(),
      failed: (text, what) => {
        const part = what === "layer" ? "layer" : "region";
        tell(text && `This ${part} could not be computed: ${text}`, `${name} ${what}`);
      },
    });
    side.map.overlay = (...at) => this.on.tool().overlay?.(name, ...at);
    return side;
  }

  slidersOf(name) {
    return new Sliders(this.sides[name], this.context, (point, released) => {
      this.on.activate(name);
      this.pin(name, point, released);
    });
  }

  /** Whether nothing more is to come on either side. */
  get complete() {
    return SIDES.every((name) => this.sides[name].complete);
  }

  /** The sides whose maps are there. */
  get loaded() {
    return SIDES.filter((name) => this.sides[name].content);
  }

  async load(name, run) {
    const side = this.sides[name];
    if (run.error || !side.loader.holds(run)) this.colouring.forget(name);
    const loading = side.load(run);
    if (run.error) this.refresh();
    if (!(await loading)) return;
    this.refresh();
    this.pinAgain(name);
    this.on.came();
  }

  /** Bring the maps that are loaded already to another scene. */
  settle() {
    this.refresh();
    for (const name of this.loaded) {
      const {map} = this.sides[name];
      const view = this.context.scene.views[name];
      if (view) map.look(viewOf(view));
      else map.lookHome();
      this.pinAgain(name);
    }
    this.on.came();
  }

  /** Bring both maps up to the scene: ranges, layers, colours. */
  refresh() {
    const {scene, root} = this.context;
    const {loaded} = this;
    const common = scene.range === "common" && loaded.length === 2;
    const both = common && union(this.sides.left.run.window, this.sides.right.run.window);
    const marked = this.on.marked();
    for (const name of loaded) {
      const {map, run} = this.sides[name];
      scene.pins[name] ??= this.sides[name].startingPin();
      Object.assign(map.marked, marked);
      map.setHome(both || run.window, scene.views[name]);
      this.colouring.dress(name);
    }
    root.dataset.ready = String(loaded.length);
    this.on.refreshed();
  }

  fillNumbers() {
    for (const name of SIDES) this.sliders[name].fill();
  }

  resize(size) {
    for (const name of SIDES) this.sides[name].map.resize(size);
  }

  retheme(theme) {
    for (const name of SIDES) this.sides[name].map.retheme(theme);
  }

  // ---- what the hand does

  point(name, point) {
    if (point) this.on.activate(name);
    const from = point ? "at the pointer" : "pinned";
    this.probe.decode(this.sides[name], point ?? this.context.scene.pins[name], from);
  }

  /** Pin a point of a map; `released`: the hand has let go of it. */
  pin(name, point, released) {
    this.context.scene.pins[name] = point;
    this.sides[name].map.setPin(point);
    this.sliders[name].showPin(point);
    if (released) this.on.activate(name);
    if (released || name === this.context.active) this.probe.decode(this.sides[name], point, "pinned");
    if (released) this.on.save();
  }

  pinAgain(name) {
    this.pin(name, this.context.scene.pins[name], false);
  }

  /** A map shows another view: the sliders cover it; on one common range both maps look at the same place. */
  look(name, view) {
    const {scene} = this.context;
    this.sliders[name].span(view);
    const rounded = this.inAddress(name, view);
    if (!sameView(rounded, scene.views[name])) {
      scene.views[name] = rounded;
      this.on.save();
    }
    const other = this.sides[opposite(name)].map;
    if (scene.range === "common" && other.data && !sameView(other.view, view)) other.look({...view});
  }

  /** A view as the address holds it: null for the map's own range. */
  inAddress(name, view) {
    if (sameView(view, this.sides[name].map.home)) return null;
    return Object.values(view).map((v) => Number(v.toPrecision(DIGITS)));
  }

  home(name) {
    const {map} = this.sides[name];
    if (map.home) map.look({...map.home});
  }
}
