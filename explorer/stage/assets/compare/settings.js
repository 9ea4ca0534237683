// The row of settings: what is pressed and chosen follows the scene, and changes it.

import {onClick} from "../kit/dom.js";
import {SIDES} from "./sides.js";
import {TOOLS} from "./tools/index.js";

/** Let buttons [data-set], menus [data-choose] and the opacity change the scene. */
export function listenToSettings(context) {
  const {root, find} = context;
  onClick(root, "set", (key, button) => context.change({[key]: button.dataset.value ?? !context.scene[key]}));
  root.addEventListener("change", (event) => {
    const key = event.target.dataset.choose;
    if (key) context.change({[key]: event.target.value});
  });
  find("opacity").addEventListener("input", (event) => context.change({opacity: Number(event.target.value)}));
  find("help-button").addEventListener("click", () => find("help").showModal());
}

/** Show the scene in its buttons and menus, and the tool that is taken up. */
export function showSettings({root, find, scene}) {
  for (const button of root.querySelectorAll("[data-set]")) {
    const value = scene[button.dataset.set];
    button.setAttribute("aria-pressed", button.dataset.value ? value === button.dataset.value : value);
  }
  for (const menu of root.querySelectorAll("[data-choose]")) menu.value = scene[menu.dataset.choose];
  for (const box of root.querySelectorAll("[data-tool]")) box.hidden = box.dataset.tool !== scene.tool;
  const docked = TOOLS.some((tool) => tool.dock && tool.name === scene.tool) ? scene.tool : "standard";
  for (const dock of root.querySelectorAll("[data-dock]")) dock.hidden = dock.dataset.dock !== docked;
  find("opacity").value = scene.opacity;
  for (const control of root.querySelectorAll("[data-images]")) control.disabled = !scene.manifold;
}

/** The runs of both menus; one that is gone stays while it is shown. */
export function fillRunMenus({find, scene}, names) {
  for (const side of SIDES) {
    const menu = find(`${side}-run`);
    const chosen = scene[side];
    const all = names.includes(chosen) ? names : [...names, chosen];
    if (all.join() !== [...menu.options].map((option) => option.value).join()) {
      menu.replaceChildren(...all.map((name) => new Option(name, name)));
    }
    menu.value = chosen;
  }
}
