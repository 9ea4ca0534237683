// Lines to the server that lose nothing that counts: a socket that reconnects, the latest of many questions.

export const LOST_MESSAGE = "The connection to the app is lost; trying again \u2026";
const FIRST_RECONNECT_MS = 250; // before a lost socket is opened again, doubled each time
const LONGEST_RECONNECT_MS = 4000;
const RETRY_MS = 4000; // until what failed may be asked again

/** The address of a WebSocket below the page's own. @param {string} path */
export const socketUrl = (path) => new URL(path, location.origin).href.replace(/^http/, "ws");

/** A WebSocket that reconnects. */
export class Line {
  /**
   * @param {string} path
   * @param {{opened: () => void, message: (data: any) => void, lost: () => void}} on
   */
  constructor(path, on) {
    this.url = socketUrl(path);
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
    socket.onclose = () => this.reconnect();
    return socket;
  }

  reconnect() {
    if (this.closed) return;
    this.on.lost();
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

/**
 * One request under way at a time, then the latest that was asked for meanwhile; the others are left out.
 * @template Answer
 */
export class Latest {
  /**
   * @param {(answer: Answer, key: string) => void} done
   * @param {(reason: string, key: string) => void} failed
   */
  constructor(done, failed) {
    this.done = done;
    this.failed = failed;
    /** @type {string | null} */
    this.key = null;
    /** @type {{key: string, fetching: () => Promise<Answer>} | null} */
    this.next = null;
    this.busy = false;
  }

  /**
   * Ask by fetching, unless this very key was the last to be asked.
   * @param {string} key
   * @param {() => Promise<Answer>} fetching
   */
  ask(key, fetching) {
    if (key === this.key) return;
    this.key = key;
    this.next = {key, fetching};
    if (!this.busy) this.run();
  }

  /** Whatever is under way is no longer wanted. */
  forget() {
    this.key = null;
    this.next = null;
  }

  async run() {
    if (!this.next) return;
    const {key, fetching} = this.next;
    /** @type {() => void} */
    let settle;
    this.next = null;
    this.busy = true;
    try {
      const answer = await fetching();
      settle = () => this.done(answer, key);
    } catch (error) {
      const failure = /** @type {Error} */ (error);
      settle = () => this.fail(key, failure);
    }
    this.busy = false;
    const current = !this.next && this.key === key;
    if (this.next) this.run();
    if (current) settle();
  }

  /** @param {string} key @param {Error} failure */
  fail(key, failure) {
    this.failed(failure.message, key);
    setTimeout(() => {
      if (this.key === key) this.key = null;
    }, RETRY_MS);
  }
}
