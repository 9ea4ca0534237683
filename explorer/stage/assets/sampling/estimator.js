// Estimates that grow: asks for the next step when one has come.

import {ReconnectingSocket} from "../kit/socket.js";

const SHORTEST_STEP_MS = 120; // at least, between two steps that a person watches

/**
 * @typedef {[
 *   samples: number, repetitions: number, mean: number, error: number, low: number, high: number, rms: number
 * ]} Order of estimates with so many samples each (training/integrals/estimates.Order)
 */

/**
 * @typedef {object} Pool of samples from one distribution (latent/estimating.summary)
 * @property {[samples: number, nats: number][]} path the estimate as it grows
 * @property {Order[]} orders
 * @property {number | null} needed samples that an estimate needs
 * @property {number | null} needed_of_bound samples that the bound needs
 */

/**
 * @typedef {object} Summary what the server sends for every step (latent/estimating.Growth.summary)
 * @property {number} exact log p(x), in nats
 * @property {number} samples of each
 * @property {number} most samples
 * @property {boolean} done
 * @property {number | null} rate samples a second
 * @property {Pool} prior
 * @property {Pool} q
 */

/** @typedef {Summary & {id: number | null, error?: string}} Message */

export class Estimator {
  /**
   * @param {string} prefix of the live routes
   * @param {object} on
   * @param {(summary: Summary) => void} on.summary
   * @param {(text: string) => void} on.failed
   * @param {(text: string) => void} on.state of the line; "" once it is there again
   */
  constructor(prefix, on) {
    this.on = on;
    this.number = 0; // of the latest message
    this.first = 0; // answers to earlier messages are of another question
    this.going = false;
    this.flying = false;
    /** @type {{question: object, seed: number} | null} */
    this.begun = null;
    this.socket = new ReconnectingSocket(`${prefix}/estimate`, {
      opened: () => {
        on.state("");
        if (this.begun) this.restart();
      },
      message: (data) => this.receive(JSON.parse(data)),
      lost: (why) => {
        this.flying = false;
        on.state(why);
      },
    });
  }

  /** @param {object} question @param {number} seed */
  begin(question, seed) {
    this.begun = {question, seed};
    this.going = true;
    this.restart();
  }

  restart() {
    this.first = this.number + 1;
    this.send(this.begun ?? {});
  }

  go() {
    this.going = true;
    if (!this.flying) this.send({});
  }

  pause() {
    this.going = false;
  }

  /** @param {object} message a question and a seed, or nothing: then it goes on */
  send(message) {
    if (!this.socket.open) return;
    this.flying = true;
    this.sent = performance.now();
    this.number += 1;
    this.socket.send(JSON.stringify({id: this.number, ...message}));
  }

  /** @param {Message} message */
  receive({id, error, ...summary}) {
    if (id !== null && id < this.first) return;
    this.flying = false;
    if (error) {
      this.going = false;
      this.on.failed(error);
      return;
    }
    this.on.summary(summary);
    if (!this.going || summary.done) return;
    const {number} = this;
    const pause = Math.max(0, SHORTEST_STEP_MS - (performance.now() - (this.sent ?? 0)));
    setTimeout(() => {
      if (this.going && !this.flying && this.number === number) this.send({});
    }, pause);
  }

  close() {
    this.begun = null;
    this.going = false;
    this.socket.close();
  }
}
