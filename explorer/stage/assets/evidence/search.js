// The search for the best Gaussian: a WebSocket that sends every step, and how the gap is split by what it found.

export class Search {
  /** `on` hears step(step), done(), failed(text). */
  constructor(prefix, on) { Object.assign(this, {prefix, on, socket: null}); }

  get running() { return this.socket !== null; }

  start(question) {
    this.stop();
    this.count = 0;
    this.ends = {}; // phase -> its last step
    this.began = null;
    const socket = new WebSocket(new URL(`${this.prefix}/refine`, location.origin).href.replace(/^http/, "ws"));
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(question));
    socket.onmessage = ({data}) => { if (socket === this.socket) this.take(JSON.parse(data)); };
    socket.onclose = () => { if (socket === this.socket) { this.socket = null; this.on.failed("The connection to the app is lost: refine again."); } };
  }

  take(message) {
    if (message.error) { this.stop(); this.on.failed(message.error); return; }
    if (message.done) { this.stop(); this.on.done(); return; }
    this.began ??= performance.now();
    this.count += 1;
    this.rate = this.count > 1 ? ((this.count - 1) * 1000) / (performance.now() - this.began) : 0;
    this.ends[message.phase] = message;
    this.on.step(message);
  }

  /** The gap's parts, in nats, by what is known so far: bests of both families, never worse than the start. */
  split({elbo, evidence}) {
    const best = (phases, least) => Math.max(least, ...phases.map((phase) => this.ends[phase]?.elbo ?? -Infinity));
    const parallel = Math.min(best(["encoder", "mode"], elbo), evidence), tilted = Math.min(best(["tilted"], parallel), evidence);
    return {amortisation: parallel - elbo, tilt: tilted - parallel, shape: evidence - tilted};
  }

  /** The best q so far. */
  get best() { return Object.values(this.ends).reduce((a, b) => (!a || b.elbo > a.elbo ? b : a), null); }

  stop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
