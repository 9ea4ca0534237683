// The tools of the page: one is taken up at a time.

import {TOOLS} from "./tools/index.js";

/** @typedef {{pin: boolean, subject: boolean, prior: boolean}} Marked what of the page's the maps mark */

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

  refresh() {
    for (const tool of Object.values(this.instances)) {
      if (tool === this.current || tool.always) tool.refresh?.();
    }
  }

  /** The selection changed: the tool that is not taken up is told, too. */
  selected() {
    for (const tool of Object.values(this.instances)) if (tool !== this.current) tool.selected?.();
  }

  restore() {
    for (const tool of Object.values(this.instances)) tool.restore?.();
  }

  /** For this tool: the pin where it has sliders, the image in question, the prior. @returns {Marked} */
  marked() {
    const tool = TOOLS.find(({name}) => name === this.name);
    return {pin: !tool?.dock, subject: Boolean(tool?.subject), prior: Boolean(this.current.prior?.())};
  }

  retire() {
    this.current.leave?.();
    for (const tool of Object.values(this.instances)) tool.retire?.();
  }
}
