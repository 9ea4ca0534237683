// The search for the best Gaussian: a WebSocket that sends every step, and how its results split the gap.

import {socketUrl} from "../kit/line.js";

/**
 * @typedef {object} Step of a search (live/evidence.refine)
 * @property {string} phase "encoder", "mode" or "tilted"
 * @property {number[]} mean
 * @property {number[][]} tril its standard deviations, as a lower triangle
 * @property {number} elbo nats
 */

/**
 * @typedef {object} Split the gap's parts, in nats
 * @property {number} amortisation what the encoder missed
 * @property {number} tilt what no axis-parallel Gaussian can reach
 * @property {number} shape what no Gaussian can
 */

export class Search {
  /**
   * @param {string} prefix of the live routes
   * @param {{step: (step: Step) => void, done: () => void, failed: (text: string) => void}} on
   */
  constructor(prefix, on) {
    this.prefix = prefix;
    this.on = on;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.count = 0;
    this.rate = 0; // steps a second
    /** The last step of each phase. @type {Record<string, Step>} */
    this.ends = {};
    /** @type {number | null} */
    this.began = null;
  }

  /** Forget what was searched: another image is in question. */
  reset() {
    this.stop();
    this.count = 0;
    this.rate = 0;
    this.ends = {};
    this.began = null;
  }

  get running() {
    return this.socket !== null;
  }

  /** @param {import("../question/question.js").Body} question */
  start(question) {
    this.reset();
    const socket = new WebSocket(socketUrl(`${this.prefix}/refine`));
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(question));
    socket.onmessage = ({data}) => {
      if (socket === this.socket) this.take(JSON.parse(data));
    };
    socket.onclose = () => {
      if (socket !== this.socket) return;
      this.socket = null;
      this.on.failed("The connection to the app is lost: refine again.");
    };
  }

  /** @param {Step & {error?: string, done?: boolean}} message */
  take(message) {
    if (message.error) {
      this.stop();
      this.on.failed(message.error);
    } else if (message.done) {
      this.stop();
      this.on.done();
    } else {
      this.began ??= performance.now();
      this.count += 1;
      this.rate = this.count > 1 ? ((this.count - 1) * 1000) / (performance.now() - this.began) : 0;
      this.ends[message.phase] = message;
      this.on.step(message);
    }
  }

  /**
   * The gap's parts by what is known so far: the best of both kinds of q, never worse than the start.
   * @param {{elbo: number, evidence: number}} numbers
   * @returns {Split}
   */
  split({elbo, evidence}) {
    /** @param {string[]} phases @param {number} least */
    const best = (phases, least) => {
      const elbos = phases.map((phase) => this.ends[phase]?.elbo ?? -Infinity);
      return Math.min(Math.max(least, ...elbos), evidence);
    };
    const parallel = best(["encoder", "mode"], elbo);
    const tilted = best(["tilted"], parallel);
    return {amortisation: parallel - elbo, tilt: tilted - parallel, shape: evidence - tilted};
  }

  /** The best q so far. @returns {Step | null} */
  get best() {
    const steps = Object.values(this.ends);
    return steps.length ? steps.reduce((a, b) => (b.elbo > a.elbo ? b : a)) : null;
  }

  stop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
