// Questions of which the latest wins.

import assert from "node:assert/strict";
import test from "node:test";
import {Latest} from "../../explorer/stage/assets/kit/latest.js";

/** A Latest, what it was answered, and requests that end when they are told to. */
function harness() {
  const answers = [];
  const open = new Map();
  const latest = new Latest(
    (answer, key) => answers.push(`${key}: ${answer}`),
    (reason, key) => answers.push(`${key} failed: ${reason}`),
  );
  const ask = (key) =>
    latest.ask(key, () => new Promise((resolve, reject) => open.set(key, {resolve, reject})));
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {latest, answers, open, ask, settled};
}

test("one request is under way; what lies between the first and the last is left out", async () => {
  const {answers, open, ask, settled} = harness();
  for (const key of ["a", "b", "c"]) ask(key);
  assert.deepEqual([...open.keys()], ["a"]);
  open.get("a").resolve(1);
  await settled();
  assert.deepEqual([...open.keys()], ["a", "c"]);
  open.get("c").resolve(3);
  await settled();
  assert.deepEqual(answers, ["c: 3"]); // the answer to a came when c was asked for
});

test("the same question is asked once", async () => {
  const {answers, open, ask, settled} = harness();
  ask("a");
  ask("a");
  open.get("a").resolve(1);
  await settled();
  open.delete("a");
  ask("a");
  assert.equal(open.size, 0);
  assert.deepEqual(answers, ["a: 1"]);
});

test("what is forgotten is not answered, and may be asked again", async () => {
  const {latest, answers, open, ask, settled} = harness();
  ask("a");
  latest.forget();
  open.get("a").resolve(1);
  await settled();
  assert.deepEqual(answers, []);
  ask("a");
  open.get("a").resolve(2);
  await settled();
  assert.deepEqual(answers, ["a: 2"]);
});

test("a failure is told, and may be asked again after a while", async (t) => {
  t.mock.timers.enable({apis: ["setTimeout"]});
  const {answers, open, ask, settled} = harness();
  ask("a");
  open.get("a").reject(new Error("no"));
  await settled();
  assert.deepEqual(answers, ["a failed: no"]);
  open.delete("a");
  ask("a");
  assert.equal(open.size, 0);
  t.mock.timers.tick(4000);
  ask("a");
  assert.equal(open.size, 1);
});

test("a long request is given up for another question, a short one may end", (t) => {
  t.mock.timers.enable({apis: ["setTimeout"]});
  const signals = [];
  const latest = new Latest(
    () => {},
    () => {},
  );
  const ask = (key) => latest.ask(key, (signal) => new Promise(() => signals.push(signal)));
  ask("a");
  ask("b");
  assert.equal(signals[0].aborted, false);
  t.mock.timers.tick(250);
  assert.equal(signals[0].aborted, true);
});

test("what is forgotten is given up at once", () => {
  const signals = [];
  const latest = new Latest(
    () => {},
    () => {},
  );
  latest.ask("a", (signal) => new Promise(() => signals.push(signal)));
  latest.forget();
  assert.equal(signals[0].aborted, true);
});
