// Both maps together: what they show of the scene, and what the pointer on one of them does.

import {sameView, union, viewOf} from "../map/frame.js";
import {Colouring} from "./colouring.js";
import {isShown} from "./data.js";
import {Probe} from "./probe.js";
import {MapSide, startingPin} from "./side.js";
import {bySide, opposite, SIDES} from "./sides.js";
import {Sliders} from "./sliders.js";

const VIEW_DIGITS = 7; // of each number of a view in the address

/**
 * @typedef {import("./sides.js").Side} Side
 * @typedef {import("../map/frame.js").View} View
 */

/**
 * @typedef {object} MapsEvents
 * @property {() => import("./tools/tool.js").Instance} tool the tool that is taken up
 * @property {() => import("./toolbox.js").Marked} marked what the maps mark for it
 * @property {(side: Side) => void} activate
 * @property {(side: Side, index: number) => void} hoverImage the pointer came over a test image
 * @property {() => void} save pins or views changed
 * @property {() => void} scales the colours of points or layers have other ranges
 * @property {() => void} refreshed
 * @property {() => void} came a map is there
 * @property {() => void} ready Python can say now what it knows of a run
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
    this.sides = bySide((name) => this.side(name));
    this.sliders = bySide((name) => this.slidersOf(name));
    this.colouring = new Colouring(context, this.sides, () => on.scales());
    this.probe = new Probe(context, pictures);
    this.refreshing = false; // each map is given its own range: none follows the other
  }

  /** @param {Side} name */
  side(name) {
    const {find, live} = this.context;
    const side = new MapSide(name, find, live, this.eventsOf(name), () => this.on.ready());
    side.map.overlay = (...at) => this.on.tool().overlay?.(name, ...at);
    return side;
  }

  /** @param {Side} name @returns {import("../map/map.js").MapEvents} */
  eventsOf(name) {
    return {
      pointer: (point) => this.point(name, point),
      ahead: (point) => this.probe.askAhead(this.sides[name], point),
      hoverImage: (index) => this.on.hoverImage(name, index),
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
      failed: (text, what) => this.tellFailure(name, text, what),
    };
  }

  /** @param {Side} name @param {string} text "" once it is right again @param {string} what */
  tellFailure(name, text, what) {
    const part = what === "layer" ? "layer" : "region";
    this.context.tell(text && `This ${part} could not be computed: ${text}`, `${name} ${what}`);
  }

  /** @param {Side} name */
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

  /** The maps that are there, and their runs. */
  get loaded() {
    return SIDES.flatMap((name) => {
      const {map, content} = this.sides[name];
      return content ? [{name, map, run: content.run}] : [];
    });
  }

  /** @param {Side} name @param {import("./data.js").Run} run */
  async load(name, run) {
    const side = this.sides[name];
    if (!isShown(run) || !side.loader.holds(run)) this.colouring.forget(name);
    const loading = side.load(run);
    if (!isShown(run)) this.refresh();
    if (!(await loading)) return;
    this.refresh();
    this.pinAgain(name);
    this.on.came();
  }

  /** Bring the maps that are loaded already to another scene. */
  settle() {
    this.refresh();
    for (const {name, map} of this.loaded) {
      const numbers = this.context.scene.views[name];
      if (numbers) map.look(viewOf(numbers));
      else map.lookHome();
      this.pinAgain(name);
    }
    this.on.came();
  }

  /** Bring both maps up to the scene: ranges, layers, colours. */
  refresh() {
    const {scene, root} = this.context;
    const {loaded} = this;
    const windows = loaded.map(({run}) => run.window);
    const common = scene.range === "common" && windows.length === 2 ? union(windows[0], windows[1]) : null;
    const marked = this.on.marked();
    this.refreshing = true;
    for (const {name, map, run} of loaded) {
      scene.pins[name] ??= startingPin(run.window);
      Object.assign(map.marked, marked);
      map.setHome(common ?? run.window, scene.views[name]);
      this.colouring.paint(name);
    }
    this.refreshing = false;
    root.dataset.ready = String(loaded.length);
    this.on.refreshed();
  }

  fillNumbers() {
    for (const name of SIDES) this.sliders[name].fill();
  }

  /** @param {number} size */
  resize(size) {
    for (const name of SIDES) this.sides[name].map.resize(size);
  }

  /** @param {import("./tools/tool.js").Theme} theme */
  retheme(theme) {
    for (const name of SIDES) this.sides[name].map.retheme(theme);
  }

  retire() {
    for (const name of SIDES) {
      this.sides[name].retire();
      this.colouring.forget(name);
    }
  }

  // ---- what the person does

  /**
   * The pointer is over a point of a map, or has left it.
   * @param {Side} name
   * @param {number[] | null} point
   */
  point(name, point) {
    if (point) this.on.activate(name);
    const from = point ? "at the pointer" : "pinned";
    this.probe.decode(this.sides[name], point ?? this.context.scene.pins[name], from);
  }

  /**
   * Pin a point of a map.
   * @param {Side} name
   * @param {number[]} point
   * @param {boolean} released the hand has let go of it
   */
  pin(name, point, released) {
    this.context.scene.pins[name] = point;
    this.sides[name].map.setPin(point);
    this.sliders[name].showPin(point);
    if (released) this.on.activate(name);
    if (released || name === this.context.active) this.probe.decode(this.sides[name], point, "pinned");
    if (released) this.on.save();
  }

  /** @param {Side} name */
  pinAgain(name) {
    const pin = this.context.scene.pins[name];
    if (pin) this.pin(name, pin, false);
  }

  /**
   * A map shows another view: the sliders cover it; on one common range both maps look at the same place.
   * @param {Side} name
   * @param {View} view
   */
  look(name, view) {
    const {scene} = this.context;
    this.sliders[name].span(view);
    const rounded = this.inAddress(name, view);
    if (!sameView(rounded, scene.views[name])) {
      scene.views[name] = rounded;
      this.on.save();
    }
    const other = this.sides[opposite(name)].map;
    if (!this.refreshing && scene.range === "common" && other.data && !sameView(other.view, view))
      other.look({...view});
  }

  /**
   * A view as the address holds it: null for the map's own range.
   * @param {Side} name
   * @param {View} view
   */
  inAddress(name, view) {
    if (sameView(view, this.sides[name].map.home)) return null;
    const numbers = Object.values(view).map((v) => Number(v.toPrecision(VIEW_DIGITS)));
    return /** @type {import("./scene.js").ViewNumbers} */ (numbers);
  }

  /** @param {Side} name */
  home(name) {
    const {map} = this.sides[name];
    if (map.home) map.look({...map.home});
  }
}
