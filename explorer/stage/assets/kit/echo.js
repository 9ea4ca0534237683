// Whether a value that Python reports of the address is our own commit coming back, which the page holds already,
// or the address of another place that the person went to, which the page must take over.

export class AddressEcho {
  /** @param {() => void} onHistoryNavigation the person goes back or forward: drop what is not committed yet */
  constructor(onHistoryNavigation = () => {}) {
    /** What we committed and Python has not reported yet, oldest first. @type {string[]} */
    this.pendingCommits = [];
    /** @type {string | undefined} */
    this.lastFromPython = undefined;
    /** Whether the person went back or forward, and Python has not reported where to. */
    this.afterHistoryNavigation = false;
    this.onPopState = () => {
      this.pendingCommits = [];
      this.afterHistoryNavigation = true;
      onHistoryNavigation();
    };
    addEventListener("popstate", this.onPopState);
  }

  /** The page hands Python a value for the address. @param {object} value */
  commit(value) {
    this.afterHistoryNavigation = false;
    const key = JSON.stringify(value);
    if (key !== (this.pendingCommits.at(-1) ?? this.lastFromPython)) this.pendingCommits.push(key);
  }

  /**
   * Whether the page must take over a value that Python reports.
   * @param {object} reported
   * @param {object} held what the page holds now
   */
  isNews(reported, held) {
    const key = JSON.stringify(reported);
    const before = this.lastFromPython;
    const position = this.pendingCommits.indexOf(key);
    this.lastFromPython = key;
    if (this.afterHistoryNavigation) {
      // A report equal to what we hold may have been under way when the person left: the next one counts.
      this.afterHistoryNavigation = key === JSON.stringify(held);
      return !this.afterHistoryNavigation;
    }
    // Reruns may skip commits: with one that comes back, the older ones are done, too.
    if (position >= 0) this.pendingCommits.splice(0, position + 1);
    return position < 0 && before !== undefined && before !== key;
  }

  retire() {
    removeEventListener("popstate", this.onPopState);
  }
}
