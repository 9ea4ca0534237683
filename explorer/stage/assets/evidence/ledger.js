// The numbers of one image: every nat, the bars, and how the gap is split by the search.

import {tiny} from "../kit/numbers.js";
import * as bars from "./bars.js";

const NUMBERS = ["reconstruction", "kl", "elbo", "gap", "evidence"];
const PARTS = ["amortisation", "tilt", "shape"]; // of the gap

export function say(find, name, text) {
  find(name).textContent = text.replace("-", "\u2212");
}

/**
 * @param {(name: string) => any} find
 * @param {HTMLElement} root
 * @param {any} numbers of the account, in nats
 * @param {import("./search.js").Search} search
 */
export function fillLedger(find, root, numbers, search) {
  const split = search.best ? search.split(numbers) : null;
  find("best-key").style.visibility = split ? "visible" : "hidden";
  bars.draw(find("lanes"), numbers, split);
  for (const name of NUMBERS) say(find, name, numbers[name].toFixed(2));
  say(find, "closes", tiny(numbers.closes));
  say(find, "lattice", summed(numbers));
  const digits = numbers.gap < 10 ? 3 : 2;
  for (const part of PARTS) say(find, part, split ? split[part].toFixed(digits) : "\u2013");
  say(find, "steps", search.count ? `${search.count} steps, ${Math.round(search.rate)}/s` : "");
  find("refine").textContent = search.running ? "stop" : "refine";
  root.dataset.steps = String(search.count);
  root.dataset.rate = search.rate.toFixed(1);
  root.dataset.searching = String(search.running);
}

/** What the cards are called: the run, the image, and whose q the gap is. */
export function fillTitles(find, {title, encoder}, {current, caption}) {
  const warning = current.pixels === "grey" ? ": grey pixels, so a cross-entropy, not a probability" : "";
  find("missed").textContent = encoder ? "encoder missed" : "this q missed";
  find("title").textContent = "where every nat goes";
  find("subtitle").textContent = `${title} \u201c${current.run}\u201d${warning}`;
  find("image-title").textContent = caption;
}

/** How log p(x) was summed, in words. */
function summed({codes, spacing, error}) {
  const lattice = `${codes.toLocaleString("en")} codes, 1/${Math.round(1 / spacing)} apart`;
  return `log p(x) is a sum over ${lattice}; a lattice half as fine is off by ${tiny(error)} nats`;
}
