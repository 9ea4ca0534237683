// The scene: what the address holds of this page. Ours from the moment it is mounted; Python hears of changes.

import {AddressEcho} from "../kit/echo.js";

const REST = 250; // milliseconds without a change until Python hears of it: the hand rests

export class SceneState {
  /**
   * @param {object} scene
   * @param {(scene: object) => void} commit
   */
  constructor(scene, commit) {
    this.commit = commit;
    this.echo = new AddressEcho(() => clearTimeout(this.saving));
    this.take(scene);
  }

  /** The scene is ours from now on: what Python says of it later is our own echo. */
  take(scene) {
    /** @type {any} */
    this.scene = {...structuredClone(scene), hidden: new Set(scene.hidden)};
  }

  /** Take a scene that is news: the person went to another address. Returns whether it was. */
  adopt(scene) {
    if (!this.echo.moved(scene, this.plain())) return false;
    clearTimeout(this.saving);
    this.take(scene);
    return true;
  }

  /** Tell Python, once the hand rests: the address then holds this scene. */
  save() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.report(), REST);
  }

  report() {
    clearTimeout(this.saving);
    const scene = this.plain();
    this.echo.commit(scene);
    this.commit(scene);
  }

  /** The scene as plain values, for Python. */
  plain() {
    return {...this.scene, image: Math.max(0, this.scene.image), hidden: [...this.scene.hidden]};
  }

  retire() {
    clearTimeout(this.saving);
    this.echo.retire();
  }
}
