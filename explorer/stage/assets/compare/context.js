// What the parts and tools of the page may use of it: the contract is in tools/tool.js.

import {SIDES} from "./sides.js";

/** @param {import("./page.js").Compare} page @returns {import("./tools/tool.js").Context} */
export function contextOf(page) {
  /** @param {string} text @param {string} [source] */
  const tell = (text, source = "tool") => page.note.tell(text, source);
  return {
    root: page.root,
    find: page.find,
    live: page.data.live,
    get scene() {
      return page.scene;
    },
    get theme() {
      return page.theme;
    },
    get active() {
      return page.active;
    },
    get selection() {
      return page.selection;
    },
    get drawn() {
      return page.drawn;
    },
    set drawn(drawn) {
      page.drawn = drawn;
    },
    content: (side) => page.maps.sides[side].content,
    run: (side) => page.maps.sides[side].run,
    map: (side) => page.maps.sides[side].map,
    change: (changes) => page.change(changes),
    choose: (selection, select) => page.choose(selection, select),
    decode: (key, items, done) => page.decoder.ask(key, items, done),
    draw: (name, image, caption) => page.pictures.draw(name, image, caption),
    repaint: () => {
      for (const side of SIDES) {
        const {map} = page.maps.sides[side];
        if (map.data) map.paintMarks();
      }
    },
    tell,
    attempt: async (action) => {
      try {
        await action();
      } catch (error) {
        tell(/** @type {Error} */ (error).message);
      }
    },
    leave: (name, image) => page.leave(name, image),
  };
}
