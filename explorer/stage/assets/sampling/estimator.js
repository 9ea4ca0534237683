// Estimates that grow: asks for the next step when one has come.

import {Line, LOST} from "../kit/line.js";

const STEP = 120; // milliseconds at least between two steps that a person watches

export class Estimator {
  /**
   * @param {string} prefix of the live routes
   * @param {{summary: (summary: any) => void, failed: (text: string) => void, state: (text: string) => void}} on
   */
  constructor(prefix, on) {
    this.on = on;
    this.number = 0; // of the latest message
    this.first = 0; // answers to earlier messages are of another question
    this.going = false;
    this.flying = false;
    /** @type {{question: object, seed: number} | null} */
    this.begun = null;
    this.line = new Line(`${prefix}/estimate`, {
      opened: () => {
        on.state("");
        if (this.begun) this.restart();
      },
      message: (data) => this.receive(JSON.parse(data)),
      lost: () => {
        this.flying = false;
        on.state(LOST);
      },
    });
  }

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

  send(message) {
    if (!this.line.open) return;
    this.flying = true;
    this.sent = performance.now();
    this.number += 1;
    this.line.send(JSON.stringify({id: this.number, ...message}));
  }

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
    const pause = Math.max(0, STEP - (performance.now() - (this.sent ?? 0)));
    setTimeout(() => {
      if (this.going && !this.flying && this.number === number) this.send({});
    }, pause);
  }

  close() {
    this.begun = null;
    this.going = false;
    this.line.close();
  }
}
