// The theme's key says whenever something has changed that is drawn from it.

import assert from "node:assert/strict";
import test from "node:test";
import {readTheme} from "../../explorer/stage/assets/kit/theme.js";

const WORDS = {colours: {light: ["#000000"], dark: ["#ffffff"]}, layers: {}};

test("letters that come late change the theme", () => {
  const style = {
    color: "rgb(255, 255, 255)",
    fontSize: "16px",
    fontFamily: "serif",
    getPropertyValue: () => "#ffffff",
  };
  Object.assign(globalThis, {
    getComputedStyle: () => style,
    document: {
      createElement: () => ({style: {}, remove: () => {}}),
      body: {append: () => {}},
    },
  });
  const root = /** @type {any} */ ({clientWidth: 1280});
  const before = readTheme(root, WORDS);
  assert.equal(readTheme(root, WORDS).key, before.key);
  style.fontSize = "13px";
  const after = readTheme(root, WORDS);
  assert.notEqual(after.key, before.key);
  assert.ok(after.small < before.small);
});
