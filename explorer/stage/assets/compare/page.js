// The page Compare: two maps, their sliders, the tools, the legend. Streamlit mounts it.

import {component} from "../kit/component.js";
import {Decoder} from "../kit/decoder.js";
import {mounted, observed, onClick} from "../kit/dom.js";
import {Note} from "../kit/note.js";
import {fetchStamps} from "../kit/server.js";
import {readTheme} from "../kit/theme.js";
import {contextOf} from "./context.js";
import {isShown} from "./data.js";
import * as keys from "./keys.js";
import {Legend} from "./legend.js";
import {Maps} from "./maps.js";
import {layOut, markup} from "./markup.js";
import {Pictures} from "./pictures.js";
import {ImageInQuestion} from "./probe.js";
import {SceneState} from "./scene.js";
import {fillRunMenus, listenToSettings, showSettings} from "./settings.js";
import {opposite, SIDES} from "./sides.js";
import {Time} from "./time.js";
import {Toolbox} from "./toolbox.js";

/**
 * @typedef {import("./sides.js").Side} Side
 * @typedef {import("./data.js").PageData} PageData
 * @typedef {import("./tools/tool.js").Selection} Selection
 */

const WATCH_INTERVAL_MS = 4000; // between two looks for new runs and another theme

export default component((parent, data, send) => new Compare(parent, data, send), "scene");

export class Compare {
  /**
   * @param {HTMLElement} parent
   * @param {PageData} data
   * @param {import("../kit/component.js").Send} send
   */
  constructor(parent, data, send) {
    this.data = data;
    this.send = send;
    const {root, find} = mounted(parent, "", markup(data, keys.keyList(), keys.MOUSE_HELP));
    this.root = root;
    this.find = find;
    this.note = new Note(this.find("note"));
    this.state = new SceneState(data.scene, send.commit);
    this.decoder = new Decoder(data.live, (text) => this.note.tell(text, "decoder"));
    this.pictures = new Pictures(this.root, () => this.theme);
    /** What ends the listening to sizes and keys. */
    this.unobserve = () => {};
    this.unlisten = () => {};
    this.theme = readTheme(root, data);
    /** @type {import("./tools/tool.js").Chosen | null} */
    this.selection = null;
    /** @type {import("./tools/tool.js").Drawn | null} */
    this.drawn = null;
    /** @type {Side} */
    this.active = "right";
    this.context = contextOf(this);
    this.maps = new Maps(this.context, this.pictures, this.mapsEvents());
    this.legend = new Legend(this.context, this.maps.sides, this.maps.colouring);
    this.imageInQuestion = new ImageInQuestion(this.context, this.pictures, this.maps.sides);
    this.tools = new Toolbox(this.context);
    this.time = new Time(this.context, this.maps, {
      resized: () => this.resized(),
      complete: () => this.complete(),
      save: () => this.state.save(),
    });
    if (data.first) this.time.greet(); // before the keys are listened to: whichever is pressed ends it
    this.activate("right");
    this.listen();
    this.tellIgnored(data.ignored);
  }

  /** @returns {import("./maps.js").MapsEvents} */
  mapsEvents() {
    return {
      tool: () => this.tools.current,
      marked: () => this.tools.marked(),
      activate: (side) => this.activate(side),
      hoverImage: (side, index) => this.imageInQuestion.choose(side, index),
      save: () => this.state.save(),
      scales: () => this.fillLegend(),
      refreshed: () => {
        this.fill();
        this.tools.refresh();
      },
      came: () => {
        this.complete();
        this.time.came();
      },
      ready: () => this.state.report(),
    };
  }

  /** @param {string[]} names of what the address asked for */
  tellIgnored(names) {
    if (!names.length) return;
    const text = `The address asked for something that is not allowed; it was ignored: ${names.join(", ")}`;
    this.note.tell(text, "address");
  }

  get scene() {
    return this.state.scene;
  }

  // ---- what Python says

  /** @param {PageData} data */
  update(data) {
    const {select} = this.scene;
    const news = this.state.adopt(data.scene);
    this.data = data;
    if (news) this.time.endGreeting();
    if (news) this.tools.take(this.scene.tool);
    if (news && this.scene.select !== select) this.selection = null;
    this.retheme();
    fillRunMenus(this.context, data.runs, data.unusable);
    showSettings(this.context);
    this.layOut();
    for (const side of SIDES) this.maps.load(side, data[side]);
    if (news) this.maps.settle();
    this.time.refresh();
    this.fill();
  }

