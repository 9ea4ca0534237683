// Pixel distance misleads: the original, a copy with a piece cut out, a shifted one, and five measures.

import {image} from "../kit/atlas.js";
import {count} from "../kit/dom.js";
import {fitted} from "../kit/images.js";
import {Latest} from "../kit/latest.js";
import {formatNumber} from "../kit/numbers.js";
import {postPacked} from "../kit/server.js";
import {listenToStrokes} from "../kit/strokes.js";
import {copies, MEASURES} from "./markup.js";

/**
 * @typedef {"original" | "cut" | "shifted"} Name of one of the three images
 * @typedef {"cut" | "shifted"} Copy
 * @typedef {import("./page.js").Body} Body
 */

/**
 * @typedef {object} Chosen the piece that is cut out and the shift, in pixels
 * @property {number} row of the piece's upper left corner; -1 for where most ink is
 * @property {number} column
 * @property {number} side
 * @property {number} right
 * @property {number} down
 */

/**
 * @typedef {object} Answer of the server (live/sampling.compared), and what it answers
 * @property {import("../kit/images.js").Images} images the three
 * @property {[row: number, column: number, side: number]} piece that was cut out
 * @property {Record<string, (number | null)[] | null>} measures for each the three numbers
 * @property {string} reason why the model says nothing of log p(x); "" where it does
 * @property {Body & Chosen} question
 */

/**
 * @typedef {object} Exact -log p(x) of an image
 * @property {string} key of the question that it answers
 * @property {number} [nll] nats
 * @property {boolean} [old] it is of the question before
 */

/** Distances to the original, each once, and what they are called. @type {Record<string, string>} */
const DISTANCE_TITLES = {squared: "squared error", given_code: "p(x\u2032|z)", distance: "the codes"};

const LARGEST_PIECE = 12; // pixels a side of the piece
/** @type {Name[]} */
const IMAGE_NAMES = ["original", "cut", "shifted"];
const TOOLS_HTML = `<div class="group">
  <button type="button" data-name="reset"
    title="The piece with the most ink; half a pixel to the right and down">reset</button></div>`;
/** @type {Record<string, [down: number, right: number]>} */
const ARROW_STEPS = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};
/** @type {Record<string, number>} */
const SIZE_STEPS = {"+": 1, "=": 1, "-": -1};
const LIST_FORMAT = new Intl.ListFormat("en-GB"); // "a, b and c"
const FIRST_CHOICE = {row: -1, column: -1, side: 3, right: 0.5, down: 0.5};

export class Copies {
  /**
   * @param {import("./page.js").SceneContext} context
   * @param {HTMLElement} element
   */
  constructor(context, element) {
    this.context = context;
    this.find = context.find;
    /** @type {Body | null} */
    this.question = null;
    /** @type {Chosen} */
    this.chosen = {...FIRST_CHOICE};
    /** @type {Partial<Record<Name, Exact>>} */
    this.exact = {};
    /** The latest answer. @type {Answer | null} */
    this.answer = null;
    element.className = "place";
    element.innerHTML = copies();
    this.find("tools").innerHTML = TOOLS_HTML;
    this.quick = this.request((/** @type {Answer} */ answer) => this.take(answer));
    this.sums = {original: this.sum("original"), cut: this.sum("cut"), shifted: this.sum("shifted")};
    this.listen();
  }

  /**
   * @template A
   * @param {(answer: A) => void} take
   * @returns {Latest<A>}
   */
  request(take) {
    return new Latest(take, (text) => this.context.tell(text, "copies"));
  }

  /** @param {Name} name */
  sum(name) {
    return this.request((/** @type {Exact} */ answer) => this.takeExact(name, answer));
  }

  listen() {
    const {right, down, side} = {right: this.find("right"), down: this.find("down"), side: this.find("side")};
    right.addEventListener("input", () => this.change({right: Number(right.value)}));
    down.addEventListener("input", () => this.change({down: Number(down.value)}));
    side.addEventListener("input", () => this.resize(Number(side.value)));
    this.find("reset").addEventListener("click", () => this.change({...FIRST_CHOICE}));
    /** @type {HTMLElement} */
    const cutter = this.find("cutter");
    listenToStrokes(cutter, {
      begin: (here) => this.drag(here),
      move: (path) => this.drag(path[path.length - 1]),
    });
    cutter.addEventListener("keydown", (event) => this.press(event));
  }

