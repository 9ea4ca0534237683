// The images of the page Evidence: as the model is asked about it, decoded from the mean, and decoded from z.

import * as atlas from "../kit/atlas.js";
import {signed} from "../kit/numbers.js";

const BELOW = "\n\u00a0\n\u00a0"; // captions are as high as that of z

export function drawImage(find, name, image, theme, caption) {
  atlas.image(find(name), image, theme.ink);
  find(`${name}-caption`).textContent = caption;
}

export function drawImages(find, {x, decoded}, sample, theme, sampleCaption) {
  drawImage(find, "x", x, theme, `x${BELOW}`);
  drawImage(find, "decoded", decoded, theme, `from \u03bc${BELOW}`);
  if (sample) drawImage(find, "sample", sample, theme, sampleCaption);
}

/** The code z that an image was decoded from; sd says how many digits it deserves. */
export function codeCaption(z, sd) {
  const range = Math.max(...sd) * 100;
  return `from z\n${z.map((v) => signed(v, range)).join("\n")}`;
}
