// A run that the server has yet to read and to encode the test images with: how far it is.

import {ReconnectingSocket} from "./socket.js";

/** @param {string} name of a run @param {number} done the share of its images that are encoded */
export const loadingText = (name, done) =>
  `Loading ${name} \u2026${done > 0 ? ` ${Math.round(100 * done)}\u00a0%` : ""}`;

export class Opening {
  /**
   * @param {string} prefix of the live routes
   * @param {{progress: (text: string) => void, ready: () => void, failed: (reason: string) => void}} on
   *   what is said meanwhile; all that Python says of the run need not be computed any more; it can't be
   */
  constructor(prefix, on) {
    this.prefix = prefix;
    this.on = on;
    /** @type {ReconnectingSocket | null} */
    this.socket = null;
    this.name = "";
  }

  /** Have a run made ready, in place of any other. @param {string} name */
  open(name) {
    if (this.name === name) return;
    this.close();
    this.name = name;
    this.on.progress(loadingText(name, 0));
    const socket = new ReconnectingSocket(`${this.prefix}/opening`, {
      opened: () => socket.send(JSON.stringify({run: name})),
      message: (text) => this.name === name && this.take(JSON.parse(text)),
      lost: (why) => this.name === name && this.on.progress(why),
    });
    this.socket = socket;
  }

  /** @param {{done?: number, ready?: boolean, error?: string}} news */
  take({done, ready, error}) {
    const {name} = this;
    if (ready || error !== undefined) this.close();
    if (ready) this.on.ready();
    else if (error !== undefined) this.on.failed(error);
    else this.on.progress(loadingText(name, done ?? 0));
  }

  close() {
    this.name = "";
    this.socket?.close();
    this.socket = null;
  }
}
