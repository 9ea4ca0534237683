// A drawing on its way to the server while it grows: the latest only, one under way at a time.

import {unpacked} from "../../kit/packets.js";
import {runsQuery} from "../../kit/server.js";
import {ReconnectingSocket} from "../../kit/socket.js";

const HEADER_BYTES = 8; // bytes: number, height and width

/** @typedef {import("./ink.js").Ink} Ink */
/** @typedef {{ink: () => Ink, tag: number}} Question the tag comes back with its answer */

export class Pen {
  /**
   * @param {string} prefix of the live routes
   * @param {string[]} runs that encode the drawing
   * @param {{answer: (packet: any, tag: number) => void, failed: (text: string, tag: number) => void}} on
   */
  constructor(prefix, runs, on) {
    this.on = on;
    /** @type {Question | null} */
    this.flying = null;
    /** @type {Question | null} */
    this.next = null;
    this.socket = new ReconnectingSocket(`${prefix}/draw?${runsQuery(runs)}`, {
      opened: () => this.send(),
      message: (data) => this.receive(data),
      lost: () => {
        this.next ??= this.flying;
        this.flying = null;
      },
    });
  }

  /**
   * Have a drawing encoded.
   * @param {() => Ink} ink called when the line is free
   * @param {number} tag comes back with the answer
   */
  ask(ink, tag) {
    this.next = {ink, tag};
    this.send();
  }

  send() {
    if (this.flying || !this.next || !this.socket.open) return;
    this.flying = this.next;
    this.next = null;
    this.socket.send(messageOf(this.flying.ink()));
  }

  /** @param {string | ArrayBuffer} data an error, or a packet after its number */
  receive(data) {
    const {flying} = this;
    this.flying = null;
    if (flying) this.answer(data, flying.tag);
    this.send();
  }

  /** @param {string | ArrayBuffer} data @param {number} tag */
  answer(data, tag) {
    if (typeof data === "string") this.on.failed(JSON.parse(data).error, tag);
    else this.on.answer(unpacked(data, 4), tag);
  }

  close() {
    this.socket.close();
  }
}

/** @param {Ink} ink */
function messageOf({height, width, bytes}) {
  const message = new Uint8Array(HEADER_BYTES + bytes.length);
  const header = new DataView(message.buffer);
  header.setUint16(4, height, true);
  header.setUint16(6, width, true);
  message.set(bytes, HEADER_BYTES);
  return message;
}
