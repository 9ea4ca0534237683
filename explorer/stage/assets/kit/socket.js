// A WebSocket to the server that opens again whenever it is lost.

import {PAGE} from "./server.js";

const LOST_MESSAGE = "The connection to the app is lost; trying again \u2026";
const REFUSED = 1008; // the code of a socket that the server closed because of who asked (live/guard)
const FIRST_RECONNECT_MS = 250; // before a lost socket is opened again, doubled each time
const LONGEST_RECONNECT_MS = 4000;

/** The address of a live route as a WebSocket's, with the name of the page. @param {string} url */
export const socketUrl = (url) => `${url.replace(/^http/, "ws")}${url.includes("?") ? "&" : "?"}page=${PAGE}`;

/** What was under way when it was lost is not sent again: `lost` and `opened` say when to see to that. */
export class ReconnectingSocket {
  /**
   * @param {string} url of the live route
   * @param {{opened: () => void, message: (data: any) => void, lost: (why: string) => void}} on
   */
  constructor(url, on) {
    this.url = socketUrl(url);
    this.on = on;
    this.pause = FIRST_RECONNECT_MS;
    this.closed = false;
    this.socket = this.connect();
  }

  /** @returns {WebSocket} */
  connect() {
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.on.opened();
    socket.onmessage = (event) => {
      this.pause = FIRST_RECONNECT_MS;
      this.on.message(event.data);
    };
    socket.onclose = ({code, reason}) => this.reconnect(code === REFUSED ? reason : LOST_MESSAGE);
    return socket;
  }

  /** @param {string} why */
  reconnect(why) {
    if (this.closed) return;
    this.on.lost(why);
    setTimeout(() => {
      if (!this.closed) this.socket = this.connect();
    }, this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_RECONNECT_MS);
  }

  get open() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** @param {string | Uint8Array<ArrayBuffer>} data */
  send(data) {
    this.socket.send(data);
  }

  close() {
    this.closed = true;
    this.socket.close();
  }
}
