// What the pointer does on a map, in pixels of its frame: it knows nothing of codes.

const CLICK_TOLERANCE = 4; // CSS pixels: a press that moves less is a click

/**
 * @typedef {[x: number, y: number]} Pixel CSS pixels from the left and the upper edge
 * @typedef {object} Gestures
 * @property {() => boolean} ready whether there is anything to point at
 * @property {(here: Pixel) => void} hover
 * @property {() => void} leave
 * @property {(here: Pixel, time: number) => void} click
 * @property {() => void} double
 * @property {(from: Pixel, here: Pixel, step: Pixel) => void} drag step: since the last one
 * @property {() => void} drop a drag has ended
 * @property {() => void} cancel a drag has ended, and does not count
 * @property {(here: Pixel, turn: number) => void} wheel turn: < 0 towards the page
 */

/**
 * @param {HTMLElement} frame
 * @param {Gestures} on
 */
export function gestures(frame, on) {
  /** @type {{from: Pixel, last: Pixel, moved: boolean} | null} */
  let press = null;

  /** @param {MouseEvent} event @returns {Pixel} */
  const pixelOf = (event) => {
    const box = frame.getBoundingClientRect();
    return [event.clientX - box.left - frame.clientLeft, event.clientY - box.top - frame.clientTop];
  };

  /**
   * @template {Event} E
   * @param {(event: E) => void} action
   * @returns {(event: E) => void}
   */
  const whenReady = (action) => (event) => {
    if (on.ready()) action(event);
  };

  /** @param {PointerEvent} event */
  const down = (event) => {
    if (event.button !== 0) return;
    press = {from: pixelOf(event), last: pixelOf(event), moved: false};
    frame.setPointerCapture(event.pointerId);
  };

  /** @param {PointerEvent} event */
  const move = (event) => {
    const here = pixelOf(event);
    if (press)
      press.moved ||= Math.hypot(here[0] - press.from[0], here[1] - press.from[1]) >= CLICK_TOLERANCE;
    if (!press?.moved) {
      on.hover(here);
      return;
    }
    on.drag(press.from, here, [here[0] - press.last[0], here[1] - press.last[1]]);
    press.last = here;
  };

  /** @param {PointerEvent} event */
  const up = (event) => {
    const ended = press;
    press = null;
    if (ended && !ended.moved && on.ready()) on.click(pixelOf(event), event.timeStamp);
    if (ended?.moved) on.drop();
  };

  /** @param {WheelEvent} event */
  const turn = (event) => {
    event.preventDefault();
    on.wheel(pixelOf(event), event.deltaY);
  };

  frame.addEventListener("pointerdown", whenReady(down));
  frame.addEventListener("pointermove", whenReady(move));
  frame.addEventListener("pointerup", up);
  frame.addEventListener("pointercancel", () => {
    press = null;
    on.cancel();
  });
  frame.addEventListener("pointerleave", () => press || on.leave());
  frame.addEventListener("wheel", whenReady(turn), {passive: false});
  frame.addEventListener("dblclick", whenReady(on.double));
}