  /** @param {Partial<Chosen>} change */
  change(change) {
    this.chosen = {...this.chosen, ...change};
    this.ask();
  }

  /** The piece's middle comes under the pointer. @param {import("../kit/strokes.js").Pixel} here */
  drag([x, y]) {
    const {side} = this.chosen;
    const [, height, width] = this.context.shape;
    const [left, top, across, down] = fitted({width, height}, 0, 0, this.find("cutter").clientWidth);
    this.move(((y - top) / down) * height - side / 2, ((x - left) / across) * width - side / 2, side);
  }

  /**
   * The piece's upper left corner, as near as the image allows.
   * @param {number} row @param {number} column @param {number} side
   */
  move(row, column, side) {
    const [, height, width] = this.context.shape;
    /** @param {number} v @param {number} edge */
    const inside = (v, edge) => Math.max(0, Math.min(edge - side, Math.round(v)));
    this.change({row: inside(row, height), column: inside(column, width), side});
  }

  /** About its middle; where most ink is, if nobody has moved it. @param {number} size */
  resize(size) {
    const [, height, width] = this.context.shape;
    const side = Math.max(1, Math.min(LARGEST_PIECE, height, width, size));
    const {row, column, side: old} = this.chosen;
    if (row < 0) this.change({side});
    else this.move(row + (old - side) / 2, column + (old - side) / 2, side);
  }

  /** Where the piece is. @returns {number[]} [row, column] */
  get corner() {
    const {row, column} = this.chosen;
    return row < 0 ? (this.answer?.piece ?? [0, 0]) : [row, column];
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const step = ARROW_STEPS[event.key];
    const more = SIZE_STEPS[event.key];
    if (!step && !more) return;
    event.preventDefault();
    const {side} = this.chosen;
    const [row, column] = this.corner;
    if (step) this.move(row + step[0], column + step[1], side);
    else this.resize(side + more);
  }

  /** @param {Body} question */
  show(question) {
    this.question = question;
    this.chosen.row = this.chosen.column = -1; // where this image has most ink
    this.exact = {};
    this.forget();
    this.ask();
  }

  /** Nothing that was asked is wanted any more. */
  forget() {
    for (const sum of Object.values(this.sums)) sum.forget();
    this.quick.forget();
  }

  ask() {
    if (!this.question) return;
    const question = {...this.question, ...this.chosen};
    const {live} = this.context;
    this.fill();
    this.quick.ask(JSON.stringify(question), async (signal) => ({
      ...(await postPacked(`${live}/copies`, question, signal)),
      question,
    }));
  }

  /** @param {Answer} answer */
  take(answer) {
    this.answer = answer;
    this.context.tell("", "copies");
    this.draw();
    if (answer.reason) return;
    this.askExact(answer);
    this.fill();
  }

  /**
   * Ask for -log p(x) of each image, by what it depends on alone: a shift leaves the cut copy as it is.
   * @param {Answer} answer
   */
  askExact({question, piece: [row, column]}) {
    const {live} = this.context;
    const {right, down, side, ...about} = question;
    const parts = {original: {}, cut: {row, column, side}, shifted: {right, down}};
    for (const name of IMAGE_NAMES) {
      const whole = {...about, row: 0, column: 0, side: 1, right: 0, down: 0, ...parts[name], which: name};
      const key = JSON.stringify(whole);
      if (this.exact[name]?.key === key) continue;
      this.exact[name] = {key, nll: this.exact[name]?.nll, old: true};
      this.sums[name].ask(key, async (signal) => ({
        ...(await postPacked(`${live}/copies/exact`, whole, signal)),
        key,
      }));
    }
  }

  /** @param {Name} name @param {Exact} answer */
  takeExact(name, {nll, key}) {
    if (this.exact[name]?.key !== key) return;
    this.exact[name] = {key, nll};
    this.fill();
  }

