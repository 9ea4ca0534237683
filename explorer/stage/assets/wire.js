// The wire to PyTorch: one WebSocket for codes to decode, and raw bytes for everything larger.

import {toPoints, toSpreads} from "./chart.js";
import {Images} from "./images.js";

const STEP = 120; // milliseconds at least between two steps that a person watches
const AGAIN = 4000; // milliseconds until what failed may be asked again

/** A WebSocket that finds its way back. on: opened(), message(data), lost(). */
class Line {
  constructor(path, on) {
    this.url = new URL(path, location.origin).href.replace(/^http/, "ws");
    this.on = on;
    this.pause = 250;
    this.closed = false;
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(this.url);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.on.opened();
    this.socket.onmessage = (event) => { this.pause = 250; this.on.message(event.data); };
    this.socket.onclose = () => {
      if (this.closed) return;
      this.on.lost();
      setTimeout(() => this.closed || this.connect(), this.pause);
      this.pause = Math.min(this.pause * 2, 4000);
    };
  }

  get open() { return this.socket.readyState === WebSocket.OPEN; }
  send(data) { this.socket.send(data); }
  close() { this.closed = true; this.socket.close(); }
}

/** Decodes codes live. For each key only the newest question counts; one message is under way at a time. */
export class Decoder {
  constructor(prefix, onState) {
    this.onState = onState;
    this.waiting = new Map();
    this.flying = null;
    this.number = 0;
    this.line = new Line(`${prefix}/decode`, {
      opened: () => { this.onState(""); this.send(); },
      message: (data) => this.receive(data),
      lost: () => this.lost(),
    });
  }

  lost() {
    if (this.flying) for (const [key, q] of this.flying.questions) if (!this.waiting.has(key)) this.waiting.set(key, q);
    this.flying = null;
    this.onState("The connection to the app is lost; trying again \u2026");
  }

  /** items: [{run, z, shape}], done: called with an image an item, unless a newer question comes first. */
  ask(key, items, done) {
    this.waiting.set(key, {items, done});
    this.send();
  }

  send() {
    if (this.flying || !this.waiting.size || !this.line.open) return;
    const questions = [...this.waiting];
    this.waiting.clear();
    this.number = (this.number + 1) >>> 0;
    this.flying = {id: this.number, questions};
    const items = questions.flatMap(([, question]) => question.items.map(({run, z}) => ({run, z})));
    this.line.send(JSON.stringify({id: this.number, items}));
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
        done(items.map(({shape}) => {
          const size = shape[0] * shape[1] * shape[2], image = new Images(new Uint8Array(data, at, size), shape);
          at += size;
          return image;
        }));
      }
    }
    this.send();
  }

  close() { this.line.close(); }
}

/** Sends a drawing while it grows: the newest one only, one under way at a time. on: answer(packed, tag), failed(text, tag). */
export class Pen {
  constructor(prefix, runs, on) {
    this.on = on;
    this.flying = null;
    this.line = new Line(`${prefix}/draw?${new URLSearchParams(runs.map((run) => ["run", run]))}`, {
      opened: () => this.send(),
      message: (data) => this.receive(data),
      lost: () => { this.next ??= this.flying; this.flying = null; },
    });
  }

  /** ink: () => {height, width, bytes}, asked for when the line is free; tag comes back with the answer. */
  ask(ink, tag) { this.next = {ink, tag}; this.send(); }

  send() {
    if (this.flying || !this.next || !this.line.open) return;
    this.flying = this.next;
    this.next = null;
    const {height, width, bytes} = this.flying.ink(), message = new Uint8Array(8 + bytes.length);
    new DataView(message.buffer).setUint16(4, height, true);
    new DataView(message.buffer).setUint16(6, width, true);
    message.set(bytes, 8);
    this.line.send(message);
  }

  receive(data) {
    const {tag} = this.flying ?? {};
    this.flying = null;
    if (typeof data === "string") this.on.failed(JSON.parse(data).error, tag);
    else this.on.answer(unpacked(data, 4), tag);
    this.send();
  }

  close() { this.line.close(); }
}

/** Estimates that grow: asks for the next step when one has come. on: told(summary), failed(text), state(text). */
export class Estimator {
  constructor(prefix, on) {
    Object.assign(this, {on, number: 0, going: false, flying: false, begun: null});
    this.line = new Line(`${prefix}/estimate`, {
      opened: () => { on.state(""); if (this.begun) this.restart(); },
      message: (data) => this.receive(JSON.parse(data)),
      lost: () => { this.flying = false; on.state("The connection to the app is lost; trying again \u2026"); },
    });
  }

  begin(question, seed) {
    this.begun = {question, seed};
    this.going = true;
    this.restart();
  }

  restart() {
    this.first = this.number + 1; // older answers are of another question
    this.send(this.begun);
  }

