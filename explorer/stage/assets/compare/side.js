// One side of the page: a run, its codes and images, and the map that shows them.

import {Loader} from "../kit/loader.js";
import {LatentMap} from "../map/map.js";
import {isShown} from "./data.js";

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
    /** What Python says of the run. @type {import("./data.js").Run | undefined} */
    this.run = undefined;
  }

  /** @returns {import("./tools/tool.js").MapContent | null} */
  get content() {
    const {run} = this;
    return this.loader.data && isShown(run) ? {run, ...this.loader.data} : null;
  }

  /** Whether nothing more is to come: it is shown, or can't be. */
  get complete() {
    return Boolean(this.loader.data || this.run?.error);
  }

  /**
   * Show another run, or say why it can't be.
   * @param {import("./data.js").Run} run
   * @returns {Promise<boolean>} whether its codes and images are there, and were not before
   */
  async load(run) {
    this.run = run;
    this.find(`${this.name}-title`).textContent = isShown(run) ? run.title : "";
    this.tell(run.error ?? "");
    if (!isShown(run)) {
      this.clear();
      return false;
    }
    if (this.loader.holds(run)) return false;
    this.clear();
    try {
      return await this.loader.load(run);
    } catch (error) {
      this.tell(/** @type {Error} */ (error).message);
      return false;
    }
  }

  clear() {
    this.loader.forget();
    this.map.clear();
  }

  /** In place of the map, why it can't be shown. @param {string} text */
  tell(text) {
    const element = this.find(`${this.name}-error`);
    element.textContent = text;
    element.hidden = !text;
  }

  /** The width of what the map shows, which says how many digits a code deserves. */
  get range() {
    const {view} = this.map;
    return view ? view.right - view.left : 1;
  }
}

/**
 * The point that is pinned at first: the origin, if the map shows it, else the middle.
 * @param {import("../map/frame.js").View} window
 */
export function startingPin({left, right, bottom, top}) {
  if (left < 0 && right > 0 && bottom < 0 && top > 0) return [0, 0];
  return [(left + right) / 2, (bottom + top) / 2];
}
