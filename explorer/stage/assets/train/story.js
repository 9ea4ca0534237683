// What happens, in sentences: each is said once, when its event comes. No DOM in here.

const SPREAD = 3; // standard deviation of codes, in units of z, beyond which a cloud has left the prior
const CARRIES = 1; // nats of KL from which a code carries information
const LITTLE = 0.5; // nats of KL that carry almost nothing
const FIRST = 0.01; // epochs after which the first steps are over
const NOTHING = 0.1; // nats of KL below which it carries none
const PATIENCE = 0.4; // epochs until a code that carries nothing is called collapsed
const APART = 0.6; // share of images whose neighbours agree with their class, from which classes are apart
const NEIGHBOURS = 5;

/**
 * @typedef {object} State of one side, now
 * @property {string} name of the model, short
 * @property {boolean} prior whether it has one
 * @property {number} epoch
 * @property {number} [kl] nats, smoothed
 * @property {number} lowest that it has been
 * @property {number} [beta]
 * @property {number} spread the larger standard deviation of its codes
 * @property {number} agreement share of images whose nearest neighbours have their class
 */

/** What may be said: a name, when, and the sentence. @type {[string, (s: State) => boolean, (s: State) => string][]} */
const EVENTS = [
  [
    "falls",
    ({kl = 1, epoch}) => kl < LITTLE && epoch > FIRST,
    ({name, kl = 0}) =>
      `${name}: the KL to the prior has fallen to ${kl.toFixed(1)} nats. For now the code carries almost nothing.`,
  ],
  [
    "carries",
    ({kl = 0, lowest}) => lowest < LITTLE && kl > CARRIES,
    ({name, kl = 0}) => `${name}: KL rises to ${kl.toFixed(1)} nats. The code starts to carry information.`,
  ],
  [
    "collapsed",
    ({kl, epoch}) => kl !== undefined && kl < NOTHING && epoch > PATIENCE,
    ({name}) =>
      `${name}: KL stays near zero. The posterior has collapsed onto the prior, and the code says nothing.`,
  ],
  [
    "escapes",
    ({prior, spread}) => !prior && spread > SPREAD,
    ({name, spread}) =>
      `${name}: the cloud spreads, to a standard deviation of ${spread.toFixed(1)}. Nothing ties it to N(0, I).`,
  ],
  [
    "apart",
    ({agreement}) => agreement > APART,
    ({name, agreement}) =>
      `${name}: classes separate. ${Math.round(100 * agreement)} % of the images have the class of most ` +
      "of their 5 nearest codes.",
  ],
  [
    "free",
    ({beta}) => beta === 0,
    ({name}) =>
      `${name}: \u03b2 is 0. Only the reconstruction counts, and codes drift apart, as an autoencoder's do.`,
  ],
  [
    "strong",
    ({beta = 1}) => beta >= 3,
    ({name, beta = 1}) =>
      `${name}: \u03b2 is ${beta}. The KL term counts ${beta} times, and reconstructions blur.`,
  ],
];

export const BEGINNING =
  "Both networks start from random weights: every image has nearly the same code, every code the same image.";

const AGAIN = new Set(["collapsed", "free", "strong"]); // events that may come again

export class Story {
  constructor() {
    /** Those that were told, and hold still. @type {Set<string>} */
    this.events = new Set();
  }

  /**
   * The sentence of the first event that is new, or "".
   * @param {State[]} states of both sides
   */
  next(states) {
    for (const [event, holds, sentence] of EVENTS) {
      for (const state of states) {
        const key = `${event} ${state.name}`;
        if (!holds(state)) {
          if (AGAIN.has(event)) this.events.delete(key);
        } else if (!this.events.has(key)) {
          this.events.add(key);
          return sentence(state);
        }
      }
    }
    return "";
  }
}

/**
 * The larger standard deviation of codes on an axis.
 * @param {Float32Array} codes (n, 2)
 */
export function spreadOf(codes) {
  const n = codes.length / 2;
  const deviations = [0, 1].map((axis) => {
    let [sum, squares] = [0, 0];
    for (let k = axis; k < codes.length; k += 2) {
      sum += codes[k];
      squares += codes[k] * codes[k];
    }
    return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
  });
  return Math.max(...deviations);
}

/**
 * The share of images of whose five nearest neighbours most have their class.
 * @param {Float32Array} codes (n, 2) @param {ArrayLike<number>} labels (n,)
 */
export function agreementOf(codes, labels) {
  const n = labels.length;
  let agreeing = 0;
  for (let i = 0; i < n; i++) {
    const near = new Float64Array(NEIGHBOURS).fill(Number.POSITIVE_INFINITY);
    const whose = new Int32Array(NEIGHBOURS).fill(-1);
    for (let j = 0; j < n; j++) {
      const distance = (codes[2 * i] - codes[2 * j]) ** 2 + (codes[2 * i + 1] - codes[2 * j + 1]) ** 2;
      if (j === i || distance >= near[NEIGHBOURS - 1]) continue;
      let place = NEIGHBOURS - 1;
      for (; place > 0 && near[place - 1] > distance; place--) {
        near[place] = near[place - 1];
        whose[place] = whose[place - 1];
      }
      near[place] = distance;
      whose[place] = labels[j];
    }
    let same = 0;
    for (const label of whose) same += Number(label === labels[i]);
    agreeing += Number(same > NEIGHBOURS / 2);
  }
  return n ? agreeing / n : 0;
}