  draw() {
    const {answer} = this;
    const {theme, caption} = this.context;
    if (!answer || !theme) return;
    IMAGE_NAMES.forEach((name, i) => {
      image(this.find(name), answer.images.at(i), theme.ink);
    });
    this.find("caption").textContent = caption;
    this.find("drawn").hidden = answer.question.pixels !== "binarised";
    this.fill();
  }

  fill() {
    const {chosen, answer} = this;
    for (const name of /** @type {const} */ (["side", "right", "down"])) {
      this.find(name).value = chosen[name];
      this.find(`${name}-out`).textContent = formatNumber(chosen[name], name === "side" ? 0 : 2);
    }
    this.markPiece();
    if (!answer) return;
    /** @type {[word: string, copy: Copy][]} */
    const nearer = [];
    for (const [key, , , digits] of MEASURES) {
      const copy = this.row(answer, key, digits);
      if (copy && key in DISTANCE_TITLES) nearer.push([DISTANCE_TITLES[key], copy]);
    }
    this.find("said").textContent = verdict(nearer);
    count(this.context.root, "compared");
  }

  /** The frame around the piece. */
  markPiece() {
    const {side} = this.chosen;
    const [row, column] = this.corner;
    const [, height, width] = this.context.shape;
    const longer = Math.max(height, width); // the picture is a square
    const mark = this.find("piece");
    const box = {
      left: column + (longer - width) / 2,
      top: row + (longer - height) / 2,
      width: side,
      height: side,
    };
    for (const [name, value] of Object.entries(box)) mark.style[name] = `${(100 * value) / longer}%`;
    mark.hidden = !this.answer;
  }

  /**
   * One measure: its three numbers, the nearer copy marked; returns which that is.
   * @param {Answer} answer
   * @param {string} key
   * @param {number} digits
   */
  row(answer, key, digits) {
    const values =
      key === "nll" ? IMAGE_NAMES.map((name) => this.exact[name]?.nll) : (answer.measures[key] ?? []);
    const waiting = key === "nll" && IMAGE_NAMES.some((name) => this.exact[name]?.old);
    const nearer = waiting ? null : smaller(values[1], values[2]);
    IMAGE_NAMES.forEach((name, i) => {
      const cell = this.find(`${key}-${name}`);
      const old = key === "nll" && this.exact[name]?.old;
      cell.textContent =
        key === "nll" && old && values[i] === undefined ? "\u2026" : formatNumber(values[i], digits);
      cell.title = values[i] === undefined ? answer.reason || "being computed" : "";
      cell.classList.toggle(key === "nll" ? "likelier" : "nearer", name === nearer);
      cell.classList.toggle("old", Boolean(old));
    });
    return nearer;
  }

  retire() {
    this.forget();
    this.find("tools").replaceChildren();
    this.question = null;
  }
}

/**
 * The copy with the smaller number, if both are known and differ.
 * @param {number | null | undefined} cut
 * @param {number | null | undefined} shifted
 * @returns {Copy | null}
 */
function smaller(cut, shifted) {
  if (!known(cut) || !known(shifted) || cut === shifted) return null;
  return cut < shifted ? "cut" : "shifted";
}

/** @param {unknown} value @returns {value is number} */
const known = (value) => Number.isFinite(value);

/**
 * Which copy the measures take for the nearer one.
 * @param {[word: string, copy: Copy][]} nearer each measure and its copy
 */
function verdict(nearer) {
  /** @param {Copy} copy */
  const wordsFor = (copy) => nearer.filter(([, each]) => each === copy).map(([word]) => word);
  const parties = [
    {words: wordsFor("cut"), title: "mutilated"},
    {words: wordsFor("shifted"), title: "shifted"},
  ].filter(({words}) => words.length);
  if (!parties.length) return "";
  const verdicts = parties.map(({words, title}, i) => {
    const takes = words.length === 1 && words[0] !== "the codes" ? "takes" : "take";
    return `${LIST_FORMAT.format(words)} ${takes} the ${title} ${i ? "one" : "copy for the nearer one"}`;
  });
  const text = verdicts.join(", ");
  return `${text[0].toUpperCase()}${text.slice(1)}. Likelihood, too, counts pixel by pixel.`;
}