  go() { this.going = true; if (!this.flying) this.send({}); }
  pause() { this.going = false; }

  send(message) {
    if (!this.line.open) return;
    this.flying = true;
    this.asked = performance.now();
    this.line.send(JSON.stringify({id: ++this.number, ...message}));
  }

  receive({id, error, ...summary}) {
    if (id !== null && id < this.first) return;
    this.flying = false;
    if (error) { this.going = false; this.on.failed(error); return; }
    this.on.told(summary);
    if (!this.going || summary.done) return;
    const {number} = this, pause = Math.max(0, STEP - (performance.now() - this.asked));
    setTimeout(() => { if (this.going && !this.flying && this.number === number) this.send({}); }, pause);
  }

  close() { this.begun = null; this.going = false; this.line.close(); }
}

/** For each key one request under way, then the newest that was asked meanwhile. */
export class Newest {
  constructor(done, failed) { Object.assign(this, {done, failed, key: null, next: null, busy: false}); }

  /** Ask by fetching, unless this very key was the last to be asked. */
  ask(key, fetching) {
    if (key === this.key) return;
    this.key = key;
    this.next = {key, fetching};
    if (!this.busy) this.run();
  }

  /** Whatever is under way is no longer wanted. */
  forget() { this.key = this.next = null; }

  async run() {
    const {key, fetching} = this.next;
    let found, failure;
    this.next = null;
    this.busy = true;
    try { found = await fetching(); } catch (error) { failure = error; }
    this.busy = false;
    const wanted = !this.next && this.key === key;
    if (this.next) this.run();
    if (!wanted) return;
    if (!failure) { this.done(found, key); return; }
    this.failed(failure.message, key);
    setTimeout(() => { if (this.key === key) this.key = null; }, AGAIN);
  }
}

async function bytes(path, options) {
  const response = await fetch(new URL(path, location.origin), options);
  if (!response.ok) {
    const reason = await response.json().catch(() => ({error: response.statusText}));
    throw new Error(reason.error);
  }
  return response.arrayBuffer();
}

/** The codes z (n, d) and labels of all test images of a run, and their points on its plane. */
export async function fetchCodes(prefix, {name, plane, variational}) {
  const [{z, labels}, {sd}] = await Promise.all([
    fetchPacked(`${prefix}/codes/${name}`), variational ? fetchPacked(`${prefix}/spread/${name}`) : {sd: null}]);
  return {z, labels, dimensions: plane.origin.length, points: toPoints(plane, z), spreads: sd && toSpreads(plane, sd)};
}

const fetched = new Map(); // data set -> promise of all its test images

export function fetchImages(prefix, dataset) {
  if (!fetched.has(dataset)) {
    const promise = fetchPacked(`${prefix}/images/${dataset}`).then(({images}) => images);
    promise.catch(() => fetched.delete(dataset));
    fetched.set(dataset, promise);
  }
  return fetched.get(dataset);
}

/** The decoded lattice of a window: points [u, v, ...] of the plane, the sizes of the tiles, images. */
export const fetchLattice = (prefix, run, view, count, spacing) => fetchPacked(`${prefix}/lattice/${run}`, {...view, count, spacing});

export async function fetchRuns(prefix) {
  return JSON.parse(new TextDecoder().decode(await bytes(`${prefix}/runs`)));
}

const TYPES = {float32: Float32Array, uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array};
const IMAGE = [3, 4]; // axes of an image, and of images

/** An answer of the server's `packed`: its header, and each array by its name; bytes (c, h, w) or (n, c, h, w) are Images. */
export function unpacked(buffer, offset = 0) {
  const length = new DataView(buffer).getUint32(offset, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, offset + 4, length)));
  let at = offset + 4 + length;
  for (const [name, type, shape] of header.arrays) {
    const size = shape.reduce((a, b) => a * b, 1), array = new TYPES[type](buffer, at, size);
    header[name] = type === "uint8" && IMAGE.includes(shape.length) ? new Images(array, shape.slice(-3)) : array;
    at += Math.ceil(array.byteLength / 4) * 4;
  }
  return header;
}

export async function fetchPacked(path, query = {}) {
  return unpacked(await bytes(`${path}?${new URLSearchParams(query)}`));
}

const posted = (path, question) => bytes(path, {method: "POST", body: JSON.stringify(question)});

export async function postPacked(path, question) { return unpacked(await posted(path, question)); }

export async function postPicture(prefix, runs, file) {
  const query = new URLSearchParams(runs.map((run) => ["run", run]));
  return unpacked(await bytes(`${prefix}/picture?${query}`, {method: "POST", body: file}));
}

/** Ask for a file, and hand it to the person. */
export async function download(path, question, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await posted(path, question)], {type}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
