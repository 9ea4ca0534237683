// What the server answers a tool about the run of each map: the latest answer, as long as that run is shown.

import {Latest} from "../../kit/latest.js";
import {postPacked} from "../../kit/server.js";
import {bySide, SIDES} from "../sides.js";

/** @typedef {import("../sides.js").Side} Side */

export class Answers {
  /**
   * @param {import("./tool.js").Context} context
   * @param {string} route below the live routes
   * @param {(side: Side, answer: any) => void} show called with an answer, or with null: there is none now
   */
  constructor(context, route, show) {
    this.context = context;
    this.route = route;
    this.show = show;
    /** The runs that are asked. @type {Partial<Record<Side, string>>} */
    this.runs = {};
    /** What was asked last. @type {Partial<Record<Side, object>>} */
    this.questions = {};
    this.requests = bySide((side) => this.request(side));
  }

  /** @param {Side} side */
  request(side) {
    return new Latest(
      (answer) => this.show(side, answer),
      (reason) => {
        this.show(side, null);
        this.context.tell(reason);
      },
    );
  }

  /** Forget what was answered about another run than the map's of now. @param {Side} side */
  follow(side) {
    const map = this.context.content(side);
    const run = map ? `${map.run.name} ${map.run.stamp}` : "";
    if (run === this.runs[side]) return;
    this.runs[side] = run;
    this.forget(side);
  }

  /** @param {Side} side */
  forget(side) {
    this.requests[side].forget();
    this.show(side, null);
  }

  /** @param {Side} side @param {object} question */
  ask(side, question) {
    const path = `${this.context.live}/${this.route}`;
    this.questions[side] = question;
    const key = JSON.stringify([question, this.runs[side]]);
    this.requests[side].ask(key, (signal) => postPacked(path, question, signal));
  }

  retire() {
    for (const side of SIDES) this.requests[side].forget();
  }
}
