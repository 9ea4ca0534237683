// Pixel distance misleads: the original, a copy with a piece cut out, a shifted copy, and five measures of them.

import {image} from "../kit/atlas.js";
import {count} from "../kit/dom.js";
import {fitted} from "../kit/images.js";
import {Latest} from "../kit/line.js";
import {formatNumber} from "../kit/numbers.js";
import {postPacked} from "../kit/server.js";
import {copies, MEASURES} from "./markup.js";

const COUNTED = {squared: "squared error", given_code: "p(x\u2032|z)", distance: "the codes"}; // distances to the original, each once

const LARGEST = 12; // pixels a side of the piece
const NAMES = ["original", "cut", "shifted"];
const TOOLS = `<div class="group"><button type="button" data-name="reset" title="The piece with the most ink; half a pixel to the right and down">reset</button></div>`;
const START = {row: -1, column: -1, side: 3, right: 0.5, down: 0.5};

export class Copies {
  /**
   * @param {import("./page.js").SceneContext} context
   * @param {HTMLElement} place
   */
  constructor(context, place) {
    this.context = context;
    this.find = context.find;
    this.chosen = {...START}; // the piece and the shift
    /** -log p(x) of each, in nats, and the question that it answers. @type {Record<string, any>} */
    this.exact = {};
    /** The latest answer. @type {any} */
    this.answer = null;
    place.className = "place";
    place.innerHTML = copies();
    this.find("tools").innerHTML = TOOLS;
    const failed = (text) => context.tell(text, "copies");
    this.quick = new Latest((answer) => this.take(answer), failed);
    this.sums = Object.fromEntries(
      NAMES.map((name) => [name, new Latest((answer) => this.takeExact(name, answer), failed)]),
    );
    this.listen();
  }

  listen() {
    for (const name of ["right", "down"]) {
      this.find(name).addEventListener("input", (event) => this.change({[name]: Number(event.target.value)}));
    }
    this.find("side").addEventListener("input", (event) => this.resize(Number(event.target.value)));
    this.find("reset").addEventListener("click", () => this.change({...START}));
    const cutter = this.find("cutter");
    cutter.addEventListener("pointerdown", (event) => {
      cutter.setPointerCapture(event.pointerId);
      this.drag(event);
    });
    cutter.addEventListener("pointermove", (event) => {
      if (event.buttons) this.drag(event);
    });
    cutter.addEventListener("keydown", (event) => this.press(event));
  }

  change(change) {
    this.chosen = {...this.chosen, ...change};
    this.ask();
  }

  /** The piece's middle comes under the pointer. */
  drag(event) {
    const box = this.find("cutter").getBoundingClientRect();
    const {side} = this.chosen;
    const [, height, width] = this.context.shape;
    const [left, top, across, down] = fitted({width, height}, box.left, box.top, box.width);
    this.move(
      ((event.clientY - top) / down) * height - side / 2,
      ((event.clientX - left) / across) * width - side / 2,
      side,
    );
  }

  /** The piece's upper left corner, as near as the image allows. */
  move(row, column, side) {
    const [, height, width] = this.context.shape;
    const inside = (v, edge) => Math.max(0, Math.min(edge - side, Math.round(v)));
    this.change({row: inside(row, height), column: inside(column, width), side});
  }

  /** About its middle; where most ink is, if nobody has moved it. */
  resize(size) {
    const [, height, width] = this.context.shape;
    const side = Math.max(1, Math.min(LARGEST, height, width, size));
    const {row, column, side: old} = this.chosen;
    if (row < 0) this.change({side});
    else this.move(row + (old - side) / 2, column + (old - side) / 2, side);
  }

  press(event) {
    const step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
    const more = {"+": 1, "=": 1, "-": -1}[event.key];
    if (!step && !more) return;
    event.preventDefault();
    const {row, column, side} = this.chosen;
    const at = row < 0 ? (this.piece ?? [0, 0]) : [row, column];
    if (step) this.move(at[0] + step[0], at[1] + step[1], side);
    else this.resize(side + more);
  }

  show(question) {
    this.question = question;
    this.chosen.row = this.chosen.column = -1; // where this image has most ink
    this.exact = {};
    for (const sum of Object.values(this.sums)) sum.forget();
    this.quick.forget();
    this.ask();
  }

  ask() {
    const question = {...this.question, ...this.chosen};
    const {live} = this.context;
    this.fill();
    this.quick.ask(JSON.stringify(question), async () => ({
      ...(await postPacked(`${live}/copies`, question)),
      question,
    }));
  }

