// The HTML of the scene Evidence: what stands where, and the help texts of its numbers.

import {figure, switches} from "../kit/html.js";
import {questionBar} from "../question/bar.js";

/** @type {Record<string, string>} */
const NUMBER_HELP = {
  reconstruction:
    "\u2212E_q[log p(x|z)], in nats: what the image costs, once its code is drawn from q(z|x). A " +
    "quadrature over \u03b5, no samples.",
  kl: "KL(q(z|x) || N(0, I)), in nats, in closed form: what the code costs.",
  elbo:
    "ELBO = \u2212reconstruction \u2212 KL to the prior, in nats: what training makes large. Never above " +
    "log p(x).",
  gap:
    "KL(q(z|x) || p(z|x)), in nats: what q misses of the true posterior. Its mean over q is a quadrature " +
    "of its own, and the log p(x) in it a sum over other codes than the one shown: it does not come from " +
    "the other numbers.",
  log_evidence:
    "log p(x) = log of the integral of p(x|z) N(z; 0, I) over the plane, in nats; summed on the lattice " +
    "that the line below describes.",
  residual:
    "ELBO + KL(q(z|x) || p(z|x)) \u2212 log p(x), in nats: 0 if the identity holds. Both means over q, " +
    "and both sums for log p(x), are over different codes; what is left is their error.",
  lattice:
    "The lattice of codes that log p(x) was summed on: how many, and how far apart in z. Error: how much " +
    "the sum changed from the lattice half as fine; the true error is smaller.",
  amortisation:
    "ELBO of the best axis-parallel Gaussian \u2212 ELBO of the encoder's q(z|x), in nats: what the " +
    "encoder missed (the amortisation gap of Cremer et al. 2018). Without an encoder, q is the normal " +
    "with the posterior's mean and variances.",
  tilt:
    "ELBO of the best Gaussian \u2212 ELBO of the best axis-parallel one, in nats: what q misses because " +
    "its axes are those of z. With the next line, the approximation gap of Cremer et al. 2018.",
  shape:
    "log p(x) \u2212 ELBO of the best Gaussian that was found, in nats: what no single Gaussian can " +
    "reach.",
  steps:
    "Steps of Adam, then L-BFGS, on mean and standard deviations; how many a second were computed and " +
    "drawn.",
};

/** A number with its title. @param {string} name @param {string} title */
const number = (name, title) => `
  <div title="${NUMBER_HELP[name]}" data-part="${name}">
    <dt><i></i>${title}</dt><dd data-name="${name}">\u2013</dd></div>`;

/** An entry of the map's key. @param {string} kind @param {string} text @param {string} help */
const keyed = (kind, text, help, attributes = "") =>
  `<span ${attributes} title="${help}"><i class="${kind}"></i>${text}</span>`;

const POSTERIOR_HELP =
  "log p(z|x), exactly; the colours span the 12 nats below its peak, the lines lie 0.5 and 2 nats below " +
  "it: of a normal, one and two standard deviations";
const PLANE_HELP =
  "The true posterior p(z|x) in the plane of codes, with the ellipses of q(z|x). Arrow keys move epsilon, " +
  "plus and minus zoom";
const WAIT_NOTE =
  "Computing \u2026 the first image of a run waits until the run's whole plane is decoded, some seconds.";
const LANES_HELP = "Reconstruction and KL to the prior, together, are as long as minus log p(x) and the gap";
const EPSILON_HELP = "\u03b5 in its own plane, N(0, I) at 1, 2 and 3 standard deviations: drag the point";
const REFINE_HELP =
  "Improve q step by step: from the encoder's q and from the mode of p(z|x), then with free axes";
const BEST_Q_HELP = "The best Gaussian found for this image, at one and two standard deviations";

const view = `
    <span>see</span>
    ${switches("view", "Part of the plane", [
      ["near", "posterior", "Where p(z|x) and q(z|x) lie"],
      ["whole", "whole plane", "The range that holds the codes of all test images"],
    ])}`;

export const markup = () => `${questionBar(view)}
  <div class="scene">
    <section class="map" aria-label="The plane of codes">
      <div class="frame" data-name="frame" role="application" tabindex="0"
        aria-label="${PLANE_HELP}">
        <p class="error" data-name="error" role="alert" hidden></p>
        <p class="error" data-name="wait" role="status" hidden>${WAIT_NOTE}</p>
      </div>
      <p class="key">
        ${keyed("heat", "p(z|x)", POSTERIOR_HELP)}
        ${keyed("ring q", "q(z|x)", "The encoder's q(z|x), at one and two standard deviations")}
        ${keyed("cross", "mode", "Where p(z|x) is highest")}
        ${keyed("dot", "z", "z = mean + sd * epsilon")}
        ${keyed("dashes", "prior", "N(0, I) at 1, 2 and 3 standard deviations")}
        ${keyed("ring best", "best q", BEST_Q_HELP, 'data-name="best-key" hidden')}
      </p>
    </section>
    <div class="ledger">
      <section class="card account" aria-label="Where every nat goes">
        <h3><span data-name="title"></span> <small data-name="subtitle"></small></h3>
        <div class="lanes" data-name="lanes" role="img" aria-label="${LANES_HELP}"></div>
        <dl class="nats">
          ${number("reconstruction", "reconstruction")}${number("kl", "KL to the prior")}
          ${number("elbo", "ELBO")}${number("gap", "KL(q || p(z|x))")}
          ${number("log_evidence", "log p(x)")}${number("residual", "off by")}</dl>
        <p class="count" data-name="lattice" title="${NUMBER_HELP.lattice}"></p>
      </section>
      <div class="cards">
        <section class="card" aria-label="The image and what is decoded">
          <h3>image <small data-name="image-title"></small></h3>
          <div class="images">
            ${figure("x", "the image as the model is asked about it")}
            ${figure("decoded", "decoded from the mean of q(z|x)")}
            ${figure("sample", "decoded from z")}</div>
        </section>
        <section class="card" aria-label="Reparameterise">
          <h3>reparameterise</h3>
          <div class="square">
            <canvas data-name="epsilon" class="epsilon" tabindex="0" role="application"
              aria-label="Epsilon: drag the point, or use the arrow keys"
              title="${EPSILON_HELP}"></canvas></div>
          <div class="row">
            <button type="button" class="plain" data-do="draw"
              title="Draw \u03b5 from N(0, I)">draw \u03b5</button>
            <span data-name="z" title="\u03b5"></span></div>
        </section>
        <section class="card" aria-label="Refine">
          <h3>refine q</h3>
          <div class="row">
            <button type="button" class="plain" data-do="refine" data-name="refine"
              title="${REFINE_HELP}">refine</button>
            <span data-name="steps" title="${NUMBER_HELP.steps}"></span></div>
          <dl class="split">
            ${number("amortisation", `<span data-name="missed">encoder missed</span>`)}
            ${number("tilt", "axes can't tilt")}${number("shape", "no Gaussian can")}</dl>
        </section>
      </div>
    </div>
  </div>
  <p class="note" data-name="note" role="status" hidden></p>`;
