// The small images of the page by their names: drawn again in another theme, and wherever a tool echoes them.

import * as paint from "../kit/atlas.js";

export class Pictures {
  /**
   * @param {HTMLElement} root
   * @param {() => any} theme
   */
  constructor(root, theme) {
    this.root = root;
    this.theme = theme;
    /** @type {Map<string, import("../kit/images.js").Images | null>} */
    this.images = new Map();
  }

  /** Draw an image in its place, or none; with its caption, if one is given. */
  draw(name, image, caption) {
    this.images.set(name, image);
    for (const canvas of this.places(name)) paint.image(canvas, image, this.theme().ink);
    if (caption !== undefined) this.say(`${name}-caption`, caption);
  }

  say(name, text) {
    for (const place of this.places(name)) place.textContent = text;
  }

  /** @returns {NodeListOf<any>} */
  places(name) {
    return this.root.querySelectorAll(`[data-name="${name}"], [data-echo="${name}"]`);
  }

  repaint() {
    for (const [name, image] of this.images) this.draw(name, image);
  }
}
