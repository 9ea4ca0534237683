// What the hand does on a map, in pixels of its frame: it knows nothing of codes.

import {CLICK_TOLERANCE, Hold, TAP_TOLERANCE} from "../kit/hold.js";
import {listenToStrokes, pixelOf} from "../kit/strokes.js";
import {listenToWheel} from "../kit/wheel.js";

/**
 * @typedef {import("../kit/strokes.js").Pixel} Pixel
 * @typedef {object} Gestures
 * @property {() => boolean} ready whether there is anything to point at
 * @property {(here: Pixel) => void} hover
 * @property {(here: Pixel) => void} ahead it is here, and the next frame will say so: hover
 * @property {() => void} leave
 * @property {(here: Pixel, time: number) => void} click
 * @property {() => void} double
 * @property {(from: Pixel, here: Pixel, step: Pixel) => void} drag step: since the last one
 * @property {() => void} drop a drag has ended
 * @property {() => void} cancel a drag has ended, and does not count
 * @property {(from: Pixel, to: Pixel, factor: number) => void} zoom what lies at one pixel comes to another;
 *   around it all grows by the factor
 */

/** @typedef {{from: Pixel, last: Pixel, tolerance: number, doing: "press" | "drag" | "hover"}} Press */

/**
 * @param {HTMLElement} frame
 * @param {Gestures} on
 */
export function gestures(frame, on) {
  /** @type {Press | null} */
  let press = null;
  const hold = new Hold();

  /** @param {Pixel} here @param {PointerEvent} event */
  const begin = (here, {pointerType}) => {
    const finger = pointerType === "touch";
    const started = /** @type {Press} */ ({from: here, last: here, doing: "press"});
    started.tolerance = finger ? TAP_TOLERANCE : CLICK_TOLERANCE;
    press = started;
    if (!finger) return;
    hold.start(() => {
      started.doing = "hover";
      on.hover(started.last);
    });
  };

  /** @param {Pixel[]} path */
  const move = (path) => {
    if (!press) return;
    const here = path[path.length - 1];
    const {from, last, tolerance} = press;
    press.last = here;
    if (press.doing === "press" && Math.hypot(here[0] - from[0], here[1] - from[1]) >= tolerance) {
      hold.stop();
      press.doing = "drag";
    }
    if (press.doing === "drag") on.drag(from, here, [here[0] - last[0], here[1] - last[1]]);
    else if (press.doing === "hover" || tolerance === CLICK_TOLERANCE) on.hover(here);
  };

  const ended = () => {
    const before = press?.doing;
    hold.stop();
    press = null;
    return before;
  };

  listenToStrokes(frame, {
    ready: on.ready,
    hover: on.hover,
    ahead: on.ahead,
    leave: on.leave,
    begin,
    move,
    end: (here, {timeStamp}) => {
      const did = ended();
      if (did === "drag") on.drop();
      else if (did === "hover") on.leave();
      else if (on.ready()) on.click(here, timeStamp);
    },
    cancel: () => {
      if (ended() === "hover") on.leave();
      else on.cancel();
    },
    pinch: (from, to, factor) => on.ready() && on.zoom(from, to, factor),
  });
  listenToWheel(frame, (event, factor) => {
    if (!on.ready()) return false;
    const here = pixelOf(frame, event);
    on.zoom(here, here, factor);
    on.hover(here);
    return true;
  });
  frame.addEventListener("dblclick", () => on.ready() && on.double());
}
