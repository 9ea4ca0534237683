// The life cycle of every component: mounted once for an element, updated with every rerun, then retired.

import {LIVE} from "./server.js";

/**
 * @template Data what Python says, as its view makes it
 * @typedef {object} Page
 * @property {HTMLElement} root below the element that Streamlit gives
 * @property {(data: Data) => void} update take what Python knows now
 * @property {() => void} retire end sockets, timers and listeners: the element has left the page for good
 */

/**
 * @typedef {object} Send what a page tells Python
 * @property {(value: object) => void} commit the scene or the question, for the session and the address
 * @property {(destination: object) => void} go leave for another page
 */

/**
 * @template Data without `live`, the prefix of the live routes, which is added here
 * @typedef {object} Mount what Streamlit gives to a component
 * @property {HTMLElement} parentElement
 * @property {Data} data
 * @property {(name: string, value: object) => void} setStateValue
 * @property {(name: string, value: object) => void} setTriggerValue
 */

/**
 * @template Data
 * @typedef {WeakMap<HTMLElement, {page: Page<Data>, send: Send}>} Mounted
 */

const REMOUNT_MS = 1000; // after which an element that is not in the document has left it for good

/**
 * What Streamlit calls for every rerun, with the same element, and whose cleanup it calls even for an
 * element that stays: before it mounts anew, and late, when an asynchronous mount was superseded. So the page
 * lives in a WeakMap by its element, and ends only when that is no longer connected.
 * @template Data
 * @param {(parent: HTMLElement, data: Data, send: Send) => Page<Data>} create
 * @param {string} state the key of what is committed
 * @returns {(mount: Mount<Data>) => () => void}
 */
export function component(create, state) {
  /** @type {Mounted<Data>} */
  const mounted = new WeakMap();
  return ({parentElement, data: values, setStateValue, setTriggerValue}) => {
    const data = {...values, live: LIVE};
    const send = mounted.get(parentElement)?.send ?? {commit: () => {}, go: () => {}};
    // The time makes each value a new one: else what was taken back could not be committed again.
    send.commit = (value) => setStateValue(state, {...value, at: Date.now()});
    send.go = (destination) => setTriggerValue("go", destination);
    const page = mounted.get(parentElement)?.page ?? create(parentElement, data, send);
    mounted.set(parentElement, {page, send});
    page.update(data);
    return () => setTimeout(() => retire(mounted, parentElement, page), REMOUNT_MS);
  };
}

/**
 * End a page whose element has left, unless another took its place.
 * @template Data
 * @param {Mounted<Data>} mounted
 * @param {HTMLElement} parent
 * @param {Page<Data>} page
 */
function retire(mounted, parent, page) {
  if (page.root.isConnected || mounted.get(parent)?.page !== page) return;
  mounted.delete(parent);
  page.root.remove();
  page.retire();
}
