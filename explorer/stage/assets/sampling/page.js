// The page Why not sample?: estimates that grow, or copies that pixels misjudge, of one image.

import {component} from "../kit/component.js";
import {mounted, observed} from "../kit/dom.js";
import {Note} from "../kit/note.js";
import {readTheme} from "../kit/theme.js";
import {questionBar} from "../question/bar.js";
import {ImageQuestion} from "../question/question.js";
import {Copies} from "./copies.js";
import {Growth} from "./growth.js";

/** @type {Record<string, new (context: SceneContext, element: HTMLElement) => Scene>} */
const SCENE_CLASSES = {growth: Growth, copies: Copies};
const WATCH_INTERVAL_MS = 2000; // between two looks for another theme
const NO_COLOURS = {light: [], dark: []};
const PAGE_HTML = `${questionBar('<div class="tools" data-name="tools"></div>')}
  <div class="place" data-name="place"></div>
  <p class="note" data-name="note" role="alert" hidden></p>`;

/**
 * What a scene may use of the page.
 * @typedef {object} SceneContext
 * @property {HTMLElement} root
 * @property {import("../kit/dom.js").Find} find
 * @property {string} live prefix of the live routes
 * @property {import("../kit/theme.js").Theme | null} theme null until the page has a size
 * @property {number[]} shape [c, h, w] of the images
 * @property {import("../kit/images.js").Images | null} picture the image in question
 * @property {string} caption
 * @property {(text: string, source?: string) => void} tell
 */

/**
 * @typedef {import("../question/question.js").AboutImage & {scene: string}} SamplingData what Python says
 * @typedef {import("../question/question.js").Body} Body
 */

/**
 * @typedef {object} Scene
 * @property {(question: Body) => void} show answer another question
 * @property {() => void} draw again: theme or size changed
 * @property {() => void} retire
 */

export default component(
  (parent, /** @type {SamplingData} */ data, send) => new Sampling(parent, data, send),
  "question",
);

class Sampling {
  /**
   * @param {HTMLElement} parent
   * @param {SamplingData} data
   * @param {import("../kit/component.js").Send} send
   */
  constructor(parent, data, send) {
    const {root, find} = mounted(parent, "sampling", PAGE_HTML);
    this.root = root;
    this.find = find;
    this.data = data;
    /** @type {import("../kit/theme.js").Theme | null} */
    this.theme = null;
    this.themed = "";
    /** The scene that is shown. @type {Scene | null} */
    this.scene = null;
    this.name = "";
    this.answered = ""; // the question that the scene answers
    this.note = new Note(this.find("note"), true);
    this.question = new ImageQuestion(this, data, send, this.note, {
      ask: () => this.ask(),
      failed: (text) => {
        this.answered = "";
        this.note.tell(text);
      },
    });
    this.context = this.contextOf();
    this.unobserve = observed(
      this.root,
      () => this.retheme(),
      () => this.retheme(),
      WATCH_INTERVAL_MS,
    );
  }

  /** @returns {SceneContext} */
  contextOf() {
    const page = this;
    return {
      root: page.root,
      find: page.find,
      live: page.data.live,
      get theme() {
        return page.theme;
      },
      get shape() {
        return page.data.shape;
      },
      get picture() {
        return page.question.picture;
      },
      get caption() {
        return page.question.caption;
      },
      tell: (text, source) => page.note.tell(text, source),
    };
  }

  /** @param {SamplingData} data */
  update(data) {
    this.data = data;
    this.setScene(data.scene);
    this.retheme();
    this.question.update(data);
  }

  /** The scene that was chosen above, in place of the last one. @param {string} name */
  setScene(name) {
    if (this.name === name) return;
    this.scene?.retire();
    this.name = name;
    this.answered = "";
    const element = this.find("place");
    element.replaceChildren();
    this.scene = new SCENE_CLASSES[name](this.context, element);
  }

  ask() {
    this.question.report();
    const key = JSON.stringify([this.name, this.data.stamp, this.question.body]);
    if (key === this.answered) return;
    this.answered = key;
    this.note.clear();
    this.scene?.show(this.question.body);
  }

  retheme() {
    if (!this.root.clientWidth) return;
    const theme = readTheme(this.root, {colours: this.data.colours ?? NO_COLOURS, layers: {}});
    const themed = theme.key + this.root.clientHeight;
    if (themed === this.themed) return;
    this.themed = themed;
    this.theme = theme;
    this.root.classList.toggle("dark", theme.dark);
    this.scene?.draw();
  }

  retire() {
    this.unobserve();
    this.question.retire();
    this.note.retire();
    this.scene?.retire();
  }
}
