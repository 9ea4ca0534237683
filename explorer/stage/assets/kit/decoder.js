// Codes to images under the pointer: one WebSocket for a page.

import {Images} from "./images.js";
import {ReconnectingSocket} from "./socket.js";

/**
 * @typedef {object} Item
 * @property {string} run
 * @property {number[]} z
 * @property {number[]} shape [c, h, w] of the run's images
 */

/**
 * @typedef {object} Question
 * @property {Item[]} items
 * @property {(images: Images[]) => void} done
 */

/** Decodes codes live. For each key only the latest question counts; one message is under way at a time. */
export class Decoder {
  /**
   * @param {string} prefix of the live routes
   * @param {(text: string) => void} onState what is wrong; "" once it is right again
   */
  constructor(prefix, onState) {
    this.onState = onState;
    /** @type {Map<string, Question>} */
    this.waiting = new Map();
    /** @type {[key: string, question: Question][] | null} */
    this.flying = null;
    this.number = 0;
    this.failed = false;
    this.socket = new ReconnectingSocket(`${prefix}/decode`, {
      opened: () => {
        this.onState("");
        this.send();
      },
      message: (data) => this.receive(data),
      lost: (why) => this.lost(why),
    });
  }

  /** @param {string} why */
  lost(why) {
    for (const [key, question] of this.flying ?? []) {
      if (!this.waiting.has(key)) this.waiting.set(key, question);
    }
    this.flying = null;
    this.onState(why);
  }

  /**
   * @param {string} key
   * @param {Item[]} items
   * @param {(images: Images[]) => void} done called with an image an item, unless a newer question is first
   */
  ask(key, items, done) {
    this.waiting.set(key, {items, done});
    this.send();
  }

  send() {
    if (this.flying || !this.waiting.size || !this.socket.open) return;
    this.flying = [...this.waiting];
    this.waiting.clear();
    this.number = (this.number + 1) >>> 0;
    const items = this.flying.flatMap(([, question]) => question.items.map(({run, z}) => ({run, z})));
    this.socket.send(JSON.stringify({id: this.number, items}));
  }

  /** @param {string | ArrayBuffer} data an error as JSON, or images: bytes, one after another */
  receive(data) {
    const questions = this.flying ?? [];
    this.flying = null;
    if (typeof data === "string") {
      this.failed = true;
      this.onState(JSON.parse(data).error);
    } else {
      if (this.failed) this.onState("");
      this.failed = false;
      this.answer(questions, data);
    }
    this.send();
  }

  /**
   * @param {[key: string, question: Question][]} questions
   * @param {ArrayBuffer} data
   */
  answer(questions, data) {
    let at = 4; // after the number of the message
    for (const [, {items, done}] of questions) {
      done(
        items.map(({shape}) => {
          const image = new Images(new Uint8Array(data, at, shape[0] * shape[1] * shape[2]), shape);
          at += image.size;
          return image;
        }),
      );
    }
  }

  close() {
    this.socket.close();
  }
}
