// The scene: what the address holds of this page. Ours from when it is mounted; Python hears of changes.

import {AddressEcho} from "../kit/echo.js";

const SAVE_DELAY_MS = 250; // without a change, until Python hears of it: the hand rests

/** @typedef {[number, number, number, number]} ViewNumbers left, right, bottom, top */

/**
 * The scene, as far as it is plain values (address/page_fields.py).
 * @typedef {object} SceneValues
 * @property {string} left the run of each map
 * @property {string} right
 * @property {string} tool
 * @property {"own" | "common"} range of the maps
 * @property {"linear" | "quantile"} spacing of the decoded images
 * @property {"under" | "over"} order of images and points
 * @property {string} layer "none", or one of Menus.layers
 * @property {string} colour "class", or one of Menus.values
 * @property {boolean} points
 * @property {boolean} manifold
 * @property {boolean} prior
 * @property {boolean} ellipses
 * @property {number} opacity of the decoded images
 * @property {Record<import("./sides.js").Side, number[] | null>} pins points of the maps
 * @property {Record<import("./sides.js").Side, ViewNumbers | null>} views of maps that are zoomed or moved
 * @property {"lasso" | "box"} shape of a selection
 * @property {string} select what is selected, unless by hand: "class 3", "error left", "misplaced right"
 * @property {number[]} walk numbers of test images; -1 is the drawing
 * @property {boolean} loop
 * @property {number} steps pictures of a walk
 * @property {string} source of a sample, one of Menus.sources
 * @property {number} count of a sample
 * @property {number} seed
 * @property {number} image number of the test image in question
 * @property {number | null} time how many epochs were done; null: all, and no film
 */

/** @typedef {SceneValues & {hidden: number[]}} PlainScene as Python has it: greyed out classes in a list */
/** @typedef {SceneValues & {hidden: Set<number>}} Scene as the page has it */

export class SceneState {
  /**
   * @param {PlainScene} scene
   * @param {(scene: PlainScene) => void} commit
   */
  constructor(scene, commit) {
    this.commit = commit;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.saving = undefined;
    this.echo = new AddressEcho(() => clearTimeout(this.saving));
    this.scene = owned(scene);
  }

  /** Take a scene that is news: the person went to another address. @param {PlainScene} scene */
  adopt(scene) {
    if (!this.echo.isNews(scene, this.plain())) return false;
    clearTimeout(this.saving);
    this.scene = owned(scene);
    return true;
  }

  /** Tell Python, once the hand rests: the address then holds this scene. */
  save() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.report(), SAVE_DELAY_MS);
  }

  report() {
    clearTimeout(this.saving);
    const scene = this.plain();
    this.echo.commit(scene);
    this.commit(scene);
  }

  /** The scene as plain values, for Python. @returns {PlainScene} */
  plain() {
    return {...this.scene, image: Math.max(0, this.scene.image), hidden: [...this.scene.hidden]};
  }

  retire() {
    clearTimeout(this.saving);
    this.echo.retire();
  }
}

/**
 * The scene is ours from now on: what Python says of it later is our own echo.
 * @param {PlainScene} scene
 * @returns {Scene}
 */
function owned(scene) {
  return {...structuredClone(scene), hidden: new Set(scene.hidden)};
}
