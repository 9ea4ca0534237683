// The wire to PyTorch: one WebSocket for codes to decode, and raw bytes for everything larger.

const PIXELS = 784;

/** Decodes codes live. For each key only the newest question counts; one message is under way at a time. */
export class Decoder {
  constructor(prefix, onState) {
    this.url = new URL(prefix + "/decode", location.origin).href.replace(/^http/, "ws");
    this.onState = onState;
    this.waiting = new Map();
    this.flying = null;
    this.number = 0;
    this.pause = 250;
    this.closed = false;
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(this.url);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => { this.pause = 250; this.onState(""); this.send(); };
    this.socket.onmessage = (event) => this.receive(event.data);
    this.socket.onclose = () => {
      if (this.closed) return;
      if (this.flying) for (const [key, q] of this.flying.questions) if (!this.waiting.has(key)) this.waiting.set(key, q);
      this.flying = null;
      this.onState("The connection to the app is lost; trying again \u2026");
      setTimeout(() => this.closed || this.connect(), this.pause);
      this.pause = Math.min(this.pause * 2, 4000);
    };
  }

  /** items: [{run, z}], done: called with one Uint8Array(784) an item, unless a newer question comes first. */
  ask(key, items, done) {
    this.waiting.set(key, {items, done});
    this.send();
  }

  send() {
    if (this.flying || !this.waiting.size || this.socket.readyState !== WebSocket.OPEN) return;
    const questions = [...this.waiting];
    this.waiting.clear();
    this.number = (this.number + 1) >>> 0;
    this.flying = {id: this.number, questions};
    const items = questions.flatMap(([, question]) => question.items);
    this.socket.send(JSON.stringify({id: this.number, items}));
  }

  receive(data) {
    const {questions} = this.flying ?? {questions: []};
    this.flying = null;
    if (typeof data === "string") {
      this.failed = true;
      this.onState(JSON.parse(data).error);
    } else {
      if (this.failed) this.onState("");
      this.failed = false;
      let at = 4;
      for (const [, {items, done}] of questions) {
        done(items.map(() => { const image = new Uint8Array(data, at, PIXELS); at += PIXELS; return image; }));
      }
    }
    this.send();
  }

  close() { this.closed = true; this.socket.close(); }
}

async function bytes(path, signal) {
  const response = await fetch(new URL(path, location.origin), {signal});
  if (!response.ok) {
    const reason = await response.json().catch(() => ({error: response.statusText}));
    throw new Error(reason.error);
  }
  return response.arrayBuffer();
}

export async function fetchCodes(prefix, run) {
  const buffer = await bytes(`${prefix}/codes/${run}`);
  const count = buffer.byteLength / 9;
  return {codes: new Float32Array(buffer, 0, 2 * count), labels: new Uint8Array(buffer, 8 * count, count)};
}

const images = new Map(); // data set -> promise of all its test images

export function fetchImages(prefix, dataset) {
  if (!images.has(dataset)) {
    const promise = bytes(`${prefix}/images/${dataset}`).then((b) => new Uint8Array(b));
    promise.catch(() => images.delete(dataset));
    images.set(dataset, promise);
  }
  return images.get(dataset);
}

export async function fetchLattice(prefix, run, view, count, spacing, signal) {
  const query = new URLSearchParams({...view, count, spacing});
  const buffer = await bytes(`${prefix}/lattice/${run}?${query}`, signal);
  const n = new DataView(buffer).getUint32(0, true);
  return {z: new Float32Array(buffer, 4, 2 * n), size: new Float32Array(buffer, 4 + 8 * n, n),
          images: new Uint8Array(buffer, 4 + 12 * n, PIXELS * n)};
}

export async function fetchRuns(prefix) {
  return JSON.parse(new TextDecoder().decode(await bytes(`${prefix}/runs`)));
}
