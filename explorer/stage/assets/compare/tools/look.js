// Look: what is decoded at z, and the image in question through both models: drawn under every tool.

import {figure} from "../../kit/html.js";
import {SIDES} from "../sides.js";

const NEAREST_HELP = "The test image whose code is nearest to z, among those that are shown";
const IMAGE_HELP =
  "Hover a point to choose the image: it is encoded and decoded by both runs, and marked on both maps";
const EVIDENCE_HELP = "Where every nat of log p(x) goes, for this image: the page Evidence";

/** @type {import("./tool.js").Tool} */
export const look = {
  name: "look",
  help: "What lies under the pointer (key L)",
  letter: "l",
  marksImage: true,
  card: () => `
  <section class="card grows" aria-label="Decoded image">
    <h3><span data-name="z-title">decoded</span> <small data-name="z-from"></small></h3>
    <div class="decoded">${figure("decoded", "the image decoded from z")}</div>
    <div class="nearest" title="${NEAREST_HELP}">
      ${figure("nearest", "the nearest test image")}
    </div>
  </section>
  <section class="card" aria-label="One test image through both models"
    title="${IMAGE_HELP}">
    <h3><span data-name="test-image-title">test image</span> <small>hover a point</small>
      <button type="button" class="link" data-go="evidence"
        title="${EVIDENCE_HELP}">Evidence \u203a</button></h3>
    <div class="three-images">${[
      figure("original", "the test image"),
      ...SIDES.map((side) => figure(`${side}-image`, `decoded by the ${side} run`)),
    ].join("")}</div>
  </section>`,
  create: () => ({}),
};
