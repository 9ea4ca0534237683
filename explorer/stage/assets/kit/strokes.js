// The life of the pointers over an element: one owns a stroke, fingers take hold together, a palm counts not.

import {preventTouchMenu} from "./hold.js";
import {isPalm, watchPen} from "./palm.js";

/**
 * @typedef {[x: number, y: number]} Pixel CSS pixels from the left and the upper edge of an element's content
 */

/**
 * @typedef {object} Strokes what an element hears; `begin` is followed by moves and by `end` or `cancel`
 * @property {() => boolean} [ready] whether there is anything to point at: without it no stroke begins
 * @property {(here: Pixel, event: PointerEvent) => void} begin
 * @property {(path: Pixel[]) => void} move where the pointer has been since it was last heard of: one or more
 * @property {(here: Pixel, event: PointerEvent) => void} [end]
 * @property {() => void} [cancel] the stroke does not count: the browser took the pointer, or a pen came, or a
 *   finger that pinches
 * @property {(from: Pixel, to: Pixel, factor: number) => void} [pinch] fingers moved: their centre, and by how
 *   much they opened, > 1 apart; an element without it knows one finger only
 * @property {(here: Pixel) => void} [hover] a pointer that is not pressed is here: never a finger
 * @property {(here: Pixel) => void} [ahead] the same, as soon as the browser knows it: `hover` waits for the next
 *   frame (W3C Pointer Events 3, pointerrawupdate; browsers that don't have it never say so)
 * @property {() => void} [leave] no pointer is here any more
 */

/** @param {HTMLElement | SVGElement} element @param {MouseEvent} event @returns {Pixel} */
export function pixelOf(element, event) {
  const box = element.getBoundingClientRect();
  return [event.clientX - box.left - element.clientLeft, event.clientY - box.top - element.clientTop];
}

/**
 * Tell what the pointers do on an element. Its style says `touch-action: none`, or the page scrolls instead.
 * @param {HTMLElement} element
 * @param {Strokes} on
 */
export function listenToStrokes(element, on) {
  /** The pointers that are pressed, and where each is. @type {Map<number, Pixel>} */
  const pressed = new Map();
  /** Whose stroke it is; null where nobody draws, or several fingers pinch. @type {number | null} */
  let owner = null;
  let kind = "mouse"; // of what is pressed, or was last
  let grip = gripOf([]);

  const cancel = () => {
    const owned = owner !== null;
    owner = null;
    pressed.clear();
    if (owned) on.cancel?.();
  };

  /** Whether a pointer may join those that are pressed. @param {PointerEvent} event */
  const joins = (event) => {
    if (event.button !== 0 || isPalm(event) || on.ready?.() === false) return false;
    const {pointerType, isPrimary} = event;
    const overPalm = pointerType === "pen" && kind === "touch";
    const anew = isPrimary && pointerType === kind; // the end of the one before was never heard
    if (overPalm || anew) cancel();
    return !pressed.size || (Boolean(on.pinch) && pointerType === "touch" && kind === "touch");
  };

  /** @param {PointerEvent} event */
  const down = (event) => {
    if (!joins(event)) return;
    const here = pixelOf(element, event);
    pressed.set(event.pointerId, here);
    element.setPointerCapture(event.pointerId);
    if (pressed.size === 1) {
      owner = event.pointerId;
      kind = event.pointerType;
      on.begin(here, event);
      return;
    }
    if (owner !== null) on.cancel?.();
    owner = null;
    grip = gripOf([...pressed.values()]);
  };

  /** @param {PointerEvent} event */
  const move = (event) => {
    const {pointerId} = event;
    if (kind === "touch" && isPalm(event)) cancel();
    if (pressed.has(pointerId)) {
      pressed.set(pointerId, pixelOf(element, event));
      if (owner === pointerId) on.move(pathOf(element, event));
      else pinch();
    } else if (hovers(event)) on.hover?.(pixelOf(element, event));
  };

  /** @param {PointerEvent} event */
  const hovers = ({pointerType}) => !pressed.size && pointerType !== "touch" && on.ready?.() !== false;

  const pinch = () => {
    const before = grip;
    grip = gripOf([...pressed.values()]);
    on.pinch?.(before.centre, grip.centre, before.spread && grip.spread ? grip.spread / before.spread : 1);
  };

  /** @param {PointerEvent} event @param {boolean} counts */
  const release = (event, counts) => {
    if (!pressed.delete(event.pointerId)) return;
    grip = gripOf([...pressed.values()]);
    if (owner !== event.pointerId) return;
    owner = null;
    if (counts && !isPalm(event)) on.end?.(pixelOf(element, event), event);
    else on.cancel?.();
  };

  watchPen(element.ownerDocument);
  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  if (on.ahead) {
    element.addEventListener("pointerrawupdate", (raw) => {
      const event = /** @type {PointerEvent} */ (raw);
      if (hovers(event)) on.ahead?.(pixelOf(element, event));
    });
  }
  element.addEventListener("pointerup", (event) => release(event, true));
  element.addEventListener("pointercancel", (event) => release(event, false));
  element.addEventListener("lostpointercapture", (event) => release(event, false));
  element.addEventListener("pointerleave", () => pressed.size || on.leave?.());
  preventTouchMenu(element);
}

/** The centre of some pixels, and their mean distance from it. @param {Pixel[]} pixels */
function gripOf(pixels) {
  const n = pixels.length || 1;
  /** @type {Pixel} */
  const centre = [0, 0];
  for (const [x, y] of pixels) {
    centre[0] += x / n;
    centre[1] += y / n;
  }
  const distances = pixels.map(([x, y]) => Math.hypot(x - centre[0], y - centre[1]));
  return {centre, spread: distances.reduce((sum, distance) => sum + distance / n, 0)};
}

/**
 * Where a pointer has been since its last event: browsers gather its moves, one event a frame.
 * @param {HTMLElement} element
 * @param {PointerEvent} event
 */
function pathOf(element, event) {
  const gathered = event.getCoalescedEvents?.() ?? [];
  return (gathered.length ? gathered : [event]).map((each) => pixelOf(element, each));
}
