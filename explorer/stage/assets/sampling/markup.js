// The HTML of the page about sampling, its names for screen readers and its help texts.

import {canvas} from "../kit/html.js";

const MINUS = "\u2212";

const REPEATED_HELP =
  "One repetition is one estimate with k samples of its own: the pool of samples is cut into disjoint " +
  "blocks of k.";
const NEEDED_HELP =
  "The smallest k = 1, 2, 4, \u2026 of which nine in ten repetitions come within one nat of the exact " +
  "log p(x). Measured where the pool holds at least 8 repetitions; nothing is extrapolated.";

/** @typedef {"prior" | "q" | "bound"} EstimateKey */

/** @type {{key: EstimateKey, title: string, help: string, needed: string}[]} */
export const ESTIMATES = [
  {
    key: "prior",
    title: "naive Monte Carlo",
    help: "log of the mean of p(x|z), z from the prior N(0, I), in nats: with all samples so far.",
    needed: NEEDED_HELP,
  },
  {
    key: "q",
    title: "importance sampling",
    help:
      "log of the mean of p(x, z) / q(z|x), z from the encoder's q(z|x), in nats: with all samples so " +
      "far.",
    needed: NEEDED_HELP,
  },
  {
    key: "bound",
    title: "IW bound",
    help:
      "The importance-weighted bound of order k (Burda et al. 2016), in nats: the mean, over the " +
      "repetitions, of the importance-sampling estimate with k samples, for the largest k with 8 " +
      "repetitions. For k = 1 the ELBO.",
    needed:
      "The smallest k = 1, 2, 4, \u2026 whose bound, a mean over at least 8 repetitions, lies within " +
      "one nat of the exact log p(x).",
  },
];

const EXACT_HELP =
  "log of the integral of p(x|z) N(z; 0, I) over the plane, by quadrature on a lattice that follows the " +
  "posterior, in nats";
const CHART_LABEL =
  "Estimates against the number of samples k. Left and right arrows read the numbers at one k";
const SAMPLES_HELP = "Samples drawn so far from either distribution; it ends by itself at 131,072";
const RATE_HELP =
  "Codes drawn, decoded and weighed in a second of the server's time, both estimators together";

export const growth = () => `
  <section class="chart" aria-label="Estimates of log p(x) against the number of samples">
    <p class="key" data-name="key"></p>
    <svg data-name="chart" role="application" tabindex="0"
      aria-label="${CHART_LABEL}"></svg>
    <p class="readout" data-name="readout" aria-live="polite"
      title="80 % of the repetitions lie between the two numbers; rms: their root mean square error, nats"></p>
  </section>
  <aside>
    <section class="card shown">
      ${canvas('data-name="picture"', "The image in question")}
      <div>
        <h3 data-name="caption"></h3>
        <p title="${EXACT_HELP}">exact log p(x)<b data-name="exact"></b></p>
      </div>
    </section>
    <section class="card">
      <table>
        <thead><tr><th scope="col"><span class="hidden">estimate</span></th>
          <th scope="col" title="The estimate with all samples so far, in nats">now</th>
          <th scope="col" title="${NEEDED_HELP}">needs</th></tr></thead>
        <tbody>${ESTIMATES.map(
          (e) => `<tr class="${e.key}"><th scope="row" title="${e.help}"><i></i>${e.title}</th>
          <td data-name="now-${e.key}" title="${e.help}"></td>
          <td data-name="needs-${e.key}" title="${e.needed}"></td></tr>`,
        ).join("")}</tbody>
      </table>
      <small>now: nats. Needs: samples to come within one nat, in 9 of 10 tries; the bound: its mean</small>
    </section>
    <section class="card">
      <p class="pair" title="${SAMPLES_HELP}"><span>samples of each</span><b data-name="samples"></b></p>
      <div class="progress"><i data-name="progress"></i></div>
      <p class="pair" title="${RATE_HELP}"><span>samples a second</span><b data-name="rate"></b></p>
    </section>
    <section class="card grows said"><p data-name="said"></p></section>
  </aside>`;

