// The small images of the page by their names: drawn again in another theme, and wherever a tool echoes them.

import * as atlas from "../kit/atlas.js";

/** @typedef {import("../kit/images.js").Images} Images */

export class Pictures {
  /**
   * @param {HTMLElement} root
   * @param {() => import("./tools/tool.js").Theme} theme
   */
  constructor(root, theme) {
    this.root = root;
    this.theme = theme;
    /** @type {Map<string, Images | null>} */
    this.images = new Map();
  }

  /**
   * Draw an image in its place, or none; with its caption, if one is given.
   * @param {string} name
   * @param {Images | null} image
   * @param {string} [caption]
   */
  draw(name, image, caption) {
    this.images.set(name, image);
    for (const canvas of this.elements(name)) {
      if (canvas instanceof HTMLCanvasElement) atlas.image(canvas, image, this.theme().ink);
    }
    if (caption !== undefined) this.say(`${name}-caption`, caption);
  }

  /** @param {string} name @param {string} text */
  say(name, text) {
    for (const element of this.elements(name)) element.textContent = text;
  }

  /** @param {string} name */
  elements(name) {
    return this.root.querySelectorAll(`[data-name="${name}"], [data-echo="${name}"]`);
  }

  repaint() {
    for (const [name, image] of this.images) this.draw(name, image);
  }
}
