// Under each map: the sliders of its pin, and the numbers that were measured of its run.

import {measured, signed} from "../kit/numbers.js";

const AXES = [0, 1]; // of the map

export class Sliders {
  /**
   * @param {import("./side.js").MapSide} side
   * @param {any} context
   * @param {(point: number[], released: boolean) => void} moved
   */
  constructor(side, context, moved) {
    this.side = side;
    this.context = context;
    for (const axis of AXES) {
      const input = this.input(axis);
      const take = (released) => {
        const pin = context.scene.pins[side.name];
        if (pin) moved(pin.with(axis, Number(input.value)), released);
      };
      input.addEventListener("input", () => take(false));
      input.addEventListener("change", () => take(true));
    }
  }

  input(axis) {
    return this.context.find(`${this.side.name}-z${axis}`);
  }

  /** The sliders span what the map shows. */
  span(view) {
    const ends = [
      [view.left, view.right],
      [view.bottom, view.top],
    ];
    for (const axis of AXES) {
      const [low, high] = ends[axis];
      const input = this.input(axis);
      input.min = low;
      input.max = high;
      input.step = (high - low) / 1000;
      const value = this.context.scene.pins[this.side.name]?.[axis];
      if (value !== undefined) input.value = value;
      input.classList.toggle("outside", value < low || value > high); // the thumb can't stand where the pin is
    }
  }

  showPin(point) {
    for (const axis of AXES) {
      this.input(axis).value = point[axis];
      this.context.find(`${this.side.name}-out${axis}`).textContent = signed(point[axis], this.side.range);
    }
  }

  /** The numbers, from what Python said of the run. */
  fill() {
    const {run, name} = this.side;
    const entries = run && !run.error ? numbers(run) : [];
    this.context.find(`${name}-numbers`).replaceChildren(...entries);
    for (const axis of AXES) this.input(axis).setAttribute("aria-label", `z${axis + 1} of ${run?.name}`);
  }
}

/** What was measured of a run: a value over its short name, its protocol in the help text. */
function numbers(run) {
  const spread = run.numbers.sd.map((v) => v.toFixed(2)).join(", ");
  const entries = Object.entries(run.titles).map(([key, metric]) => {
    const value = run.numbers[key];
    const reason = value === undefined ? ` Here: ${run.left_out[key] ?? "not measured yet"}.` : "";
    const unit = metric.unit && metric.unit !== "%" ? `, ${metric.unit}` : "";
    return entry(
      metric.short,
      `${metric.title}${unit}. ${metric.help}${reason}`,
      measured(value, metric.unit),
    );
  });
  const help = "Standard deviation of the codes of the test images along each axis";
  return [...entries, entry("sd of z\u2081, z\u2082", help, spread)];
}

function entry(title, help, value) {
  const pair = document.createElement("div");
  const [number, name] = ["dd", "dt"].map((tag) => document.createElement(tag));
  pair.title = help;
  number.textContent = value;
  name.textContent = title;
  pair.append(number, name);
  return pair;
}