  take(answer) {
    this.answer = answer;
    this.piece = answer.piece;
    const [row, column] = answer.piece;
    const {question} = answer;
    this.context.tell("", "copies");
    this.draw();
    if (answer.reason) return;
    const {live} = this.context;
    const {right, down, side, ...about} = question;
    const parts = {original: {}, cut: {row, column, side}, shifted: {right, down}};
    for (const name of NAMES) {
      const whole = {...about, row: 0, column: 0, side: 1, right: 0, down: 0, ...parts[name], which: name};
      const key = JSON.stringify(whole);
      if (this.exact[name]?.key === key) continue;
      this.exact[name] = {key, nll: this.exact[name]?.nll, old: true};
      this.sums[name].ask(key, async () => ({...(await postPacked(`${live}/copies/exact`, whole)), key}));
    }
    this.fill();
  }

  takeExact(name, {nll, key}) {
    if (this.exact[name]?.key !== key) return;
    this.exact[name] = {key, nll};
    this.fill();
  }

  draw() {
    const {answer} = this;
    const {theme, caption} = this.context;
    if (!answer || !theme) return;
    NAMES.forEach((name, i) => {
      image(this.find(name), answer.images.at(i), theme.ink);
    });
    this.find("caption").textContent = caption;
    this.find("drawn").hidden = answer.question.pixels !== "binarised";
    this.fill();
  }

  fill() {
    const {chosen, answer, piece} = this;
    for (const name of ["side", "right", "down"]) {
      this.find(name).value = chosen[name];
      this.find(`${name}-out`).textContent = formatNumber(chosen[name], name === "side" ? 0 : 2);
    }
    const [row, column] = chosen.row >= 0 ? [chosen.row, chosen.column] : (piece ?? [0, 0]);
    const mark = this.find("piece");
    const {
      shape: [, height, width],
    } = this.context;
    const longer = Math.max(height, width);
    const {side} = chosen; // the picture is a square
    const box = {
      left: column + (longer - width) / 2,
      top: row + (longer - height) / 2,
      width: side,
      height: side,
    };
    for (const [name, value] of Object.entries(box)) mark.style[name] = `${(100 * value) / longer}%`;
    mark.hidden = !answer;
    if (!answer) return;
    const nearer = MEASURES.map(([key, , , digits]) => [COUNTED[key], this.row(key, digits)]);
    this.find("said").textContent = verdict(nearer.filter(([word, copy]) => word && copy));
    count(this.context.root, "compared");
  }

  /** One measure: its three numbers, the nearer copy marked; returns which that is. */
  row(key, digits) {
    const values =
      key === "nll" ? NAMES.map((name) => this.exact[name]?.nll) : (this.answer.measures[key] ?? []);
    const waiting = key === "nll" && NAMES.some((name) => this.exact[name]?.old);
    const known = !waiting && Number.isFinite(values[1]) && Number.isFinite(values[2]);
    const nearer = known && values[1] !== values[2] ? (values[1] < values[2] ? "cut" : "shifted") : null;
    NAMES.forEach((name, i) => {
      const cell = this.find(`${key}-${name}`);
      const old = key === "nll" && this.exact[name]?.old;
      cell.textContent =
        key === "nll" && old && values[i] === undefined ? "\u2026" : formatNumber(values[i], digits);
      cell.title = values[i] === undefined ? this.answer.reason || "being computed" : "";
      cell.classList.toggle(key === "nll" ? "likelier" : "nearer", name === nearer);
      cell.classList.toggle("old", Boolean(old));
    });
    return nearer;
  }

  retire() {
    this.find("tools").replaceChildren();
    this.question = null;
  }
}

/** Which copy the measures take for the nearer one. */
function verdict(nearer) {
  const parties = [
    ["cut", "mutilated"],
    ["shifted", "shifted"],
  ]
    .map(([copy, title]) => [nearer.filter(([, c]) => c === copy).map(([word]) => word), title])
    .filter(([words]) => words.length);
  if (!parties.length) return "";
  const verdicts = parties.map(
    ([words, title], i) =>
      `${listed(words)} take${words.length === 1 && words[0] !== "the codes" ? "s" : ""} the ${title} ${i ? "one" : "copy for the nearer one"}`,
  );
  const text = verdicts.join(", ");
  return `${text[0].toUpperCase()}${text.slice(1)}. Likelihood, too, counts pixel by pixel.`;
}

/** Words in a row: "a, b and c". */
function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