  /** Once all maps are there: the selection and the image in question that the scene asks for. */
  complete() {
    if (this.maps.complete && this.scene.select && !this.selection) this.tools.restore();
    this.imageInQuestion.again();
  }

  // ---- what is shown

  fill() {
    this.maps.fillNumbers();
    this.fillLegend();
  }

  fillLegend() {
    this.legend.fill(this.data);
  }

  layOut() {
    this.maps.resize(layOut(this.root, this.find));
  }

  /** Take over colours that were changed; says whether they were. */
  retheme() {
    const theme = readTheme(this.root, this.data);
    if (theme.key === this.theme.key) return false;
    this.theme = theme;
    this.maps.retheme(theme);
    this.pictures.repaint();
    return true;
  }

  // ---- what the person does

  /** The active map is the one that keys and criteria mean; its frame says so. @param {Side} name */
  activate(name) {
    this.active = name;
    for (const side of SIDES) this.find(`${side}-frame`).classList.toggle("active", side === name);
  }

  /** @param {Partial<import("./scene.js").Scene>} changes */
  change(changes) {
    Object.assign(this.scene, changes);
    if ("range" in changes) this.scene.views = {left: null, right: null};
    if ("tool" in changes) this.tools.take(this.scene.tool);
    showSettings(this.context);
    this.maps.refresh();
    this.state.save();
  }

  /**
   * Choose points on both maps, or none.
   * @param {Selection | null} selection
   * @param {string} [select] how, for the address
   */
  choose(selection, select = "") {
    if (select !== this.scene.select) {
      this.scene.select = select;
      this.state.save();
    }
    this.selection = selection && {...selection, set: new Set(selection.index)};
    this.maps.refresh();
    this.tools.selected();
  }

  /**
   * Leave for a page about one image: of the active map's run, if that has a prior, else of the other's.
   * @param {string} page
   * @param {number} image
   */
  leave(page, image) {
    const names = [this.active, opposite(this.active)];
    const runs = names.map((side) => this.maps.sides[side].run).filter(isShown);
    const run = runs.find((each) => each.prior) ?? runs[0];
    if (run) this.send.go({page, run: run.of ?? run.name, image});
  }

  listen() {
    listenToSettings(this.context);
    onClick(this.root, "go", (page) => this.leave(page, Math.max(0, this.scene.image)));
    for (const side of SIDES) this.listenTo(side);
    this.unlisten = keys.listen(this.context, this.keyTarget());
    this.unobserve = observed(
      this.root,
      () => this.resized(),
      () => this.watch(),
      WATCH_INTERVAL_MS,
    );
  }

  resized() {
    this.layOut();
    this.retheme();
    this.maps.refresh();
  }

  /** @param {Side} side */
  listenTo(side) {
    this.find(`${side}-frame`).addEventListener("focus", () => this.activate(side));
    const menu = this.find(`${side}-run`);
    menu.addEventListener("change", () => {
      this.scene[side] = menu.value;
      this.scene.views[side] = null; // that of the run before, as the pin
      this.scene.pins[side] = null;
      this.maps.sides[side].await(menu.value);
      this.maps.refresh();
      this.state.report();
    });
  }

  /** @returns {import("./keys.js").KeyTarget} */
  keyTarget() {
    return {
      tool: () => this.tools.current,
      map: () => this.maps.sides[this.active].map,
      pin: (point) => this.maps.pin(this.active, point, true),
      home: () => this.maps.home(this.active),
      alone: (label) => this.legend.alone(label),
      time: () => this.time,
    };
  }

  /** Now and then: new runs for the menus, runs that were trained anew, and a theme that was changed. */
  async watch() {
    if (this.retheme()) this.maps.refresh();
    try {
      const stamps = await fetchStamps(this.data.live);
      fillRunMenus(this.context, Object.keys(stamps), this.data.unusable);
      /** @param {Side} side */
      const anew = (side) =>
        stamps[this.scene[side]] && stamps[this.scene[side]] !== this.maps.sides[side].run?.stamp;
      if (SIDES.some(anew)) this.state.report(); // Python looks again
    } catch {
      // the decoder tells of a lost connection
    }
  }

  retire() {
    this.time.retire();
    this.maps.retire();
    this.tools.retire();
    this.state.retire();
    this.note.retire();
    this.unobserve();
    this.unlisten();
    this.decoder.close();
  }
}
