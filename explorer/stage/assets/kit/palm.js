// The hand that holds a pen rests on the screen: while the pen is in use, no finger counts, wherever it is.

const PEN_REST_MS = 1000; // after the pen was last seen: between two strokes of a word

const pen = {down: false, seen: -Infinity};

/** @param {PointerEvent} event */
function watch({pointerType, buttons, timeStamp}) {
  if (pointerType !== "pen") return;
  pen.down = buttons !== 0;
  pen.seen = timeStamp;
}

/** Know of every pen, over whichever element it is. @param {Document} document */
export function watchPen(document) {
  for (const type of /** @type {const} */ (["pointerdown", "pointermove", "pointerup", "pointercancel"])) {
    document.addEventListener(type, watch, {capture: true}); // once, however often it is asked for
  }
}

/**
 * Whether an event is of a palm: a finger that came while a pen was in use, or is there when a pen comes down.
 * @param {PointerEvent} event
 */
export function isPalm({type, pointerType, timeStamp}) {
  if (pointerType !== "touch") return false;
  return pen.down || (type === "pointerdown" && timeStamp - pen.seen < PEN_REST_MS);
}
