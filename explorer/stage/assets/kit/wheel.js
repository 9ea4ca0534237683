// Zooming by a wheel, or by two fingers on a trackpad: which most browsers tell as a wheel with the key Ctrl.

const LINE_PIXELS = 20; // of a wheel that counts in lines, as a mouse's does in Firefox: three a notch
const PAGE_PIXELS = 400; // of one that counts in pages
/** The logarithm of the zoom for each pixel of deltaY, and at most for one event. */
const WHEEL = {rate: 0.004, most: 0.24};
const TRACKPAD = {rate: 0.01, most: 1}; // what is under the fingers follows them

/** @typedef {MouseEvent & {scale: number}} GestureEvent Safari's own, of fingers on a trackpad or the screen */

/**
 * By how much a turn of the wheel makes everything larger, > 1 for larger.
 * @param {Pick<WheelEvent, "deltaY" | "deltaMode" | "ctrlKey">} event
 */
export function factorOf({deltaY, deltaMode, ctrlKey}) {
  const pixels = deltaY * [1, LINE_PIXELS, PAGE_PIXELS][deltaMode];
  const {rate, most} = ctrlKey ? TRACKPAD : WHEEL;
  return Math.exp(Math.max(-most, Math.min(most, -pixels * rate)));
}

/**
 * Call `zoom` for every turn of the wheel, and every pinch of a trackpad, in whichever way the browser tells it.
 * @param {HTMLElement} element
 * @param {(event: MouseEvent, factor: number) => boolean} zoom whether it did: if not, the browser does
 */
export function listenToWheel(element, zoom) {
  /** @param {WheelEvent} event */
  const turn = (event) => {
    if (zoom(event, factorOf(event))) event.preventDefault();
  };
  element.addEventListener("wheel", turn, {passive: false});

  let fingers = 0; // on the screen, whose pointers tell the same pinch as Safari's events
  for (const type of /** @type {const} */ (["touchstart", "touchend", "touchcancel"])) {
    element.addEventListener(
      type,
      (event) => {
        fingers = event.targetTouches.length;
      },
      {passive: true},
    );
  }
  let scale = 1; // of Safari's pinch so far
  /** @param {Event} event */
  const start = (event) => {
    event.preventDefault();
    scale = 1;
  };
  /** @param {Event} event */
  const change = (event) => {
    event.preventDefault();
    const gesture = /** @type {GestureEvent} */ (event);
    if (!fingers) zoom(gesture, gesture.scale / scale);
    scale = gesture.scale;
  };
  element.addEventListener("gesturestart", start);
  element.addEventListener("gesturechange", change);
}
