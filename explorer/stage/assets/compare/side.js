// One side of the page: a run, its codes and images, and the map that shows them.

import {Loader} from "../kit/loader.js";
import {loadingText, Opening} from "../kit/opening.js";
import {LatentMap} from "../map/map.js";
import {isShown} from "./data.js";

export class MapSide {
  /**
   * @param {import("./sides.js").Side} name
   * @param {(name: string) => any} find
   * @param {string} prefix of the live routes
   * @param {import("../map/map.js").MapEvents} on
   * @param {() => void} ready Python can say now what it knows of the run
   */
  constructor(name, find, prefix, on, ready) {
    this.name = name;
    this.find = find;
    this.loader = new Loader(prefix);
    this.opening = new Opening(prefix, {
      progress: (text) => this.say("loading", text),
      ready,
      failed: (reason) => this.fail(reason),
    });
    this.map = new LatentMap(find(`${name}-frame`), prefix, on);
    /** What Python says of the run. @type {import("./data.js").Run | undefined} */
    this.known = undefined;
    /** What of its training is shown in place of the finished run. @type {import("./moment.js").Moment | null} */
    this.moment = null;
  }

  /** The run that is shown, as it is or as it was. @returns {import("./data.js").Run | undefined} */
  get run() {
    return this.moment?.run ?? this.known;
  }

  /** @returns {import("./tools/tool.js").MapContent | null} */
  get content() {
    const {run, moment} = this;
    const {codes, images} = this.loader.data ?? {};
    return codes && images && isShown(run) ? {run, codes: moment?.codes ?? codes, images} : null;
  }

  /** Whether nothing more is to come: it is shown, or can't be. */
  get complete() {
    return Boolean(this.loader.data || this.known?.error);
  }

  /** Another run was chosen: nothing of the one before is shown under its name. @param {string} name */
  await(name) {
    this.known = undefined;
    this.find(`${this.name}-title`).textContent = "";
    this.clear();
    this.say("error", "");
    this.say("loading", loadingText(name, 0));
  }

  /**
   * Show another run, or say why it can't be.
   * @param {import("./data.js").Run} run
   * @returns {Promise<boolean>} whether its codes and images are there, and were not before
   */
  async load(run) {
    this.known = run;
    this.find(`${this.name}-title`).textContent = run.title ?? "";
    if (run.pending) {
      this.clear();
      this.opening.open(run.name);
      return false;
    }
    this.opening.close();
    if (!isShown(run)) {
      this.fail(run.error ?? "");
      return false;
    }
    if (this.loader.holds(run)) return false;
    this.clear();
    this.say("error", "");
    this.say("loading", loadingText(run.name, 0));
    try {
      const came = await this.loader.load(run);
      if (came) this.say("loading", "");
      return came;
    } catch (error) {
      this.fail(/** @type {Error} */ (error).message);
      return false;
    }
  }

  /** In place of the map, why it can't be shown. @param {string} reason */
  fail(reason) {
    this.clear();
    this.say("loading", "");
    this.say("error", reason);
  }

  clear() {
    this.moment = null;
    this.loader.forget();
    this.map.clear();
  }

  /** A frame of the film. @param {boolean} ask for what is decoded, too */
  glide(ask) {
    const {content, map} = this;
    if (content) map.glide(content.run, content.codes, ask);
  }

  /** @param {"loading" | "error"} what @param {string} text "" to take it back */
  say(what, text) {
    const element = this.find(`${this.name}-${what}`);
    element.textContent = text;
    element.hidden = !text;
  }

  retire() {
    this.opening.close();
    this.map.layers.forget();
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
