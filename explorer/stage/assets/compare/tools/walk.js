// Walk: from image to image through both planes, straight and along the decoder's own shortest path, as film.

import {toPoint} from "../../kit/chart.js";
import {count, onClick} from "../../kit/dom.js";
import {canvas, figure} from "../../kit/html.js";
import {download} from "../../kit/server.js";
import * as marks from "../../map/marks.js";
import {titleOf} from "../data.js";
import {SIDES} from "../sides.js";
import {Answers} from "./answers.js";
import {cornerCode, cornerImage, DRAWING, letterOf, showCorners, whyDropped} from "./corners.js";
import {drawFilm, drawPaths, filmsOf, KINDS} from "./film.js";
import {Player} from "./player.js";

/** @typedef {import("../sides.js").Side} Side */

const MOST_CORNERS = 8;
const LEG_MS = 2500; // from a corner to the next, at speed 1
const DOUBLE_CLICK_MS = 500; // within which a second click makes a double click
const GIF_FRAME_MS = [20, 2000]; // the shortest and the longest time of a picture of a GIF

const SPEED_OPTIONS =
  '<option value="0.5">\u00bd\u00d7</option><option value="1" selected>1\u00d7</option>' +
  '<option value="2">2\u00d7</option>';

/** The picture of the player on each walk of a run. @param {Side} side */
const frames = (side) =>
  KINDS.map((kind) => figure(`${side}-${kind}-frame`, `the ${kind} walk of the ${side} run`));

/** The film strip of a walk. @param {string} name @param {string} kind */
const lane = (name, kind) => `
    <div class="lane"><p data-name="${name}-title"></p>
      <div class="film" data-name="${name}-box">${canvas(
        `data-name="${name}"`,
        `Pictures of the ${kind} walk`,
      )}</div></div>`;

/** @type {import("./tool.js").Tool} */
export const walk = {
  name: "walk",
  help: "From image to image: straight, and along the decoder's own shortest way (key W)",
  letter: "w",
  card: () => `
      <section class="card grows" aria-label="Walk">
        <h3>walk <small>click two points or more</small></h3>
        <div class="corners" data-name="corners"></div>
        <div class="row">
          <button type="button" class="plain" data-walk="drawing"
            title="Your drawing becomes a corner">+ drawing</button>
          <button type="button" class="plain" data-walk="undo"
            title="Take the last corner away (Backspace)">undo</button>
          <button type="button" class="plain" data-walk="clear" title="Begin anew (Delete)">clear</button>
        </div>
        <div class="row">
          <button type="button" class="plain" data-walk="play" data-name="play"
            title="Play or pause (space)">play</button>
          <input type="range" min="0" max="1" step="any" value="0" data-name="scrub"
            aria-label="Place on the walk">
          <div class="group"><button type="button" data-set="loop"
            title="Return to the first corner">loop</button></div>
          <select data-name="speed" aria-label="Speed" title="Speed">${SPEED_OPTIONS}</select>
        </div>
        <div class="frames" data-name="walk-frames">${SIDES.flatMap(frames).join("")}</div>
        <div class="row"><label title="Pictures of each film strip">pictures
            <input type="range" min="4" max="30" data-name="steps"
              aria-label="Pictures of each film strip"></label>
          <button type="button" class="plain" data-film="gif"
            title="The walks side by side, as an animated GIF">GIF</button>
          <button type="button" class="plain" data-film="png"
            title="The film strips one under another, as PNG">PNG</button></div>
      </section>`,
  dock: (side) => KINDS.map((kind) => lane(`${side}-${kind}`, kind)).join(""),
  create: (context) => new Walk(context),
};

class Walk {
  /** @param {import("./tool.js").Context} context */
  constructor(context) {
    this.context = context;
    this.find = context.find;
    /** What is shown. @type {Partial<Record<Side, import("./film.js").Films | null>>} */
    this.walks = {};
    this.answers = new Answers(context, "walk", (side, answer) => this.take(side, answer && filmsOf(answer)));
    /** The corners before the first half of a double click. @type {number[] | undefined} */
    this.before = undefined;
    this.clicked = Number.NEGATIVE_INFINITY;
    this.player = new Player(this.find("play"), this.find("scrub"), {
      milliseconds: () => (LEG_MS * this.legs) / this.speed,
      loops: () => context.scene.loop,
      moved: () => this.showPlayer(),
    });
    this.listen();
  }

  get legs() {
    const {walk, loop} = this.context.scene;
    return walk.length - (loop ? 0 : 1);
  }

  get speed() {
    return Number(this.find("speed").value);
  }

  retire() {
    this.answers.retire();
  }

  leave() {
    this.player.pause();
  }

  /** Take out corners that are not there, and say so; whether any were. */
  drop() {
    const {scene, tell, change} = this.context;
    const rest = scene.walk.filter((corner) => cornerImage(this.context, corner));
    if (rest.length === scene.walk.length) return false;
    tell(whyDropped(scene.walk, rest), "walk");
    change({walk: rest});
    return true;
  }

