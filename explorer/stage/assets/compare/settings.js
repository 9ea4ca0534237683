// The row of settings: what is pressed and chosen follows the scene, and changes it.

import {onClick} from "../kit/dom.js";
import {runOptions} from "../kit/runs.js";
import {disable} from "./controls.js";
import {SIDES} from "./sides.js";
import {TOOLS} from "./tools/index.js";

/**
 * @typedef {import("./tools/tool.js").Context} Context
 * @typedef {import("./scene.js").Scene} Scene
 */

/**
 * A change of the scene by the name that a control has for it.
 * @param {string} key
 * @param {string | boolean} value
 */
const changeOf = (key, value) => /** @type {Partial<Scene>} */ (/** @type {unknown} */ ({[key]: value}));

/**
 * What a scene has under the name that a control has for it.
 * @param {Scene} scene
 * @param {string | undefined} key
 */
const settingOf = (scene, key) => scene[/** @type {keyof Scene} */ (key)];

/** Let buttons [data-set], menus [data-choose] and the opacity change the scene. @param {Context} context */
export function listenToSettings(context) {
  const {root, find} = context;
  onClick(root, "set", (key, button) =>
    context.change(changeOf(key, button.dataset.value ?? !settingOf(context.scene, key))),
  );
  root.addEventListener("change", (event) => {
    const menu = /** @type {HTMLSelectElement} */ (event.target);
    const key = menu.dataset.choose;
    if (key) context.change(changeOf(key, menu.value));
  });
  const opacity = find("opacity");
  opacity.addEventListener("input", () => context.change({opacity: Number(opacity.value)}));
  find("help-button").addEventListener("click", () => find("help").showModal());
}

/** Show the scene in its buttons and menus, and the tool that is taken up. @param {Context} context */
export function showSettings({root, find, scene}) {
  for (const button of elements(root, "[data-set]")) {
    const value = settingOf(scene, button.dataset.set);
    const pressed = button.dataset.value ? value === button.dataset.value : value;
    button.setAttribute("aria-pressed", String(pressed));
  }
  for (const menu of /** @type {HTMLSelectElement[]} */ (elements(root, "[data-choose]"))) {
    menu.value = String(settingOf(scene, menu.dataset.choose));
  }
  for (const box of elements(root, "[data-tool]")) box.hidden = box.dataset.tool !== scene.tool;
  const docked = TOOLS.some((tool) => tool.dock && tool.name === scene.tool) ? scene.tool : "standard";
  for (const dock of elements(root, "[data-dock]")) dock.hidden = dock.dataset.dock !== docked;
  find("opacity").value = scene.opacity;
  disable(root, "[data-images]", !scene.manifold);
}

/** @param {HTMLElement} root @param {string} selector @returns {HTMLElement[]} */
const elements = (root, selector) =>
  [...root.querySelectorAll(selector)].filter((each) => each instanceof HTMLElement);

/** @param {HTMLOptionElement[]} options */
const textOf = (options) => options.map((option) => option.text).join("\n");

/**
 * The runs of both menus; one that is gone stays while it is shown.
 * @param {Context} context
 * @param {string[]} names
 * @param {Record<string, string>} unusable folders that are no runs, and why
 */
export function fillRunMenus({find, scene}, names, unusable) {
  for (const side of SIDES) {
    /** @type {HTMLSelectElement} */
    const menu = find(`${side}-run`);
    const chosen = scene[side];
    const all = names.includes(chosen) ? names : [...names, chosen];
    const options = runOptions(all, unusable);
    if (textOf(options) !== textOf([...menu.options])) menu.replaceChildren(...options);
    menu.value = chosen;
  }
}
