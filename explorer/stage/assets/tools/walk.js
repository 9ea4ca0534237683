// Walk: from image to image through both planes, straight and along the decoder's own shortest way, as film.

import {codeAt, toPoint, toPoints} from "../chart.js";
import {SIDES, figure} from "../markup.js";
import * as lines from "../lines.js";
import * as paint from "../paint.js";
import {Newest, download, postPacked} from "../wire.js";

const KINDS = ["straight", "geodesic"];
const MOST = 8; // corners
const DRAWING = -1; // a corner that is no test image
const letter = (k) => "ABCDEFGH"[k];
const PACE = 2500; // milliseconds of a leg
const LOST = 6; // spacings of the codes from which on a walk is said to have left them

export class Walk {
  static name = "walk";
  static title = "walk";
  static help = "From image to image: straight, and along the decoder's own shortest way (key W)";

  static card() {
    return `
      <section class="card grows" aria-label="Walk">
        <h3>walk <small>click two points or more</small></h3>
        <div class="corners" data-name="corners"></div>
        <div class="row">
          <button type="button" class="plain" data-walk="drawing" title="Your drawing becomes a corner">+ drawing</button>
          <button type="button" class="plain" data-walk="undo" title="Take the last corner away (Backspace)">undo</button>
          <button type="button" class="plain" data-walk="clear" title="Begin anew (Delete)">clear</button>
        </div>
        <div class="row">
          <button type="button" class="plain" data-walk="play" data-name="play" title="Play or pause (space)">play</button>
          <input type="range" min="0" max="1" step="any" value="0" data-name="scrub" aria-label="Place on the walk">
          <div class="group"><button type="button" data-set="loop" title="Return to the first corner">loop</button></div>
          <select data-name="speed" aria-label="Speed" title="Speed"><option value="0.5">\u00bd\u00d7</option><option value="1" selected>1\u00d7</option><option value="2">2\u00d7</option></select>
        </div>
        <div class="frames" data-name="walk-frames">${SIDES.map((side) => KINDS.map((kind) => figure(`${side}-${kind}-frame`, `the ${kind} walk of the ${side} run`)).join("")).join("")}</div>
        <div class="row"><label title="Pictures of each film strip">pictures <input type="range" min="4" max="30" data-name="steps" aria-label="Pictures of each film strip"></label>
          <button type="button" class="plain" data-film="gif" title="The walks side by side, as an animated GIF">GIF</button>
          <button type="button" class="plain" data-film="png" title="The film strips one under another, as PNG">PNG</button></div>
      </section>`;
  }

  static dock(side) {
    return KINDS.map((kind) => `<div class="lane"><p data-name="${side}-${kind}-title"></p>
      <div class="film" data-name="${side}-${kind}-box"><canvas data-name="${side}-${kind}" role="img" aria-label="Pictures of the ${kind} walk"></canvas></div></div>`).join("");
  }

  constructor(stage) {
    Object.assign(this, {stage, find: stage.find, found: {}, of: {}, questions: {}, requests: {}, place: 0, playing: false});
    for (const side of SIDES) this.requests[side] = new Newest((found) => this.take(side, found), (text) => { this.take(side, null); stage.tell(text); });
    this.listen();
  }

  leave() { this.pause(); }

  /** The code of a corner on one map; null where there is none. */
  code(side, corner) {
    if (corner === DRAWING) return this.stage.tools.draw.drawn?.z[side] ?? null;
    const {codes} = this.stage.loaded[side];
    return corner < codes.labels.length ? codeAt(codes, corner) : null;
  }

  /** Corners that the data on the maps does not have, or a drawing that is not there: taken out, and said. */
  dropped() {
    const {scene} = this.stage, kept = scene.walk.filter((corner) => this.image(corner));
    if (kept.length === scene.walk.length) return false;
    const drawing = scene.walk.includes(DRAWING) && !kept.includes(DRAWING);
    this.stage.tell(drawing ? "The walk went through a drawing, which an address does not hold." : "The walk went through images that this data set does not have.", "walk");
    this.stage.set("walk", kept);
    return true;
  }

  image(corner) {
    if (corner === DRAWING) return this.stage.tools.draw.drawn?.image ?? null;
    const side = SIDES.find((s) => this.stage.loaded[s]);
    if (!side || corner >= this.stage.loaded[side].codes.labels.length) return null; // of a larger data set
    return this.stage.loaded[side].images.at(corner);
  }

