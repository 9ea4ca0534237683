// The tools of the page: one is taken up at a time.

import {TOOLS} from "./tools/index.js";

/**
 * @typedef {object} Marked what of the page's the maps mark
 * @property {boolean} pin
 * @property {boolean} image the one in question
 * @property {boolean} prior even on the map of a model that has none
 */

export class Toolbox {
  /** @param {import("./tools/tool.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Record<string, import("./tools/tool.js").Instance>} */
    this.instances = Object.fromEntries(TOOLS.map((tool) => [tool.name, tool.create(context)]));
    this.name = context.scene.tool;
  }

  /** The tool that is taken up. */
  get current() {
    return this.instances[this.name];
  }

  /** @param {string} name */
  take(name) {
    if (name === this.name) return;
    this.current.leave?.();
    this.name = name;
  }

  /** The tool that is taken up is refreshed, and those that always are. */
  refresh() {
    for (const tool of Object.values(this.instances)) {
      if (tool === this.current || tool.always) tool.refresh?.();
    }
  }

  /** The selection changed: tell every tool but the one that is taken up, which is refreshed in any case. */
  selected() {
    for (const tool of Object.values(this.instances)) if (tool !== this.current) tool.selected?.();
  }

  /** Every tool is asked: the one whose selection the address has restores it. */
  restore() {
    for (const tool of Object.values(this.instances)) tool.restore?.();
  }

  /** For the tool that is taken up; the pin is marked where the sliders are shown. @returns {Marked} */
  marked() {
    const tool = TOOLS.find(({name}) => name === this.name);
    return {pin: !tool?.dock, image: Boolean(tool?.marksImage), prior: Boolean(this.current.prior?.())};
  }

  retire() {
    this.current.leave?.();
    for (const tool of Object.values(this.instances)) tool.retire?.();
  }
}
