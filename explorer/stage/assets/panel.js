// The side panel and the sliders: what is decoded, the image in question, the classes, the numbers.

import {signed} from "./frame.js";
import {SIDES} from "./markup.js";
import * as paint from "./paint.js";

const PIXELS = 784;

export class Panel {
  constructor(stage) {
    this.stage = stage;
    this.find = stage.find;
    this.drawn = {}; // canvas name -> bytes, to draw them again in another theme
    for (const side of SIDES) {
      for (const axis of [0, 1]) {
        const input = this.find(`${side}-z${axis}`);
        const moved = (commit) => {
          const z = [...this.stage.scene.pins[side]];
          z[axis] = Number(input.value);
          this.stage.active = side;
          this.stage.pin(side, z, commit);
        };
        input.addEventListener("input", () => moved(false));
        input.addEventListener("change", () => moved(true));
      }
    }
    this.listenClasses();
  }

  draw(name, bytes) {
    this.drawn[name] = bytes;
    paint.image(this.find(name), bytes, this.stage.theme.ink);
  }

  repaint() { for (const [name, bytes] of Object.entries(this.drawn)) this.draw(name, bytes); }

  caption(name, text) { this.find(`${name}-caption`).textContent = text; }

  setSliders(side, window) {
    for (const [axis, low, high] of [[0, window.left, window.right], [1, window.bottom, window.top]]) {
      const input = this.find(`${side}-z${axis}`);
      input.min = low;
      input.max = high;
      if (this.stage.scene.pins[side]) input.value = this.stage.scene.pins[side][axis];
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
    this.find("z-title").textContent = `${runs[side].name}, ${from === "pointer" ? "pointer" : "pinned"}`;
    this.caption("decoded", `z = (${signed(z[0], range)}, ${signed(z[1], range)})`);
    if (near.index < 0) { this.draw("nearest", null); this.caption("nearest", "no class is shown"); return; }
    this.draw("nearest", images.subarray(near.index * PIXELS, (near.index + 1) * PIXELS));
    const label = runs[side].classes[codes.labels[near.index]];
    this.caption("nearest", `nearest: ${label}\ntest ${near.index}\n${near.distance.toPrecision(2)} away`);
  }

  showDecoded(image) { this.draw("decoded", image); }

  showSubject(side, index) {
    const {runs, loaded} = this.stage, {codes, images} = loaded[side];
    this.find("subject-title").textContent = `test image ${index} through both`;
    this.draw("original", images.subarray(index * PIXELS, (index + 1) * PIXELS));
    this.caption("original", `${runs[side].classes[codes.labels[index]]} (test)`);
    for (const other of SIDES) this.caption(`${other}-image`, runs[other].name);
  }

  showReconstruction(side, image) {
    this.draw(`${side}-image`, image);
    if (!image) this.caption(`${side}-image`, "other data");
  }

  /** Classes and numbers, from what Python said of both runs. */
  fill() {
    const {runs, theme, scene} = this.stage, run = SIDES.map((s) => runs[s]).find((r) => r?.classes);
    for (const side of SIDES) this.find(`${side}-name`).textContent = runs[side]?.name ?? "";
    this.find("classes").replaceChildren(...(run?.classes ?? []).map((name, k) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.class = k;
      button.setAttribute("aria-pressed", !scene.hidden.has(k));
      button.title = `${run.counts[k]} test images of class ${name}`;
      button.style.setProperty("--colour", `rgb(${theme.colours[k]})`);
      button.innerHTML = "<i></i><b></b><small></small>";
      button.querySelector("b").textContent = name;
      button.querySelector("small").textContent = run.counts[k];
      return button;
    }));
    this.find("numbers").replaceChildren(...this.rows());
  }

  rows() {
    const {runs} = this.stage, titles = Object.assign({}, ...SIDES.map((s) => runs[s]?.titles ?? {}));
    const row = (title, help, values) => {
      const tr = document.createElement("tr");
      tr.title = help;
      tr.append(...["th", "td", "td"].map((tag, k) => {
        const cell = document.createElement(tag);
        cell.textContent = k ? values[k - 1] : title;
        return cell;
      }));
      return tr;
    };
    const shown = (key, unit) => SIDES.map((side) => {
      const value = runs[side]?.numbers?.[key];
      if (value === undefined) return "\u2013";
      return unit === "%" ? `${(100 * value).toFixed(1)} %` : Math.abs(value) < 1 ? value.toFixed(4) : value.toFixed(1);
    });
    const spread = SIDES.map((side) => runs[side]?.numbers?.sd?.map((v) => v.toPrecision(2)).join(", ") ?? "\u2013");
    return [...Object.entries(titles).map(([key, m]) => row(m.short, `${m.title}, ${m.unit}. ${m.help}`, shown(key, m.unit))),
            row("sd of z\u2081, z\u2082", "Standard deviation of the codes of the test images along z1 and z2", spread)];
  }

  listenClasses() {
    const list = this.find("classes");
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-class]");
      if (!button) return;
      const k = Number(button.dataset.class), hidden = new Set(this.stage.scene.hidden);
      if (event.detail > 1) {
        const others = [...list.children].map((b) => Number(b.dataset.class)).filter((c) => c !== k);
        const alone = this.alone === k;
        this.alone = alone ? null : k;
        this.stage.set("hidden", new Set(alone ? [] : others));
        return;
      }
      if (!hidden.delete(k)) hidden.add(k);
      this.stage.set("hidden", hidden);
    });
  }
}
