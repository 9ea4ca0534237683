// The note at the foot of a page: one text, of one source at a time.

const SHOWN_MS = 12_000; // unless it is clicked away

export class Note {
  /**
   * @param {HTMLElement} element
   * @param {boolean} [stays] until it is taken back or clicked away
   */
  constructor(element, stays = false) {
    this.element = element;
    this.stays = stays;
    this.source = "";
    element.addEventListener("click", () => {
      element.hidden = true;
    });
  }

  /**
   * Say something; with an empty text, take back what this very source said.
   * @param {string} text
   */
  tell(text, source = "page") {
    if (!text && this.source !== source) return;
    this.source = source;
    this.element.textContent = text;
    this.element.hidden = !text;
    clearTimeout(this.fading);
    if (text && !this.stays) this.fading = setTimeout(() => this.clear(), SHOWN_MS);
  }

  clear() {
    this.element.hidden = true;
  }

  retire() {
    clearTimeout(this.fading);
  }
}
