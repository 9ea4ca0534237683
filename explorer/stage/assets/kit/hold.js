// A finger has no hover: where it rests, it does what a mouse does that hovers.

export const HOLD_MS = 500; // after which a finger that rests is no tap
export const CLICK_TOLERANCE = 4; // CSS pixels: a press that moves less is a click
export const TAP_TOLERANCE = 10; // the same of a finger, which is never quite still

/** A finger's clock: `action` is called once it has rested for HOLD_MS, unless it is stopped before. */
export class Hold {
  /** @param {() => void} action */
  start(action) {
    this.stop();
    this.timer = setTimeout(action, HOLD_MS);
  }

  stop() {
    clearTimeout(this.timer);
  }
}

/**
 * The browser's own menu does not come for a finger that rests; for a mouse's other button it does.
 * @param {HTMLElement} element
 * @param {(event: MouseEvent) => boolean} [where] it is ours to open something there
 */
export function preventTouchMenu(element, where = () => true) {
  let finger = false; // came last: not all browsers say of this event what made it
  element.addEventListener(
    "pointerdown",
    ({pointerType}) => {
      finger = pointerType === "touch";
    },
    {capture: true},
  );
  element.addEventListener("contextmenu", (event) => {
    if (finger && where(event)) event.preventDefault();
  });
}
