// Buttons, menus and inputs, several at once.

/**
 * Let controls below a root be used, or not.
 * @param {HTMLElement} root
 * @param {string} selector
 * @param {boolean} disabled
 */
export function disable(root, selector, disabled) {
  const controls = /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll(selector));
  for (const control of controls) control.disabled = disabled;
}
