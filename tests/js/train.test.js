// Train together: what happened, frame after frame; the sentences; the curves.

import assert from "node:assert/strict";
import test from "node:test";
import {rangeOf} from "../../explorer/stage/assets/train/losses.js";
import {
  between,
  frameOf,
  grown,
  Past,
  reachOf,
  SMALLEST,
  smoothed,
  squareOf,
} from "../../explorer/stage/assets/train/past.js";
import {agreementOf, Story, spreadOf} from "../../explorer/stage/assets/train/story.js";

const frame = (step, pictures = null, terms = null) => ({
  epoch: step / 10,
  step,
  terms,
  live: {},
  codes: Float32Array.from([step, step]),
  pictures,
});

test("a frame has its codes as numbers, and its images if it came with some", () => {
  const plain = frameOf({
    epoch: 0.5,
    step: 5,
    terms: null,
    live: {},
    codes: Uint16Array.from([0x3c00, 0xc000]),
  });
  assert.deepEqual([...plain.codes], [1, -2]);
  assert.equal(plain.pictures, null);
  const whole = frameOf({
    codes: new Uint16Array(0),
    tiles: "t",
    points: "p",
    size: "s",
    reconstructions: "r",
    samples: "z",
  });
  assert.deepEqual(whole.pictures, {
    tiles: {images: "t", points: "p", size: "s"},
    reconstructions: "r",
    samples: "z",
  });
});

test("the past is thinned as it grows, and keeps its beginning and its end", () => {
  const past = new Past();
  for (let step = 0; step < 5000; step++) past.add(frame(step, {step}, {loss: step}));
  assert.ok(past.frames.length <= 1200);
  assert.equal(past.frames[0].step, 0);
  assert.equal(past.last?.step, 4999);
  const steps = past.frames.map(({step}) => step);
  assert.deepEqual(
    steps,
    [...new Set(steps)].sort((a, b) => a - b),
  );
  assert.ok(past.frames.filter(({pictures}) => pictures).length <= 160);
  assert.equal(past.curves.get("loss")?.length, 10_000);
});

test("a frame of the same step takes the place of the one before", () => {
  const past = new Past();
  past.add(frame(1));
  past.add(frame(1, {tiles: 1}));
  assert.equal(past.frames.length, 1);
  assert.deepEqual(past.last?.pictures, {tiles: 1});
});

test("at an epoch of the past stands the last frame before it, with the last images", () => {
  const past = new Past();
  for (const [step, pictures] of [
    [0, "a"],
    [10, null],
    [20, "b"],
  ])
    past.add(frame(step, pictures));
  assert.equal(past.at(1.9)?.step, 10);
  assert.equal(past.picturesAt(1.9), "a");
  assert.equal(past.at(9)?.step, 20);
  assert.equal(past.picturesAt(2), "b");
  assert.equal(past.at(-1)?.step, 0);
});

test("the range shows the prior, grows in steps where codes would leave it, and never shrinks", () => {
  const codes = new Float32Array(2000).map((_, k) => Math.sin(k));
  codes[0] = 1e6; // a single one
  assert.ok(reachOf(codes) <= 1);
  assert.equal(grown(SMALLEST, codes), SMALLEST);
  const wide = grown(
    SMALLEST,
    codes.map((value) => 10 * value),
  );
  assert.ok(
    wide >= 10 &&
      wide < 14 &&
      wide / SMALLEST === 1.25 ** Math.round(Math.log(wide / SMALLEST) / Math.log(1.25)),
  );
  assert.equal(grown(wide, codes), wide);
  assert.deepEqual(squareOf(2), {left: -2, right: 2, bottom: -2, top: 2});
  assert.equal(reachOf(new Float32Array(0)), 0);
});

test("a smoothed curve follows slowly, at a pace of epochs and not of frames", () => {
  const step = (gap) => Array.from({length: 200}, (_, k) => [k * gap, k ? 1 : 0]).flat();
  const [slow, fast] = [smoothed(step(0.001)), smoothed(step(0.01))];
  assert.ok(slow[21] < 0.4 && fast[21] > 0.9 && slow.at(-1) > 0.95);
  assert.deepEqual(smoothed([]), []);
});

