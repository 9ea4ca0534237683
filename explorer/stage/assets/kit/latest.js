// The latest of many questions: what was asked in between is left out.

const RETRY_MS = 4000; // until what failed may be asked again
const LONG_MS = 250; // a request that has taken longer is given up when another question is asked

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
    /** @type {{key: string, fetching: (signal: AbortSignal) => Promise<Answer>} | null} */
    this.next = null;
    /** The request under way. @type {{began: number, abort: AbortController} | null} */
    this.flight = null;
  }

  /**
   * Ask by fetching, unless this very key was the last to be asked.
   * @param {string} key
   * @param {(signal: AbortSignal) => Promise<Answer>} fetching the signal tells that it is no longer wanted
   */
  ask(key, fetching) {
    if (key === this.key) return;
    this.key = key;
    this.next = {key, fetching};
    if (this.flight) this.giveUpSoon(this.flight);
    else this.run();
  }

  /** Whatever is under way is no longer wanted. */
  forget() {
    this.key = null;
    this.next = null;
    this.flight?.abort.abort();
  }

  /**
   * A request that another question has overtaken: a short one may end, the server computes a long one in vain.
   * @param {{began: number, abort: AbortController}} flight
   */
  giveUpSoon({began, abort}) {
    setTimeout(() => abort.abort(), Math.max(0, began + LONG_MS - performance.now()));
  }

  async run() {
    if (!this.next) return;
    const {key, fetching} = this.next;
    /** @type {() => void} */
    let settle;
    const flight = {began: performance.now(), abort: new AbortController()};
    this.next = null;
    this.flight = flight;
    try {
      const answer = await fetching(flight.abort.signal);
      settle = () => this.done(answer, key);
    } catch (error) {
      const failure = /** @type {Error} */ (error);
      settle = () => this.fail(key, failure);
    }
    this.flight = null;
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
