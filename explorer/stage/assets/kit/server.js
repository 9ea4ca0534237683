// Requests to the live routes: raw bytes for whatever is larger than a few numbers.

import {unpacked} from "./packets.js";

/**
 * Where the app lives: Streamlit serves this very file below it, whatever a proxy has put in front.
 * @param {string} file the address of a file that Streamlit serves to a component
 */
export const baseOf = (file) => file.slice(0, file.indexOf("/_stcore/"));

/** The prefix of the live routes, an absolute address. */
export const LIVE = `${baseOf(import.meta.url)}/live`;

const NAME_KEY = Symbol.for("latent explorer's page"); // of the window, for all pages' scripts
/** @type {Record<symbol, string>} */
const names = /** @type {any} */ (globalThis);

const hexadecimal = (/** @type {number} */ byte) => byte.toString(16).padStart(2, "0");
names[NAME_KEY] ??= Array.from(crypto.getRandomValues(new Uint8Array(8)), hexadecimal).join("");

/** The name of this browser tab: the server computes fairly between them (live/work.py). */
export const PAGE = names[NAME_KEY];

const BUSY = 503; // the status of an answer for which too many questions wait
const BUSY_MS = 1000; // until a busy server is asked again
const MOST_TRIES = 5;

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<ArrayBuffer>} what was answered; an error has the server's reason
 */
async function bytes(path, options) {
  const request = {...options, headers: {"X-Page": PAGE}};
  let response = await fetch(path, request);
  for (let tries = 1; response.status === BUSY && tries < MOST_TRIES; tries++) {
    await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
    response = await fetch(path, request);
  }
  if (!response.ok) {
    const reason = await response.json().catch(() => ({error: response.statusText}));
    throw new Error(reason.error);
  }
  return response.arrayBuffer();
}

/** @param {string} path @param {object} question @param {AbortSignal} [signal] */
const posted = (path, question, signal) =>
  bytes(path, {method: "POST", body: JSON.stringify(question), signal});

/**
 * @param {string} path
 * @param {Record<string, string | number>} query
 * @param {AbortSignal} [signal] that the answer is no longer wanted
 * @returns {Promise<any>} the packet (packets.unpacked)
 */
export async function fetchPacked(path, query = {}, signal = undefined) {
  const texts = Object.entries(query).map(([name, value]) => [name, String(value)]);
  return unpacked(await bytes(`${path}?${new URLSearchParams(texts)}`, {signal}));
}

/**
 * @param {string} path
 * @param {object} question
 * @param {AbortSignal} [signal] that the answer is no longer wanted
 * @returns {Promise<any>} the packet (packets.unpacked)
 */
export async function postPacked(path, question, signal) {
  return unpacked(await posted(path, question, signal));
}

/**
 * The runs that maps can show now: name to stamp.
 * @param {string} prefix of the live routes
 * @returns {Promise<Record<string, string>>}
 */
export async function fetchStamps(prefix) {
  return JSON.parse(new TextDecoder().decode(await bytes(`${prefix}/runs`)));
}

/** The runs that are asked, as a query. @param {string[]} runs */
export const runsQuery = (runs) => new URLSearchParams(runs.map((run) => ["run", run]));

/**
 * An uploaded picture through the runs, as a drawing.
 * @param {string} prefix of the live routes
 * @param {string[]} runs
 * @param {Blob} file
 * @param {number | null} choice which of several drawings on it; null to be shown those that there are
 * @returns {Promise<any>} the packet (packets.unpacked)
 */
export async function postPicture(prefix, runs, file, choice = null) {
  const query = runsQuery(runs);
  if (choice !== null) query.set("choice", String(choice));
  return unpacked(await bytes(`${prefix}/picture?${query}`, {method: "POST", body: file}));
}

/**
 * Ask for a file, and hand it to the person.
 * @param {string} path
 * @param {object} question
 * @param {string} name of the file
 * @param {string} type of its content
 */
export async function download(path, question, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await posted(path, question)], {type}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