test("a term is known at any epoch of the past", () => {
  const past = new Past();
  for (let step = 0; step < 20; step++) past.add(frame(step, null, {kl: 3}));
  assert.equal(past.term("kl", null), 3);
  assert.equal(past.term("kl", 0.5), 3);
  assert.equal(past.term("nothing", null), undefined);
  past.test(1, {kl: 4});
  past.test(2, {kl: 5});
  assert.deepEqual(past.tests.get("kl"), [1, 4, 2, 5]);
});

test("codes on their way are between the two frames", () => {
  const into = new Float32Array(2);
  assert.deepEqual([...between(Float32Array.of(0, 2), Float32Array.of(4, 2), 0.25, into)], [1, 2]);
});

const state = (values) => ({
  name: "VAE",
  prior: true,
  epoch: 0.1,
  spread: 1,
  agreement: 0.1,
  lowest: 9,
  ...values,
});

test("the KL of an untrained network is no event; its fall and its rise are", () => {
  const story = new Story();
  assert.equal(story.next([state({kl: 3.3, epoch: 0})]), "");
  assert.match(story.next([state({kl: 0.3, epoch: 0.05, lowest: 0.3})]), /fallen to 0\.3 nats/);
  assert.equal(story.next([state({kl: 0.6, lowest: 0.1})]), "");
  assert.match(story.next([state({kl: 1.4, lowest: 0.1})]), /KL rises to 1\.4 nats/);
  assert.equal(story.next([state({kl: 2, lowest: 0.1})]), "");
  assert.match(story.next([state({kl: 2, agreement: 0.7, lowest: 0.1})]), /70 % of the images/);
  assert.match(story.next([state({kl: 3, beta: 0})]), /\u03b2 is 0/);
  assert.equal(story.next([state({kl: 3, beta: 1})]), "");
  assert.match(story.next([state({kl: 3, beta: 0})]), /\u03b2 is 0/); // it came again
});

test("a collapsed posterior is called so after a while, and an autoencoder has none", () => {
  const story = new Story();
  assert.match(story.next([state({kl: 0.01, epoch: 0.2, lowest: 0.01})]), /has fallen/);
  assert.equal(story.next([state({kl: 0.01, epoch: 0.3, lowest: 0.01})]), "");
  assert.match(story.next([state({kl: 0.01, epoch: 0.6, lowest: 0.01})]), /has collapsed/);
  const plain = {name: "AE", prior: false, kl: undefined};
  assert.equal(story.next([state({...plain, epoch: 0.6})]), "");
  assert.match(story.next([state({...plain, spread: 4})]), /Nothing ties it/);
});

test("the spread of codes is their larger standard deviation", () => {
  assert.equal(spreadOf(Float32Array.of(1, 0, -1, 0, 1, 4, -1, -4)), Math.sqrt(8));
});

test("neighbours agree where classes lie apart, and by chance where they don't", () => {
  const labels = Array.from({length: 200}, (_, k) => k % 2);
  const apart = Float32Array.from({length: 400}, (_, k) => 100 * labels[k >> 1] + Math.sin(9 * k));
  assert.equal(agreementOf(apart, labels), 1);
  const mixed = Float32Array.from({length: 400}, (_, k) => Math.sin(37 * k * k));
  assert.ok(Math.abs(agreementOf(mixed, labels) - 0.5) < 0.2);
});

test("the range of a curve leaves out its steep beginning", () => {
  const curve = Array.from({length: 200}, (_, k) => [k / 10, 140 + 400 * Math.exp(-4 * k)]).flat();
  const {low, high} = rangeOf([curve], 20);
  assert.ok(low < 140 && high < 150);
  assert.deepEqual(rangeOf([], 1), {low: 0, high: 1});
  const first = rangeOf([[0, 500]], 0);
  assert.ok(first.low < 500 && first.high > 500);
});
