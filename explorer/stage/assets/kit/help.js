// The help text that a mouse opens by hovering, a title, for a finger that rests on the same place.

import {Hold, preventTouchMenu, TAP_TOLERANCE} from "./hold.js";

const GAP = 24; // CSS pixels between the finger and the text above it
const MARGIN = 8; // CSS pixels between the text and the window's edges

/** @param {Event} event @returns {HTMLElement | null} what has a title, under the finger or around that */
function titled(event) {
  const [target] = event.composedPath();
  return target instanceof Element ? target.closest("[title]:not([title=''])") : null;
}

/**
 * A finger that rests on something with a title reads it; the tap that would follow does not count.
 * @param {HTMLElement} root
 */
export function showHelpToFingers(root) {
  const hold = new Hold();
  const bubble = document.createElement("p");
  bubble.className = "bubble";
  bubble.setAttribute("role", "tooltip");
  bubble.popover = "manual";
  root.append(bubble);
  let from = [0, 0];
  let opened = false; // by the finger that is down, or was last

  /** @param {PointerEvent} event */
  const down = (event) => {
    hold.stop();
    opened = false;
    const element = event.pointerType === "touch" && event.isPrimary ? titled(event) : null;
    if (!element) return;
    from = [event.clientX, event.clientY];
    hold.start(() => {
      opened = true;
      show(bubble, element.title, from);
    });
  };

  root.addEventListener("pointerdown", down, {capture: true});
  root.addEventListener("pointermove", ({clientX, clientY}) => {
    if (Math.hypot(clientX - from[0], clientY - from[1]) >= TAP_TOLERANCE) hold.stop();
  });
  for (const type of ["pointerup", "pointercancel"]) root.addEventListener(type, () => hold.stop());
  root.addEventListener(
    "click",
    (event) => {
      if (!opened) return;
      opened = false;
      event.preventDefault();
      event.stopPropagation();
    },
    {capture: true},
  );
  preventTouchMenu(root, (event) => titled(event) !== null);
}

/**
 * Above the finger if there is room, else below it; until something is touched again.
 * @param {HTMLElement} bubble
 * @param {string} text
 * @param {number[]} finger
 */
function show(bubble, text, [x, y]) {
  bubble.textContent = text;
  bubble.showPopover();
  const hide = () => bubble.isConnected && bubble.hidePopover();
  document.addEventListener("pointerdown", hide, {capture: true, once: true});
  const {width, height} = bubble.getBoundingClientRect();
  const left = Math.max(MARGIN, Math.min(innerWidth - width - MARGIN, x - width / 2));
  const above = y - GAP - height;
  bubble.style.left = `${left}px`;
  bubble.style.top = `${above >= MARGIN ? above : y + GAP}px`;
}