  // ---- what is shown

  refresh() {
    const {scene, content} = this.context;
    this.find("steps").value = scene.steps;
    showCorners(this.context);
    if (scene.tool !== "walk") return;
    if (SIDES.some((side) => content(side)) && this.drop()) return;
    for (const side of SIDES) this.ask(side);
  }

  /** @param {Side} side */
  ask(side) {
    const {scene, content} = this.context;
    const map = content(side);
    this.answers.follow(side);
    const corners = map ? scene.walk.map((corner) => this.code(side, corner)) : [];
    if (!map || corners.length < 2 || corners.includes(null)) {
      this.answers.forget(side);
      return;
    }
    this.answers.ask(side, {run: map.run.name, corners, steps: scene.steps, loop: scene.loop});
    this.draw(side);
  }

  /** @param {Side} side @param {import("./film.js").Films | null} films */
  take(side, films) {
    this.walks[side] = films;
    this.draw(side);
    this.showPlayer();
    if (films) count(this.context.root, "walks");
  }

  /** @param {Side} side */
  draw(side) {
    const {theme, content, scene} = this.context;
    const begun = scene.walk.length >= 2;
    const missing = begun
      ? content(side) && "computing the walk \u2026"
      : "click two or more points on a map";
    for (const kind of KINDS) {
      const labels = content(side)?.codes.labels;
      const films = labels ? (this.walks[side] ?? null) : null;
      drawFilm(this.find, `${side}-${kind}`, kind, films, labels, theme, missing || "");
    }
  }

  /** Where the player is: on both maps, and in the four pictures. */
  showPlayer() {
    const {run, draw, repaint} = this.context;
    for (const side of SIDES) {
      for (const kind of KINDS) {
        const images = this.walks[side]?.[kind].images;
        const at = images ? Math.round(this.player.share * (images.count - 1)) : 0;
        draw(`${side}-${kind}-frame`, images?.at(at) ?? null, `${titleOf(run(side))}, ${kind}`);
      }
    }
    repaint();
  }

  /** @type {NonNullable<import("./tool.js").Instance["overlay"]>} */
  overlay(side, context, size, view) {
    const {theme, scene, content} = this.context;
    const map = content(side);
    if (!map) return;
    const {plane} = map.run;
    const films = this.walks[side];
    if (films) drawPaths(context, size, view, films, plane, this.player.share, theme);
    scene.walk.forEach((corner, k) => {
      const z = this.code(side, corner);
      if (z) marks.badge(context, size, view, toPoint(plane, z), letterOf(k), theme, theme.text, true);
    });
  }

  /** @param {Side} side @param {number} corner */
  code(side, corner) {
    return cornerCode(this.context, side, corner);
  }

  // ---- what the person does

  listen() {
    const {root, change} = this.context;
    onClick(root, "walk", (action) => this.act(action));
    onClick(root, "film", (format) => this.save(format));
    const steps = this.find("steps");
    steps.addEventListener("change", () => change({steps: Number(steps.value)}));
  }

  /** @param {string} action */
  act(action) {
    const {walk} = this.context.scene;
    if (action === "play") this.play();
    else if (action === "drawing") this.set([...walk.filter((corner) => corner !== DRAWING), DRAWING]);
    else if (action === "undo") this.set(walk.slice(0, -1));
    else if (action === "clear") this.set([]);
  }

  play() {
    if (this.context.scene.walk.length >= 2) this.player.toggle();
  }

  /** @param {number[]} walk */
  set(walk) {
    this.player.pause();
    this.player.move(0);
    this.context.change({walk});
  }

  /** A click on a map adds the test image that lies nearest. @param {Side} side @param {number[]} point */
  click(side, point) {
    const {index} = this.context.map(side).nearestTo(point);
    const {walk} = this.context.scene;
    const now = performance.now();
    if (now - this.clicked >= DOUBLE_CLICK_MS) this.before = walk;
    this.clicked = now;
    if (index >= 0) this.set(walk.length < MOST_CORNERS ? [...walk, index] : [index]);
    return true;
  }

  /** A double click only returns the map: what its two halves added goes again. */
  double() {
    this.set(this.before ?? []);
    return true;
  }

  /** @param {KeyboardEvent} event */
  key({key}) {
    if (key === " ") this.play();
    else if (key === "Backspace") this.act("undo");
    else if (key === "Delete") this.act("clear");
    else return false;
    return true;
  }

  /** @param {string} format "gif" or "png" */
  save(format) {
    const {scene, live, attempt} = this.context;
    const films = SIDES.filter((side) => this.walks[side]).map((side) => this.answers.questions[side]);
    const pause = Math.round((LEG_MS * this.legs) / scene.steps / this.speed); // as fast as it plays
    const milliseconds = Math.max(GIF_FRAME_MS[0], Math.min(GIF_FRAME_MS[1], pause));
    const question = {films, format, milliseconds};
    attempt(() => download(`${live}/film`, question, `walk.${format}`, `image/${format}`));
  }
}
