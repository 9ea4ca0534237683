// A picture of the person's own: a button that takes a file, and the choice among several drawings on it.

import {image} from "../kit/atlas.js";
import {onClick} from "../kit/dom.js";
import {postPicture} from "../kit/server.js";

const LARGEST_UPLOAD = 5 * 2 ** 20; // bytes
const UPLOAD_HELP =
  "A picture or photo of a drawing (PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC), up to 5 MB, dark on light or " +
  "light on dark";

/** @typedef {import("../kit/images.js").Images} Images */
/** @typedef {import("../compare/tools/draw.js").Answer} Answer */

/**
 * @typedef {object} UploadEvents
 * @property {() => string[]} runs that are asked
 * @property {(answer: Answer, file: File, choice: number | null) => void} take the one drawing, or the chosen
 * @property {(text: string) => void} tell what went wrong; "" takes it back
 */

/** The button's HTML. @param {string} kind its class */
export const uploadButton = (kind) => `
  <label class="${kind} upload" title="${UPLOAD_HELP}">upload
    <input type="file" accept="image/*,.heic,.heif" data-name="upload" aria-label="Upload a picture"></label>`;

/** Where several drawings are shown, to choose from. */
export const CHOICES_HTML = `
  <div class="choices" data-name="choices" role="group" aria-label="Drawings found in the picture" hidden></div>`;

export class Upload {
  /**
   * @param {HTMLElement} root
   * @param {import("../kit/dom.js").Find} find
   * @param {string} live prefix of the live routes
   * @param {UploadEvents} on
   */
  constructor(root, find, live, on) {
    this.choices = /** @type {HTMLElement} */ (find("choices"));
    this.live = live;
    this.on = on;
    this.version = 0; // of what was asked: an answer to something else does not count
    /** The picture that one of several is chosen from. @type {File | null} */
    this.file = null;
    /** @type {HTMLInputElement} */
    const input = find("upload");
    input.addEventListener("change", () => {
      const file = input.files?.item(0);
      input.value = ""; // the same file may be chosen again
      if (file) this.send(file);
    });
    onClick(root, "choice", (choice) => this.file && this.send(this.file, Number(choice)));
    onClick(root, "dismiss", () => this.forget());
  }

  /** Take files that are dropped on an element. @param {HTMLElement} element */
  acceptDrops(element) {
    element.addEventListener("dragover", (event) => event.preventDefault());
    element.addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files.item(0);
      if (file) this.send(file);
    });
  }

  /**
   * @param {File} file
   * @param {number | null} choice which of several drawings
   */
  async send(file, choice = null) {
    const runs = this.on.runs();
    if (file.size > LARGEST_UPLOAD) {
      this.on.tell(`The picture has ${(file.size / 2 ** 20).toFixed(1)} MB; at most 5 MB are taken.`);
      return;
    }
    if (!runs.length) {
      this.on.tell("There is no model here that could look at the picture.");
      return;
    }
    const version = ++this.version;
    try {
      const packet = await postPicture(this.live, runs, file, choice);
      if (version !== this.version) return;
      this.on.tell("");
      if (packet.boxes) this.ask(file, packet.drawings);
      else this.take(packet, file, choice);
    } catch (error) {
      if (version === this.version) this.on.tell(/** @type {Error} */ (error).message);
    }
  }

  /** @param {Answer} packet @param {File} file @param {number | null} choice */
  take(packet, file, choice) {
    for (const button of this.choices.querySelectorAll("[data-choice]")) {
      button.setAttribute("aria-pressed", String(Number(button.getAttribute("data-choice")) === choice));
    }
    if (choice === null) this.forget();
    this.on.take(packet, file, choice);
  }

  /**
   * Several drawings were found: show them as buttons, the first one focused.
   * @param {File} file
   * @param {Images} drawings
   */
  ask(file, drawings) {
    this.file = file;
    const colour = getComputedStyle(this.choices).color; // as in "rgb(38, 39, 48)"
    const ink = (colour.match(/\d+/g) ?? ["0", "0", "0"]).slice(0, 3).map(Number);
    const buttons = drawings.each().map((drawing, k) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.choice = String(k);
      button.setAttribute("aria-label", `Drawing ${k + 1} of ${drawings.count}`);
      button.setAttribute("aria-pressed", "false");
      const canvas = document.createElement("canvas");
      image(canvas, drawing, ink);
      button.append(canvas);
      return button;
    });
    const text = document.createElement("p");
    text.setAttribute("role", "status");
    text.textContent = `${drawings.count} drawings found: choose one.`;
    const close = document.createElement("button");
    close.type = "button";
    close.dataset.dismiss = "";
    close.className = "plain";
    close.textContent = "hide";
    this.choices.replaceChildren(text, ...buttons, close);
    this.choices.hidden = false;
    buttons[0].focus({preventScroll: true});
  }

  /** There is nothing to choose from any more, and no answer is awaited. */
  forget() {
    this.version++;
    this.file = null;
    this.choices.hidden = true;
    this.choices.replaceChildren();
  }
}
