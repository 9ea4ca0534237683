// A drawing on its way to the server while it grows: the latest only, one under way at a time.

import {Line} from "../../kit/line.js";
import {unpacked} from "../../kit/packets.js";
import {runsQuery} from "../../kit/server.js";

const HEADER = 8; // bytes: number, height and width

/** @typedef {{height: number, width: number, bytes: Uint8Array}} Ink 255 where there is ink */

export class Pen {
  /**
   * @param {string} prefix of the live routes
   * @param {string[]} runs that encode the drawing
   * @param {{answer: (packet: any, tag: any) => void, failed: (text: string, tag: any) => void}} on
   */
  constructor(prefix, runs, on) {
    this.on = on;
    /** @type {{ink: () => Ink, tag: any} | null} */
    this.flying = null;
    /** @type {{ink: () => Ink, tag: any} | null} */
    this.next = null;
    this.line = new Line(`${prefix}/draw?${runsQuery(runs)}`, {
      opened: () => this.send(),
      message: (data) => this.receive(data),
      lost: () => {
        this.next ??= this.flying;
        this.flying = null;
      },
    });
  }

  /** `ink` is called when the line is free; `tag` comes back with the answer. */
  ask(ink, tag) {
    this.next = {ink, tag};
    this.send();
  }

  send() {
    if (this.flying || !this.next || !this.line.open) return;
    this.flying = this.next;
    this.next = null;
    const {height, width, bytes} = this.flying.ink();
    const message = new Uint8Array(HEADER + bytes.length);
    const header = new DataView(message.buffer);
    header.setUint16(4, height, true);
    header.setUint16(6, width, true);
    message.set(bytes, HEADER);
    this.line.send(message);
  }

  receive(data) {
    const {tag} = this.flying ?? {};
    this.flying = null;
    if (typeof data === "string") this.on.failed(JSON.parse(data).error, tag);
    else this.on.answer(unpacked(data, 4), tag);
    this.send();
  }

  close() {
    this.line.close();
  }
}
