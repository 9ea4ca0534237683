// Time: the training of both runs as a film. Points glide from moment to moment; what is decoded comes from the
// weights that were kept nearest, and the page says which.

import {count} from "../kit/dom.js";
import {fetchPacked} from "../kit/server.js";
import {nearer, union} from "../map/frame.js";
import {isShown} from "./data.js";
import {Film, offScale, onScale} from "./film.js";
import {runAt} from "./moment.js";
import {SIDES} from "./sides.js";

const DURATION = 12; // seconds of the whole film, at speed 1
const GREETING = 3; // seconds of it on a first visit
const ASK_MS = 300; // between two looks at what is decoded, while it plays
const SETTLE = 0.35; // seconds in which the range comes most of the way to where the codes are
const EPOCH_DIGITS = 4; // of a time in the address
const NOT_KNOWN = 1e6; // in place of the last epoch, until a film says which it is
const GREETED_KEY = "latent explorer's film"; // in the browser tab's storage: it has been seen
const GREETING_PATIENCE_MS = 8000; // until a film that doesn't come is waited for no longer
const SKIPPING = ["keydown", "pointerdown", "wheel"]; // the events that end the film of a first visit

/**
 * @typedef {import("./sides.js").Side} Side
 * @typedef {import("../map/frame.js").View} View
 */

export class Time {
  /**
   * @param {import("./tools/tool.js").Context} context
   * @param {import("./maps.js").Maps} maps
   * @param {{resized: () => void, complete: () => void, save: () => void}} on the maps have another size; all that
   *   is decoded is of another moment; the address may hold it
   */
  constructor(context, maps, on) {
    this.context = context;
    this.find = context.find;
    this.maps = maps;
    this.on = on;
    /** By run and stamp: its film, or why it has none. @type {Map<string, Film | string>} */
    this.films = new Map();
    /** Which are on their way. @type {Set<string>} */
    this.coming = new Set();
    /** The number, in what each film has kept, of the weights that decode. @type {Partial<Record<Side, number>>} */
    this.decodes = {};
    /** How many epochs were done, of what is shown; null: the finished runs. */
    this.at = context.scene.time;
    /** Whether it is played from the start as soon as the films are there. */
    this.beginning = false;
    /** Whether it is played because somebody has come, who has asked for nothing: the address never says so. */
    this.greeting = false;
    this.playing = false;
    this.speed = 1;
    /** When the last frame was drawn, and when what is decoded was last asked for, milliseconds. */
    this.drawn = 0;
    this.asked = 0;
    this.frame = 0;
    this.reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.listen();
  }

  listen() {
    this.find("time").addEventListener("click", () => this.toggle());
    this.find("time-play").addEventListener("click", () => this.toggleMotion());
    this.find("time-end").addEventListener("click", () => this.scrub(1));
    const slider = this.find("time-slider");
    slider.addEventListener("input", () => this.scrub(Number(slider.value)));
    this.find("time-speed").addEventListener("change", () => {
      this.speed = Number(this.find("time-speed").value);
    });
  }

  // ---- where it stands

  /** Whether the film is shown. */
  get open() {
    return this.at !== null;
  }

  /** How many epochs were done. */
  get epoch() {
    return Math.min(this.at ?? Number.POSITIVE_INFINITY, this.end);
  }

  /** The last epoch of the films that are there. */
  get end() {
    return Math.max(0, ...SIDES.map((side) => this.film(side)?.end ?? 0));
  }

  /** The film of what a map shows. @param {Side} side @returns {Film | null} */
  film(side) {
    const film = this.films.get(this.key(side));
    return film instanceof Film ? film : null;
  }

  /** Whether nothing more is to come of the film of a map. @param {Side} side */
  settled(side) {
    return this.films.has(this.key(side)) || Boolean(this.maps.sides[side].known?.error);
  }

  /** @param {Side} side */
  key(side) {
    const {known} = this.maps.sides[side];
    return known ? `${known.name} ${known.stamp}` : "";
  }

  // ---- what the person does

  /** Show the film, or the finished runs again. */
  toggle() {
    this.set(this.open ? null : this.end || NOT_KNOWN);
    this.refresh();
    this.on.save();
    if (this.open && !this.reduced.matches) this.begin();
  }

  /** @param {number | null} at how many epochs were done */
  set(at) {
    this.at = at;
    if (!this.greeting) this.context.scene.time = at;
  }

  /** On a first visit: the film in a few seconds, then the finished runs. Whatever the person does ends it. */
  greet() {
    if (this.reduced.matches || greeted()) return;
    this.greeting = true;
    this.set(NOT_KNOWN);
    this.begin();
    for (const event of SKIPPING)
      window.addEventListener(event, this.endGreeting, {capture: true, passive: true});
    setTimeout(() => {
      if (!this.playing) this.endGreeting();
    }, GREETING_PATIENCE_MS);
  }

