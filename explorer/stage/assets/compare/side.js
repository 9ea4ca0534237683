// One side of the page: a run, its codes and images, and the map that shows them.

import {Loader} from "../kit/loader.js";
import {LatentMap} from "../map/map.js";

export class MapSide {
  /**
   * @param {import("./sides.js").Side} name
   * @param {(name: string) => any} find
   * @param {string} prefix of the live routes
   * @param {import("../map/map.js").MapEvents} on
   */
  constructor(name, find, prefix, on) {
    this.name = name;
    this.find = find;
    this.loader = new Loader(prefix);
    this.map = new LatentMap(find(`${name}-frame`), prefix, on);
    /** What Python says of the run. @type {any} */
    this.run = undefined;
  }

  /** @returns {import("./tools/tool.js").MapContent | null} */
  get content() {
    return this.loader.data ? {run: this.run, ...this.loader.data} : null;
  }

  /** Whether nothing more is to come: it is shown, or can't be. */
  get complete() {
    return Boolean(this.loader.data || this.run?.error);
  }

  /**
   * Show another run, or say why it can't be.
   * @returns {Promise<boolean>} whether its codes and images are there, and were not before
   */
  async load(run) {
    this.run = run;
    this.find(`${this.name}-title`).textContent = run.error ? "" : run.title;
    this.tell(run.error ?? "");
    if (run.error) {
      this.clear();
      return false;
    }
    if (this.loader.holds(run)) return false;
    this.clear();
    try {
      return await this.loader.load(run);
    } catch (error) {
      this.tell(error.message);
      return false;
    }
  }

  clear() {
    this.loader.forget();
    this.map.clear();
  }

  /** In place of the map, why it can't be shown. */
  tell(text) {
    const place = this.find(`${this.name}-error`);
    place.textContent = text;
    place.hidden = !text;
  }

  /** The point that is pinned at first: the origin, if the map shows it, else the middle. */
  startingPin() {
    const {left, right, bottom, top} = this.run.window;
    if (left < 0 && right > 0 && bottom < 0 && top > 0) return [0, 0];
    return [(left + right) / 2, (bottom + top) / 2];
  }

  /** The width of what the map shows, which says how many digits a place deserves. */
  get range() {
    const {view} = this.map;
    return view ? view.right - view.left : 1;
  }
}
