// The numbers of one image: every nat, the bars, and how the gap is split by the search.

import {tiny} from "../kit/numbers.js";
import * as bars from "./bars.js";

/** @typedef {import("../kit/dom.js").Find} Find */

/**
 * @typedef {object} Numbers of an image, in nats, as the server sends them (latent/evidence.Account)
 * @property {number} reconstruction
 * @property {number} kl
 * @property {number} elbo
 * @property {number} gap
 * @property {number} log_evidence log p(x)
 * @property {number} residual ELBO + gap - log p(x): 0, but for the errors of their sums
 * @property {number} codes that log p(x) was summed on
 * @property {number} spacing of these, in z
 * @property {number} error of that sum
 * @property {number[]} mode of p(z|x)
 * @property {number[]} mean of q(z|x)
 * @property {number[]} sd of q(z|x)
 * @property {number[][]} box the least and the largest z where p(z|x) matters
 */

/**
 * @typedef {object} Account of the server (live/evidence.account_of)
 * @property {Numbers} numbers
 * @property {import("../kit/images.js").Images} x the image as the model is asked about it
 * @property {import("../kit/images.js").Images} decoded from the mean of q(z|x)
 */

const NUMBERS_OF_NATS = /** @type {const} */ (["reconstruction", "kl", "elbo", "gap", "log_evidence"]);
const PARTS_OF_GAP = /** @type {const} */ (["amortisation", "tilt", "shape"]);

/** @param {Find} find @param {string} name @param {string} text */
export function say(find, name, text) {
  find(name).textContent = text.replace("-", "\u2212");
}

/**
 * @param {Find} find
 * @param {HTMLElement} root
 * @param {Numbers} numbers
 * @param {import("./search.js").Search} search
 */
export function fillLedger(find, root, numbers, search) {
  const split = search.best ? search.split(numbers) : null;
  find("best-key").hidden = !split;
  bars.draw(find("lanes"), numbers, split);
  for (const name of NUMBERS_OF_NATS) say(find, name, numbers[name].toFixed(2));
  say(find, "residual", tiny(numbers.residual));
  say(find, "lattice", summed(numbers));
  const digits = numbers.gap < 10 ? 3 : 2;
  for (const part of PARTS_OF_GAP) say(find, part, split ? split[part].toFixed(digits) : "\u2013");
  say(find, "steps", search.count ? `${search.count} steps, ${Math.round(search.rate)}/s` : "");
  find("refine").textContent = search.running ? "stop" : "refine";
  root.dataset.steps = String(search.count);
  root.dataset.rate = search.rate.toFixed(1);
  root.dataset.searching = String(search.running);
}

/**
 * What the cards are called: the run, the image, and whose q the gap is.
 * @param {Find} find
 * @param {import("../question/question.js").AboutImage} data
 * @param {import("../question/question.js").ImageQuestion} question
 */
export function fillTitles(find, {title, encoder}, {current, caption}) {
  const warning = current.pixels === "grey" ? ": grey pixels, so a cross-entropy, not a probability" : "";
  find("missed").textContent = encoder ? "encoder missed" : "this q missed";
  find("title").textContent = "where every nat goes";
  find("subtitle").textContent = `${title} \u201c${current.run}\u201d${warning}`;
  find("image-title").textContent = caption;
}

/** How log p(x) was summed, in words. @param {Numbers} numbers */
function summed({codes, spacing, error}) {
  const lattice = `${codes.toLocaleString("en")} codes, 1/${Math.round(1 / spacing)} apart`;
  return `log p(x) is a sum over ${lattice}; a lattice half as fine is off by ${tiny(error)} nats`;
}