  endGreeting = () => {
    if (!this.greeting) return;
    this.stopListening();
    this.greeting = false;
    this.find("greeting").hidden = true;
    this.refresh();
  };

  stopListening() {
    for (const event of SKIPPING) window.removeEventListener(event, this.endGreeting, true);
  }

  /** Play or pause. */
  toggleMotion() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Play from the start, as soon as the films are there. */
  begin() {
    this.beginning = true;
    this.beginSoon();
  }

  beginSoon() {
    if (!this.beginning || !this.open || this.coming.size) return;
    if (this.greeting && !SIDES.every((side) => this.settled(side))) return;
    if (!this.end && this.greeting) this.endGreeting();
    if (!this.end) return;
    this.beginning = false;
    this.set(this.end);
    this.play();
  }

  play() {
    if (!this.end) return;
    if (this.epoch >= this.end) {
      this.set(0);
      this.settle();
    }
    this.playing = true;
    this.drawn = performance.now();
    this.show();
    this.next();
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
    this.set(Number(this.epoch.toFixed(EPOCH_DIGITS)));
    this.settle();
    this.on.save();
  }

  next() {
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  /** @param {number} now */
  tick(now) {
    if (!this.playing || !this.open) return;
    const seconds = Math.max(0, now - this.drawn) / 1000;
    this.drawn = now;
    const speed = this.greeting ? 1 / GREETING : this.speed / DURATION; // films a second
    const place = onScale(this.epoch) + seconds * speed * onScale(this.end);
    this.set(Math.min(this.end, offScale(place)));
    if (this.epoch >= this.end) {
      if (this.greeting) this.endGreeting();
      else this.pause();
      return;
    }
    this.glide(seconds);
    this.next();
  }

  /** @param {number} share of the slider */
  scrub(share) {
    this.beginning = false;
    if (this.playing) this.pause();
    const epoch = share >= 1 ? this.end : offScale(share * onScale(this.end));
    this.set(Number(epoch.toFixed(EPOCH_DIGITS)));
    this.settle();
    this.on.save();
  }

  // ---- what is shown

  /** The scene, the runs or the window changed: show what the scene says. */
  refresh() {
    if (!this.greeting) this.at = this.context.scene.time;
    const shown = this.open && !this.greeting;
    this.find("time").setAttribute("aria-pressed", String(shown));
    const row = this.find("time-row");
    if (row.hidden === shown) {
      row.hidden = !shown;
      this.on.resized();
    }
    if (!this.open) {
      this.leave();
      return;
    }
    for (const side of SIDES) this.load(side);
    if (!this.playing && !this.greeting) this.settle();
  }

  /** A map has its run now: its film may be fetched. */
  came() {
    if (!this.open) return;
    for (const side of SIDES) this.load(side);
  }

  /** Back to the finished runs. */
  leave() {
    this.playing = false;
    this.beginning = false;
    cancelAnimationFrame(this.frame);
    if (!SIDES.some((side) => this.maps.sides[side].moment)) return;
    for (const side of SIDES) this.maps.sides[side].moment = null;
    this.decodes = {};
    this.atHome();
    this.maps.refresh();
    for (const side of SIDES) this.maps.pinAgain(side);
    this.on.complete();
  }

  /** Fetch the film of what a map shows, if it is not there. @param {Side} side */
  async load(side) {
    const {known, content} = this.maps.sides[side];
    const key = this.key(side);
    if (!isShown(known) || !content || this.films.has(key) || this.coming.has(key)) return;
    this.coming.add(key);
    try {
      const packet = await fetchPacked(`${this.context.live}/film/${encodeURIComponent(known.name)}`);
      const {labels} = content.codes;
      this.films.set(key, packet.reason ?? new Film(packet, labels.length, known.dimensions));
      this.context.tell("", "time");
    } catch (error) {
      this.context.tell(/** @type {Error} */ (error).message, "time");
      this.endGreeting();
    }
    this.coming.delete(key);
    if (!this.open) return;
    if (!this.playing && !this.greeting) this.settle();
    this.beginSoon();
  }

  /** Both maps at the time of now, with all that is decoded. */
  settle() {
    if (!this.open) return;
    if (this.end && this.at === NOT_KNOWN) this.set(this.end);
    for (const side of SIDES) this.place(side, true);
    this.atHome();
    this.maps.refresh();
    for (const side of SIDES) this.maps.pinAgain(side);
    this.on.complete();
    this.show();
  }

  /** The maps take the range of the moment with the next refresh. */
  atHome() {
    for (const side of SIDES) this.maps.sides[side].map.home = null;
  }

  /** A frame of the film: the points move, the range follows. @param {number} seconds since the last */
  glide(seconds) {
    const now = performance.now();
    const ask = now - this.asked > ASK_MS;
    if (ask) this.asked = now;
    const windows = this.windows();
    for (const side of SIDES) {
      const {map} = this.maps.sides[side];
      if (!this.place(side, ask) || !map.view) continue;
      const window = windows[side];
      if (window && !this.context.scene.views[side])
        map.view = nearer(map.view, window, 1 - Math.exp(-seconds / SETTLE));
      this.maps.sides[side].glide(ask);
      if (ask) this.maps.sliders[side].fill();
    }
    if (ask) {
      for (const side of SIDES) this.maps.pinAgain(side);
      this.on.complete();
    }
    this.show();
    count(this.context.root, "frames");
  }

  /** The ranges of both maps at the time of now. @returns {Partial<Record<Side, View>>} */
  windows() {
    const {epoch} = this;
    const [left, right] = SIDES.map((side) => this.film(side)?.windowAt(epoch));
    const both = this.context.scene.range === "common" && left && right ? union(left, right) : null;
    return {left: both ?? left, right: both ?? right};
  }

  /**
   * What is decoded may lag by one of the weights that were kept, and is taken away when it lags by more.
   * @param {Side} side
   * @param {Film} film
   */
  keepUp(side, film) {
    const index = film.nearest(this.epoch);
    const before = this.decodes[side] ?? film.kept.length - 1;
    if (Math.abs(index - before) > 1) this.maps.sides[side].map.layers.forget();
    this.decodes[side] = index;
  }

  /**
   * Give a map its codes at the time of now; says whether it has a film.
   * @param {Side} side
   * @param {boolean} whole with the run as it was, too
   */
  place(side, whole) {
    const film = this.film(side);
    const target = this.maps.sides[side];
    const {known, loader} = target;
    if (!film || !isShown(known) || !loader.data) {
      target.moment = null;
      return false;
    }
    this.keepUp(side, film);
    const {epoch} = this;
    if (epoch >= film.end && film.whole) {
      target.moment = null; // the finished run itself
      return true;
    }
    const points = film.pointsAt(epoch, known.plane);
    const before = target.moment;
    const same = before && !whole && before.codes.points.buffer === points.buffer;
    const codes = same ? before.codes : {...loader.data.codes, z: film.z, points, spreads: null};
    const run = whole || !before ? runAt(known, film, epoch) : before.run;
    target.moment = {run, codes};
    return true;
  }

  /** The row: where the film stands, and whose weights decode. */
  show() {
    const {end} = this;
    if (this.greeting) this.showGreeting();
    this.find("time-play").textContent = this.playing ? "pause" : "play";
    const slider = this.find("time-slider");
    slider.disabled = !end;
    slider.value = String(end ? onScale(this.epoch) / onScale(end) : 1);
    const words = end ? this.words() : this.coming.size ? "loading the film \u2026" : "no film";
    this.find("time-words").textContent = words;
    slider.setAttribute("aria-valuetext", words);
    this.find("time-words").title = this.reasons().join(" ");
    this.context.root.dataset.epoch = this.epoch.toFixed(EPOCH_DIGITS);
  }

  showGreeting() {
    this.find("greeting").hidden = !this.playing;
    this.find("greeting").textContent = `${this.where()} of the training \u00b7 any key or click goes on`;
  }

  /** "epoch 2.10 of 84" */
  where() {
    const {epoch, end} = this;
    return `epoch ${epoch.toFixed(epoch < 10 ? 2 : epoch < 100 ? 1 : 0)} of ${end}`;
  }

  words() {
    const {epoch} = this;
    /** @type {Map<number, string[]>} */
    const weights = new Map(); // by their epoch, the runs
    for (const side of SIDES) {
      const film = this.film(side);
      const name = this.maps.sides[side].known?.name;
      if (!film || !name) continue;
      const kept = film.kept[film.nearest(epoch)];
      weights.set(kept, [...new Set([...(weights.get(kept) ?? []), name])]);
    }
    const of = [...weights].map(([kept, names]) =>
      weights.size > 1 ? `${kept} (${names.join(", ")})` : String(kept),
    );
    const absent = SIDES.filter((side) => !this.film(side)).map((side) => {
      const state = this.films.has(this.key(side)) ? "no film" : "loading the film \u2026";
      return ` \u00b7 ${this.maps.sides[side].known?.name ?? side}: ${state}`;
    });
    return `${this.where()} \u00b7 decoded by the weights of ${of.join(", ")}${absent.join("")}`;
  }

  /** Why films are not there, or not whole. */
  reasons() {
    return SIDES.flatMap((side) => {
      const film = this.films.get(this.key(side));
      if (typeof film === "string") return [film];
      if (!film || film.whole) return [];
      return [`The film has ${film.images.length} of ${film.count} images.`];
    });
  }

  retire() {
    this.greeting = false;
    this.stopListening();
    this.playing = false;
    cancelAnimationFrame(this.frame);
  }
}

/** Whether this browser tab has shown the film of a first visit; it has, from now on. */
function greeted() {
  try {
    const before = sessionStorage.getItem(GREETED_KEY);
    sessionStorage.setItem(GREETED_KEY, "seen");
    return before !== null;
  } catch {
    return false; // a tab without storage: each visit is a first one
  }
}
