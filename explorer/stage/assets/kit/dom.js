// Small things that all pages do with their elements.

import {showHelpToFingers} from "./help.js";

/** @typedef {(name: string) => any} Find an element by its data-name, of whatever kind the page's HTML has */

/**
 * A page's element, filled; and what finds the parts in it that have a data-name.
 * @param {HTMLElement} parent
 * @param {string} name class of the element, after "stage"
 * @param {string} html
 */
export function mounted(parent, name, html) {
  const root = document.createElement("div");
  root.className = `stage ${name}`.trim();
  root.innerHTML = html;
  parent.append(root);
  showHelpToFingers(root);
  return {root, find: finder(root)};
}

/** @param {HTMLElement} root @returns {Find} */
export const finder = (root) => (name) => root.querySelector(`[data-name="${name}"]`);

/** A text in an attribute. @param {string} text */
export const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/**
 * Call `action` with the value of a data-attribute of whatever is clicked below a root.
 * @param {HTMLElement} root
 * @param {string} attribute without "data-"
 * @param {(value: string, element: HTMLElement) => void} action
 */
export function onClick(root, attribute, action) {
  root.addEventListener("click", (event) => {
    const element = /** @type {HTMLElement} */ (event.target).closest(`[data-${attribute}]`);
    if (element instanceof HTMLElement) action(element.dataset[attribute] ?? "", element);
  });
}

/**
 * Count what happened in a data-attribute; tests wait for it.
 * @param {HTMLElement} element
 * @param {string} name of the attribute, without "data-"
 */
export function count(element, name) {
  element.dataset[name] = String(Number(element.dataset[name] ?? 0) + 1);
}

/**
 * Call `action` in the next frame, however often it is asked for.
 * @param {() => void} action
 * @returns {() => void}
 */
export function oncePerFrame(action) {
  let scheduled = false;
  return () => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      action();
    });
  };
}

/**
 * Call `resized` when the element's size changes, and `watch` now and then while it is in the document.
 * @param {HTMLElement} root
 * @param {() => void} resized
 * @param {() => void} watch
 * @param {number} milliseconds between two looks
 * @returns {() => void} what ends both
 */
export function observed(root, resized, watch, milliseconds) {
  const observer = new ResizeObserver(resized);
  observer.observe(root);
  const timer = setInterval(() => root.isConnected && watch(), milliseconds);
  return () => {
    observer.disconnect();
    clearInterval(timer);
  };
}