export const CHART_KEY = [
  ["prior band", "naive: 80 % of repetitions", REPEATED_HELP],
  ["q band", "importance: 80 %", REPEATED_HELP],
  [
    "path",
    "one growing sample",
    "The estimate with the first k samples: one repetition, as long as all of them",
  ],
  [
    "bound",
    "IW bound",
    "Mean of the importance-sampling estimates with k samples each: E log is at most log E",
  ],
  ["near", "within 1 nat", "At most one nat from the exact log p(x)"],
];

/**
 * A slider with its number.
 * @param {string} name
 * @param {string} label
 * @param {number} min
 * @param {number} max
 * @param {number} step
 * @param {string} help
 */
const slider = (name, label, min, max, step, help) => `
  <label class="setting" title="${help}"><span>${label}</span>
    <input type="range" data-name="${name}" min="${min}" max="${max}" step="${step}" aria-label="${label}">
    <output data-name="${name}-out"></output></label>`;

/** @type {[key: string, title: string, help: string, digits: number][]} */
export const MEASURES = [
  [
    "squared",
    "squared error, summed",
    "Sum over the pixels of the squared difference of grey values in [0, 1] to the original",
    2,
  ],
  [
    "given_code",
    `${MINUS}log p(x\u2032|z), nats`,
    "z the original's code. Nats; z is the mean of q(z|x) of the original: how badly the original's " +
      "decoded picture explains the copy",
    1,
  ],
  [
    "nll",
    `${MINUS}log p(x\u2032), exact, nats`,
    "No distance: how likely the model finds the copy by itself. Nats: minus the log of the integral of " +
      "p(x\u2032|z) N(z; 0, I) over the plane, by quadrature: how unlikely the model finds the copy by " +
      "itself",
    1,
  ],
  [
    "distance",
    "distance of the codes",
    "Euclidean distance of the mean code to the original's, in units of z",
    3,
  ],
  [
    "deviations",
    "\u2026 in deviations of q",
    "The same, each axis in standard deviations of q(z|x) of the original (Mahalanobis distance)",
    1,
  ],
];

const CUTTER_LABEL =
  "The copy with a piece cut out. Click, drag or arrow keys move the piece, plus and minus change its size";
const HOW_TO_CUT =
  "Drag the square, or click; arrow keys move it, + and \u2212 change its size. The sliders shift the " +
  "third picture.";
const DRAWN_HELP =
  "Pictures and squared error: the grey pixels. The model is asked about each as one draw in black or white.";
const RIGHT_HELP = "Shift to the right, in pixels; between pixels bilinear";
const DOWN_HELP = "Shift down, in pixels; between pixels bilinear";

/** The row of a measure. @param {string} key @param {string} title @param {string} help */
const measure = (key, title, help) =>
  `<tr><th scope="row" title="${help}">${title}</th>${["original", "cut", "shifted"]
    .map((which) => `<td data-name="${key}-${which}"></td>`)
    .join("")}</tr>`;

export const copies = () => `
  <div class="copies">
    <table>
      <thead><tr>
        <td>
          <p class="said" data-name="said" aria-live="polite"></p>
          <p>${HOW_TO_CUT}</p>
          <p data-name="drawn" hidden>${DRAWN_HELP}</p></td>
        <th scope="col"><div class="picture">${canvas('data-name="original"', "The original")}</div>
          <h3 data-name="caption"></h3></th>
        <th scope="col">
          <div class="picture" data-name="cutter" role="application" tabindex="0"
            aria-label="${CUTTER_LABEL}">
            <canvas data-name="cut" width="1" height="1"></canvas><i data-name="piece"></i></div>
          <h3>a piece cut out</h3>
          ${slider("side", "pixels a side", 1, 12, 1, "Side of the square that is cut out, in pixels")}</th>
        <th scope="col"><div class="picture">${canvas('data-name="shifted"', "The shifted copy")}</div>
          <h3>shifted</h3>
          <div class="two">
            ${slider("right", "right", -4, 4, 0.25, RIGHT_HELP)}
            ${slider("down", "down", -4, 4, 0.25, DOWN_HELP)}</div></th></tr></thead>
      <tbody>${MEASURES.map(([key, title, help]) => measure(key, title, help)).join("")}</tbody>
    </table>
  </div>`;