  refresh() {
    const {scene, loaded, runs, live, root} = this.stage;
    this.find("steps").value = scene.steps;
    this.find("corners").replaceChildren(...scene.walk.map((corner, k) => {
      const box = document.createElement("div"), canvas = document.createElement("canvas");
      box.append(letter(k), canvas);
      canvas.title = corner === DRAWING ? "your drawing" : `test image ${corner}`;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `corner ${letter(k)}: ${canvas.title}`);
      paint.image(canvas, this.image(corner), this.stage.theme.ink);
      return box;
    }));
    for (const button of root.querySelectorAll("[data-film], [data-walk=play], [data-walk=undo], [data-walk=clear]")) {
      button.disabled = scene.walk.length < (button.dataset.walk === "undo" || button.dataset.walk === "clear" ? 1 : 2);
    }
    const walks = scene.walk.length > 1;
    this.find("walk-frames").classList.toggle("empty", !walks);
    for (const name of ["scrub", "speed"]) this.find(name).disabled = !walks;
    root.querySelector('[data-set="loop"]').disabled = !walks;
    root.querySelector("[data-walk=drawing]").disabled = !this.stage.tools.draw.drawn;
    if (scene.tool !== "walk") return;
    if (SIDES.some((side) => loaded[side]) && this.dropped()) return;
    for (const side of SIDES) {
      const of = loaded[side] ? `${runs[side].name} ${runs[side].stamp}` : "";
      if (of !== this.of[side]) { this.of[side] = of; this.take(side, null); }
      const corners = loaded[side] ? scene.walk.map((corner) => this.code(side, corner)) : [];
      if (corners.length < 2 || corners.includes(null)) { this.requests[side].forget(); this.take(side, null); continue; }
      const question = {run: runs[side].name, corners, steps: scene.steps, loop: scene.loop};
      this.questions[side] = question;
      this.requests[side].ask(JSON.stringify([question, of]), () => postPacked(`${live}/walk`, question));
      this.draw(side);
    }
  }

  listen() {
    this.stage.root.addEventListener("click", (event) => {
      const action = event.target.closest("[data-walk]")?.dataset.walk, film = event.target.closest("[data-film]")?.dataset.film;
      if (action) this[action]();
      if (film) this.save(film);
    });
    this.find("scrub").addEventListener("input", (event) => { this.pause(); this.move(Number(event.target.value)); });
    this.find("steps").addEventListener("change", (event) => this.stage.set("steps", Number(event.target.value)));
  }

  /** A click on a map adds the test image that lies nearest. */
  click(side, z) {
    const {index} = this.stage.maps[side].nearestTo(z), {walk} = this.stage.scene, now = performance.now();
    if (!(now - this.clicked < 500)) this.before = walk; // of a double click, the first half
    this.clicked = now;
    if (index >= 0) this.add(walk.length < MOST ? [...walk, index] : [index]);
    return true;
  }

  /** A double click only returns the map: what its two halves added goes again. */
  doubled() { this.add(this.before); return true; }

  add(walk) { this.pause(); this.move(0); this.stage.set("walk", walk); }
  drawing() { this.add([...this.stage.scene.walk.filter((c) => c !== DRAWING), DRAWING]); }
  undo() { this.add(this.stage.scene.walk.slice(0, -1)); }
  clear() { this.add([]); }

  take(side, found) {
    this.found[side] = found;
    this.draw(side);
    this.move(this.place);
    const {dataset} = this.stage.root;
    if (found) dataset.walks = Number(dataset.walks ?? 0) + 1;
  }

  /** The two film strips of a map; a bar under each picture has the colour of the nearest code's class. */
  draw(side) {
    const found = this.found[side], {theme, loaded} = this.stage;
    for (const kind of KINDS) {
      const title = this.find(`${side}-${kind}-title`), canvas = this.find(`${side}-${kind}`), box = this.find(`${side}-${kind}-box`);
      title.replaceChildren(found || kind === "geodesic" ? "" : "click two or more points on a map");
      if (!found) { paint.contactSheet(canvas, [[]], 1, theme.ink); continue; }
      const {straight, geodesic} = found.lengths, length = found.lengths[kind], lost = found[`${kind}_departure`].filter((v) => v > LOST).length;
      title.innerHTML = "<span><b></b> <span></span></span><small></small>";
      title.querySelector("b").textContent = kind;
      title.querySelector("span span").textContent = length.toFixed(1);
      if (kind === "geodesic" && straight) title.querySelector("span span").textContent += `, ${Math.round((100 * geodesic) / straight)} %`;
      title.children[1].textContent = `${lost} of ${found[`${kind}_nearest`].length} off the data`;
      title.title = `Length in picture space: Euclidean, pixels in [0, 1]. ${kind === "geodesic" ? "Behind it, its share of the straight way. The way along which the picture changes least, under the pull-back metric JᵀJ. " : ""}${lost} of ${found[`${kind}_nearest`].length} pictures lie farther than ${LOST} times the codes' usual spacing from any code: hollow bars. The other bars have the colour of the nearest code's class.`;
      const images = found[`${kind}_images`], {count} = images;
      const tile = Math.max(8, Math.min(box.clientHeight - 5, Math.floor(box.clientWidth / count)));
      paint.contactSheet(canvas, [images.each()], tile, theme.ink);
      this.bars(canvas, found, kind, loaded[side].codes.labels, tile);
    }
  }

  bars(canvas, found, kind, labels, tile) {
    const ratio = canvas.width / parseFloat(canvas.style.width), picture = document.createElement("canvas");
    picture.width = canvas.width;
    picture.height = canvas.height;
    picture.getContext("2d").drawImage(canvas, 0, 0);
    canvas.style.height = `${tile + 5}px`;
    canvas.height = Math.round((tile + 5) * ratio);
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    found[`${kind}_nearest`].forEach((index, i) => {
      const box = [(i + 0.08) * tile * ratio, tile * ratio, 0.84 * tile * ratio, 4 * ratio];
      context.fillStyle = `rgb(${this.stage.theme.colours[labels[index]]})`;
      context.strokeStyle = `rgb(${this.stage.theme.grey})`;
      context.lineWidth = ratio;
      if (found[`${kind}_departure`][i] > LOST) context.strokeRect(...box); else context.fillRect(...box);
    });
  }

  /** Stand at a share of the way, 0 to 1: on both maps, in the four pictures, on the scrubber. */
  move(place) {
    this.place = place;
    this.find("scrub").value = place;
    for (const side of SIDES) {
      const found = this.found[side];
      for (const kind of KINDS) {
        const images = found?.[`${kind}_images`], count = images?.count ?? 0, at = Math.round(place * Math.max(0, count - 1));
        this.stage.panel.draw(`${side}-${kind}-frame`, images?.at(at) ?? null);
        this.stage.panel.caption(`${side}-${kind}-frame`, `${this.stage.runs[side]?.name ?? ""}, ${kind}`);
      }
      if (this.stage.maps[side].data) this.stage.maps[side].paintMarks();
    }
  }

  play() {
    if (this.playing) { this.pause(); return; }
    if (this.stage.scene.walk.length < 2) return;
    this.playing = true;
    this.find("play").textContent = "pause";
    let last = performance.now(), way = this.place >= 1 ? -1 : 1;
    const step = (now) => {
      if (!this.playing) return;
      const legs = this.stage.scene.walk.length - (this.stage.scene.loop ? 0 : 1);
      let place = this.place + (way * Number(this.find("speed").value) * (now - last)) / (PACE * legs);
      last = now;
      if (this.stage.scene.loop) place = ((place % 1) + 1) % 1;
      else if (place > 1 || place < 0) { way = -way; place = Math.max(0, Math.min(1, place)); }
      this.move(place);
      this.ticking = requestAnimationFrame(step);
    };
    this.ticking = requestAnimationFrame(step);
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.ticking);
    this.find("play").textContent = "play";
  }

  overlay(side, context, size, view) {
    const {theme, scene, loaded} = this.stage, found = this.found[side];
    if (!loaded[side]) return;
    if (found) {
      const {plane} = this.stage.runs[side], ways = KINDS.map((kind) => toPoints(plane, found[`${kind}_line`]));
      lines.way(context, size, view, ways[0], theme, theme.text, true);
      lines.way(context, size, view, ways[1], theme, theme.accent, false);
      for (const [number, kind] of KINDS.entries()) {
        const z = ways[number], place = this.place * (z.length / 2 - 1), k = Math.min(z.length / 2 - 2, Math.floor(place)), t = place - k;
        const at = [0, 1].map((axis) => z[2 * k + axis] * (1 - t) + z[2 * k + 2 + axis] * t);
        lines.badge(context, size, view, at, "", theme, kind === "straight" ? theme.text : theme.accent);
      }
    }
    scene.walk.forEach((corner, k) => {
      const z = this.code(side, corner);
      if (z) lines.badge(context, size, view, toPoint(this.stage.runs[side].plane, z), letter(k), theme, theme.text, true);
    });
  }

  async save(format) {
    const films = SIDES.filter((side) => this.found[side]).map((side) => this.questions[side]);
    const name = `walk.${format}`, type = format === "gif" ? "image/gif" : "image/png";
    const {scene} = this.stage, legs = scene.walk.length - (scene.loop ? 0 : 1); // as fast as it plays
    const milliseconds = Math.min(2000, Math.round((PACE * legs) / scene.steps / Number(this.find("speed").value)));
    try {
      await download(`${this.stage.live}/film`, {films, format, milliseconds: Math.max(20, milliseconds)}, name, type);
    } catch (error) {
      this.stage.tell(error.message);
    }
  }

  key(event) {
    if (event.key === " ") this.play();
    else if (event.key === "Backspace") this.undo();
    else if (event.key === "Delete") this.clear();
    else return false;
    return true;
  }
}
