// The latest of many questions: what was asked in between is left out.

const RETRY_MS = 4000; // until what failed may be asked again

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
