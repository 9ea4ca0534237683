// HTML that several pages have: groups of buttons, menus, images with a caption.

import {escaped} from "./dom.js";

/** @typedef {readonly [value: string, text: string, help: string]} Choice */

/**
 * A button that switches a setting on and off.
 * @param {string} key
 * @param {string} text
 * @param {string} help
 */
export const toggle = (key, text, help) =>
  `<button type="button" data-set="${key}" title="${escaped(help)}">${text}</button>`;

/**
 * A group of buttons of which one is pressed.
 * @param {string} key
 * @param {string} label
 * @param {readonly Choice[]} choices
 * @param {string} extra attributes of each
 */
export const switches = (key, label, choices, extra = "") => `
  <div class="group" role="group" aria-label="${label}">${choices
    .map(
      ([value, text, help]) =>
        `<button type="button" data-set="${key}" data-value="${value}"
          title="${escaped(help)}" ${extra}>${text}</button>`,
    )
    .join("")}</div>`;

/**
 * A menu.
 * @param {string} key
 * @param {string} label
 * @param {readonly Choice[]} choices
 * @param {string} extra attributes of the menu
 */
export const menu = (key, label, choices, extra = "") => `
  <select data-choose="${key}" aria-label="${label}" title="${escaped(
    choices.map(([, text, help]) => `${text}: ${help}`).join("\n"),
  )}" ${extra}>
    ${choices.map(([value, text]) => `<option value="${value}">${text}</option>`).join("")}</select>`;

/**
 * A small canvas for one image.
 * @param {string} attributes
 * @param {string} label for screen readers
 */
export const canvas = (attributes, label) =>
  `<canvas ${attributes} width="1" height="1" role="img" aria-label="${label}"></canvas>`;

/**
 * An image with its caption.
 * @param {string} name
 * @param {string} label for screen readers
 */
export const figure = (name, label = name) => `
  <figure>
    ${canvas(`data-name="${name}"`, label)}
    <figcaption data-name="${name}-caption"></figcaption>
  </figure>`;
