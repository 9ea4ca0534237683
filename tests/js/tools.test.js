// The tools keep their contract (compare/tools/tool.js).

import assert from "node:assert/strict";
import test from "node:test";
import {SIDES} from "../../explorer/stage/assets/compare/sides.js";
import {pointAlong} from "../../explorer/stage/assets/compare/tools/film.js";
import {TOOLS} from "../../explorer/stage/assets/compare/tools/index.js";

const MENUS = {layers: {}, values: {}, sources: {prior: "the prior N(0, I)"}};

test("every tool has a name, a letter and a key of its own", () => {
  for (const part of ["name", "letter", "help"]) {
    assert.equal(new Set(TOOLS.map((tool) => tool[part])).size, TOOLS.length);
  }
  for (const {letter, help} of TOOLS) {
    assert.match(letter, /^[a-z]$/);
    assert.ok(help.endsWith(`(key ${letter.toUpperCase()})`));
  }
  const taken = ["m", "i", "o", "e"]; // keys of the page
  assert.ok(TOOLS.every(({letter}) => !taken.includes(letter)));
});

test("what a tool puts into the page has names that no other part has", () => {
  const html = TOOLS.map((tool) => tool.card(MENUS) + SIDES.map((side) => tool.dock?.(side) ?? "").join(""));
  const names = [...html.join("").matchAll(/data-name="([^"]+)"/g)].map(([, name]) => name);
  assert.ok(names.length > 40);
  assert.equal(new Set(names).size, names.length);
});

test("a sample's sources are those that Python names", () => {
  const html = TOOLS.map((tool) => tool.card(MENUS)).join("");
  assert.ok(html.includes('<option value="prior">the prior N(0, I)</option></select>'));
});

test("the first tool is the one that the address has by default", () => {
  assert.equal(TOOLS[0].name, "look");
});

test("a point along a path lies between its points", () => {
  const path = Float32Array.of(0, 0, 2, 0, 2, 4);
  assert.deepEqual(
    [0, 0.25, 0.5, 0.75, 1].map((share) => pointAlong(path, share)),
    [
      [0, 0],
      [1, 0],
      [2, 0],
      [2, 2],
      [2, 4],
    ],
  );
});
