// Whether what Python says of the address is our own commit coming back, or the person went elsewhere.

export class AddressEcho {
  /** @param {() => void} left the person goes back or forward: what is not committed yet must not be */
  constructor(left = () => {}) {
    /** @type {string[]} */
    this.pending = [];
    /** @type {string | undefined} */
    this.last = undefined;
    this.away = false;
    this.gone = () => {
      this.pending = [];
      this.away = true;
      left();
    };
    addEventListener("popstate", this.gone);
  }

  /** @param {object} value */
  commit(value) {
    this.away = false;
    const key = JSON.stringify(value);
    if (key !== (this.pending.at(-1) ?? this.last)) this.pending.push(key);
  }

  /** Whether Python's value is news to us, who hold `own`. @param {object} value @param {object} own */
  moved(value, own) {
    const key = JSON.stringify(value);
    const before = this.last;
    const at = this.pending.indexOf(key);
    this.last = key;
    if (this.away) {
      // Python may never have shown what was committed last: a value equal to ours was on its way before.
      this.away = key === JSON.stringify(own);
      return !this.away;
    }
    if (at >= 0) this.pending.splice(0, at + 1);
    return at < 0 && before !== undefined && before !== key;
  }

  retire() {
    removeEventListener("popstate", this.gone);
  }
}
