// Under each map: the sliders of its pin, and the numbers that were measured of its run.

import {measured, signed} from "../kit/numbers.js";
import {isShown, titleOf} from "./data.js";

const MAP_AXES = [0, 1];

export class Sliders {
  /**
   * @param {import("./side.js").MapSide} side
   * @param {import("./tools/tool.js").Context} context
   * @param {(point: number[], released: boolean) => void} moved
   */
  constructor(side, context, moved) {
    this.side = side;
    this.context = context;
    for (const axis of MAP_AXES) {
      const input = this.input(axis);
      /** @param {boolean} released */
      const take = (released) => {
        const {pin} = this;
        if (pin) moved(pin.with(axis, Number(input.value)), released);
      };
      input.addEventListener("input", () => take(false));
      input.addEventListener("change", () => take(true));
    }
  }

  /** @param {number} axis @returns {HTMLInputElement} */
  input(axis) {
    return this.context.find(`${this.side.name}-z${axis}`);
  }

  get pin() {
    return this.context.scene.pins[this.side.name];
  }

  /** The sliders span what the map shows. @param {import("../map/frame.js").View} view */
  span(view) {
    this.spanAxis(0, view.left, view.right);
    this.spanAxis(1, view.bottom, view.top);
  }

  /** @param {number} axis @param {number} low @param {number} high */
  spanAxis(axis, low, high) {
    const input = this.input(axis);
    input.min = String(low);
    input.max = String(high);
    input.step = String((high - low) / 1000);
    const value = this.pin?.[axis];
    if (value !== undefined) input.value = String(value);
    const outside = value !== undefined && (value < low || value > high);
    input.classList.toggle("outside", outside); // the thumb can't stand where the pin is
  }

  /** @param {number[]} point */
  showPin(point) {
    for (const axis of MAP_AXES) {
      this.input(axis).value = String(point[axis]);
      this.context.find(`${this.side.name}-out${axis}`).textContent = signed(point[axis], this.side.range);
    }
  }

  /** The numbers, from what Python said of the run. */
  fill() {
    const {run, name} = this.side;
    const entries = isShown(run) ? numbers(run) : [];
    this.context.find(`${name}-numbers`).replaceChildren(...entries);
    for (const axis of MAP_AXES)
      this.input(axis).setAttribute("aria-label", `z${axis + 1} of ${titleOf(run)}`);
  }
}

/**
 * What was measured of a run: a value over its short name, its protocol in the help text.
 * @param {import("./data.js").ShownRun} run
 */
function numbers(run) {
  const spread = run.numbers.sd.map((v) => v.toFixed(2)).join(", ");
  const entries = Object.entries(run.titles).map(([key, metric]) => {
    const value = /** @type {number | undefined} */ (run.numbers[key]);
    const reason = value === undefined ? ` Here: ${run.left_out[key] ?? "not measured yet"}.` : "";
    const unit = metric.unit && metric.unit !== "%" ? `, ${metric.unit}` : "";
    const help = `${metric.title}${unit}. ${metric.help}${reason}`;
    return entry(metric.short, help, measured(value, metric.unit));
  });
  const help = "Standard deviation of the codes of the test images along each axis";
  return [...entries, entry("sd of z\u2081, z\u2082", help, spread)];
}

/** @param {string} title @param {string} help @param {string} value */
function entry(title, help, value) {
  const pair = document.createElement("div");
  const [number, name] = ["dd", "dt"].map((tag) => document.createElement(tag));
  pair.title = help;
  number.textContent = value;
  name.textContent = title;
  pair.append(number, name);
  return pair;
}
