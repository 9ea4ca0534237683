// The bars: reconstruction + KL to the prior beside -log p(x) + gap. Each part comes from a sum of its own; they must meet.

const LENS = 0.45; // of the lens: at least so much is what is not reconstruction
const WORTH = 1.5; // times larger: a lens that enlarges less is not worth a cut axis

/** Which part of the scale, in nats from 0, the lens shows: the ends of all parts, with some room. */
export function lens({reconstruction, kl, evidence}) {
  const end = reconstruction + kl;
  const first = Math.max(0, Math.min(reconstruction, -evidence));
  const room = Math.max((end - first) * 0.12, 0.5);
  const low = first - (end - first) * (1 - LENS) - room;
  const high = end + room;
  return [high > WORTH * (high - low) ? low : 0, high];
}

/** The parts of both lanes, each [name, from, to] in nats; the gap is split where a better q is known. */
export function lanes({reconstruction, kl, gap, evidence}, split) {
  const end = reconstruction + kl;
  const known = -evidence;
  const parts = split
    ? [
        ["shape", split.shape],
        ["tilt", split.tilt],
        ["amortisation", split.amortisation],
      ]
    : [["gap", gap]];
  let at = known;
  const second = parts.map(([name, size]) => {
    const part = [name, at, at + size];
    at += size;
    return part;
  });
  return [
    [
      ["reconstruction", 0, reconstruction],
      ["kl", reconstruction, end],
    ],
    [["truth", 0, known], ...second],
  ];
}

const TITLES = {
  reconstruction: "reconstruction",
  kl: "KL to the prior",
  truth: "\u2212log p(x)",
  gap: "gap",
  shape: "no Gaussian can",
  tilt: "tilt",
  amortisation: "encoder missed",
};

/** Draw both lanes into a place: over all, and under the lens. */
export function draw(place, numbers, split) {
  const [low, high] = lens(numbers);
  const both = lanes(numbers, split);
  const whole = high;
  const part = ([name, from, to], start, span, titled) => {
    const left = Math.max(0, (from - start) / span);
    const right = Math.min(1, (to - start) / span);
    const width = right - left;
    if (width <= 0) return "";
    const text = titled && width > 0.017 * TITLES[name].length ? TITLES[name] : "";
    return `<i class="${name}" style="left:${(100 * left).toFixed(3)}%;width:${(100 * width).toFixed(3)}%" title="${TITLES[name]}: ${(to - from).toFixed(3)} nats">${text}</i>`;
  };
  const lane = (parts, start, span, kind) =>
    `<div class="lane ${kind}">${parts.map((p) => part(p, start, span, kind === "large")).join("")}</div>`;
  const mark = (value, name, text) =>
    `<b class="${name}" style="left:${((100 * (value - low)) / (high - low)).toFixed(3)}%">${text}</b>`;
  const end = numbers.reconstruction + numbers.kl;
  const known = -numbers.evidence;
  place.classList.toggle("uncut", low === 0);
  place.innerHTML = `
    <div class="overview">${both.map((parts) => lane(parts, 0, whole, "small")).join("")}
      <b style="left:${((100 * low) / whole).toFixed(3)}%"></b><svg viewBox="0 0 100 10" preserveAspectRatio="none"><path d="M${((100 * low) / whole).toFixed(3)} 0 L0 10 L100 10 L100 0 Z"/></svg></div>
    <div class="marks ends"><span class="cut">axis from ${low ? low.toFixed(low < 10 ? 1 : 0) : 0} nats</span>${mark(end, "end", `\u2212ELBO = ${end.toFixed(2)}`)}</div>
    <div class="under-lens">${both.map((parts) => lane(parts, low, high - low, "large")).join("")}
      <s style="left:${((100 * (known - low)) / (high - low)).toFixed(3)}%"></s></div>
    <div class="marks ends"><span></span>${mark(known, "known", `\u2212log p(x) = ${known.toFixed(2)}`)}<span>${high.toFixed(0)}</span></div>`;
}
