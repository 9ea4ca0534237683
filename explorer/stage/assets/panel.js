// The sliders, the numbers under each map, and the tool Look: what is decoded, and the image in question.

import {decimalsFor, signed} from "./frame.js";
import {SIDES} from "./markup.js";
import * as paint from "./paint.js";

export class Panel {
  constructor(stage) {
    this.stage = stage;
    this.find = stage.find;
    this.drawn = {}; // canvas name -> bytes, to draw them again in another theme
    for (const side of SIDES) {
      for (const axis of [0, 1]) {
        const input = this.find(`${side}-z${axis}`);
        const moved = (commit) => {
          const pin = this.stage.scene.pins[side];
          if (!pin) return; // the map's next run is on its way
          const z = [...pin];
          z[axis] = Number(input.value);
          this.stage.active = side;
          this.stage.pin(side, z, commit);
        };
        input.addEventListener("input", () => moved(false));
        input.addEventListener("change", () => moved(true));
      }
    }
  }

  draw(name, image) {
    this.drawn[name] = image;
    paint.image(this.find(name), image, this.stage.theme.ink);
    for (const echo of this.stage.root.querySelectorAll(`[data-echo="${name}"]`)) paint.image(echo, image, this.stage.theme.ink);
  }

  repaint() { for (const [name, image] of Object.entries(this.drawn)) this.draw(name, image); }

  caption(name, text) { this.say(`${name}-caption`, text); }

  /** A text in its place, and wherever a tool echoes it. */
  say(name, text) {
    for (const place of this.stage.root.querySelectorAll(`[data-name="${name}"], [data-echo="${name}"]`)) place.textContent = text;
  }

  setSliders(side, window) {
    for (const [axis, low, high] of [[0, window.left, window.right], [1, window.bottom, window.top]]) {
      const input = this.find(`${side}-z${axis}`);
      input.min = low;
      input.max = high;
      input.step = (high - low) / 1000;
      const value = this.stage.scene.pins[side]?.[axis];
      if (value !== undefined) input.value = value;
      input.classList.toggle("outside", value < low || value > high); // the thumb can't stand where the pin is
    }
  }

  range(side) {
    const {view} = this.stage.maps[side];
    return view ? view.right - view.left : 1;
  }

  showPin(side, z) {
    for (const axis of [0, 1]) {
      this.find(`${side}-z${axis}`).value = z[axis];
      this.find(`${side}-out${axis}`).textContent = signed(z[axis], this.range(side));
    }
  }

  showZ(side, z, near, from) {
    const {runs, loaded} = this.stage, range = this.range(side), {codes, images} = loaded[side];
    this.say("z-title", `decoded by ${runs[side].name}`);
    this.say("z-from", from);
    this.caption("decoded", `z = (${z.map((v) => signed(v, range)).join(", ")})`);
    if (near.index < 0) { this.draw("nearest", null); this.caption("nearest", "no point is shown"); return; }
    this.draw("nearest", images.at(near.index));
    const label = runs[side].classes[codes.labels[near.index]], distance = near.distance.toFixed(decimalsFor(range) + 1);
    this.caption("nearest", `nearest${runs[side].labelled ? `: ${label}` : ""}\ntest image ${near.index}\n${distance} away`);
  }

  showDecoded(image) { this.draw("decoded", image); }

  showSubject(side, index) {
    const {runs, loaded} = this.stage, {codes, images} = loaded[side];
    this.find("subject-title").textContent = `test image ${index}`;
    this.draw("original", images.at(index));
    this.caption("original", runs[side].labelled ? `a ${runs[side].classes[codes.labels[index]]}` : "");
    for (const other of SIDES) this.caption(`${other}-image`, runs[other].error ? "not shown" : `\u2192 ${runs[other].name}`);
  }

  showReconstruction(side, image) {
    this.draw(`${side}-image`, image);
    if (!image) this.caption(`${side}-image`, "other data");
  }

  /** The numbers under the maps, from what Python said of both runs. */
  fill() {
    for (const side of SIDES) {
      this.find(`${side}-numbers`).replaceChildren(...this.numbers(side));
      for (const axis of [0, 1]) this.find(`${side}-z${axis}`).setAttribute("aria-label", `z${axis + 1} of ${this.stage.runs[side]?.name}`);
    }
  }

  /** What was measured of a run: a value over its short name, its protocol in the help text. */
  numbers(side) {
    const run = this.stage.runs[side];
    if (!run || run.error) return [];
    const spread = run.numbers.sd.map((v) => v.toFixed(2)).join(", ");
    const entry = (title, help, value) => {
      const pair = document.createElement("div");
      pair.title = help;
      pair.innerHTML = "<dd></dd><dt></dt>";
      pair.querySelector("dd").textContent = value;
      pair.querySelector("dt").textContent = title;
      return pair;
    };
    const written = (value, unit) => {
      if (value === undefined) return "\u2013";
      return unit === "%" ? `${(100 * value).toFixed(1)} %` : Math.abs(value) < 1 ? value.toFixed(4) : value.toFixed(2);
    };
    return [...Object.entries(run.titles).map(([key, m]) => {
      const value = run.numbers[key], why = value === undefined ? ` Here: ${run.left_out[key] ?? "not measured yet"}.` : "";
      return entry(m.short, `${m.title}${m.unit && m.unit !== "%" ? `, ${m.unit}` : ""}. ${m.help}${why}`, written(value, m.unit));
    }), entry("sd of z\u2081, z\u2082", "Standard deviation of the codes of the test images along each axis", spread)];
  }
}
