// The search for the best Gaussian: a WebSocket that sends every step, and how its results split the gap.

import {socketUrl} from "../kit/socket.js";

/**
 * @typedef {object} Step of a search (live/evidence.refine)
 * @property {string} phase of the search: "encoder" or "mode", where an axis-parallel q began; "tilted", the
 *   better one of both with its axes set free
 * @property {number[]} mean
 * @property {number[][]} tril the Cholesky factor of its covariance, lower-triangular
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
    this.lastSteps = {};
    /** @type {number | null} */
    this.began = null;
  }

  /** Forget what was searched: another image is in question. */
  reset() {
    this.stop();
    this.count = 0;
    this.rate = 0;
    this.lastSteps = {};
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
    socket.onclose = ({reason}) => {
      if (socket !== this.socket) return;
      this.socket = null;
      this.on.failed(reason || "The connection to the app is lost: refine again.");
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
      this.lastSteps[message.phase] = message;
      this.on.step(message);
    }
  }

  /**
   * The gap's parts by what is known so far: the best of both kinds of q, never worse than the start.
   * @param {{elbo: number, log_evidence: number}} numbers
   * @returns {Split}
   */
  split({elbo, log_evidence: logEvidence}) {
    /** @param {string[]} phases @param {number} least */
    const bestElbo = (phases, least) => {
      const elbos = phases.map((phase) => this.lastSteps[phase]?.elbo ?? -Infinity);
      return Math.min(Math.max(least, ...elbos), logEvidence);
    };
    const axisParallel = bestElbo(["encoder", "mode"], elbo);
    const tilted = bestElbo(["tilted"], axisParallel);
    return {amortisation: axisParallel - elbo, tilt: tilted - axisParallel, shape: logEvidence - tilted};
  }

  /** The best q so far. @returns {Step | null} */
  get best() {
    const steps = Object.values(this.lastSteps);
    return steps.length ? steps.reduce((a, b) => (b.elbo > a.elbo ? b : a)) : null;
  }

  stop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
