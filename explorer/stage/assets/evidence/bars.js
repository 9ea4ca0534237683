// The bars: reconstruction + KL to the prior beside -log p(x) + gap. Each part comes from a sum of its own;
// they must meet.

/**
 * @typedef {Pick<import("./ledger.js").Numbers, "reconstruction" | "kl" | "gap" | "log_evidence">} Nats
 * @typedef {import("./search.js").Split} Split
 * @typedef {keyof typeof PART_TITLES} PartName
 * @typedef {[name: PartName, from: number, to: number]} Part of a lane, in nats
 */

// At least this share of the lens shows what is not reconstruction: that is mostly far longer than all else.
const NON_RECONSTRUCTION_SHARE = 0.45;
// A lens that enlarges less than so many times is not worth a cut axis.
const MIN_MAGNIFICATION = 1.5;

/**
 * Which part of the scale, in nats from 0, the lens shows: the ends of all parts, with some room.
 * @param {Omit<Nats, "gap">} numbers
 * @returns {[low: number, high: number]}
 */
export function lens({reconstruction, kl, log_evidence: logEvidence}) {
  const end = reconstruction + kl;
  const first = Math.max(0, Math.min(reconstruction, -logEvidence));
  const room = Math.max((end - first) * 0.12, 0.5);
  const low = first - (end - first) * (1 - NON_RECONSTRUCTION_SHARE) - room;
  const high = end + room;
  return [high > MIN_MAGNIFICATION * (high - low) ? low : 0, high];
}

/**
 * The parts of both lanes; the gap is split where a better q is known.
 * @param {Nats} numbers
 * @param {Split | null} split
 * @returns {[Part[], Part[]]}
 */
export function lanes({reconstruction, kl, gap, log_evidence: logEvidence}, split = null) {
  const end = reconstruction + kl;
  const known = -logEvidence;
  /** @type {[PartName, number][]} */
  const parts = split
    ? [
        ["shape", split.shape],
        ["tilt", split.tilt],
        ["amortisation", split.amortisation],
      ]
    : [["gap", gap]];
  let at = known;
  const second = parts.map(([name, size]) => {
    /** @type {Part} */
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

const PART_TITLES = {
  reconstruction: "reconstruction",
  kl: "KL to the prior",
  truth: "\u2212log p(x)",
  gap: "gap",
  shape: "no Gaussian can",
  tilt: "tilt",
  amortisation: "encoder missed",
};

/**
 * Draw both lanes into an element: over all, and under the lens.
 * @param {HTMLElement} element
 * @param {Nats} numbers
 * @param {Split | null} split
 */
export function draw(element, numbers, split) {
  const [low, high] = lens(numbers);
  const both = lanes(numbers, split);
  const elbo = numbers.reconstruction + numbers.kl;
  const known = -numbers.log_evidence;
  const cut = percent(low / high);
  /** @param {number} value */
  const under = (value) => percent((value - low) / (high - low));
  element.classList.toggle("uncut", low === 0);
  element.innerHTML = `
    <div class="overview">${both.map((parts) => lane(parts, 0, high, "small")).join("")}
      <b style="left:${cut}%"></b>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none">
        <path d="M${cut} 0 L0 10 L100 10 L100 0 Z"/></svg></div>
    <div class="marks ends"><span class="cut">axis from ${low ? low.toFixed(low < 10 ? 1 : 0) : 0} nats</span>
      ${mark(under(elbo), "end", `\u2212ELBO = ${elbo.toFixed(2)}`)}</div>
    <div class="under-lens">${both.map((parts) => lane(parts, low, high - low, "large")).join("")}
      <s style="left:${under(known)}%"></s></div>
    <div class="marks ends"><span></span>
      ${mark(under(known), "known", `\u2212log p(x) = ${known.toFixed(2)}`)}
      <span>${high.toFixed(0)}</span></div>`;
}

/** @param {number} share */
const percent = (share) => (100 * share).toFixed(3);

/** @param {string} left in percent @param {string} name @param {string} text */
const mark = (left, name, text) => `<b class="${name}" style="left:${left}%">${text}</b>`;

/**
 * The HTML of a lane.
 * @param {Part[]} parts
 * @param {number} start nats at its left end
 * @param {number} span nats
 * @param {"small" | "large"} kind large ones have titles in their parts
 */
function lane(parts, start, span, kind) {
  const bars = parts.map((part) => bar(part, start, span, kind === "large"));
  return `<div class="lane ${kind}">${bars.join("")}</div>`;
}

/**
 * The HTML of one part of a lane; none where it lies outside.
 * @param {Part} part
 * @param {number} start nats at the left end of the lane
 * @param {number} span nats
 * @param {boolean} titled
 */
function bar([name, from, to], start, span, titled) {
  const left = Math.max(0, (from - start) / span);
  const width = Math.min(1, (to - start) / span) - left;
  if (width <= 0) return "";
  const title = PART_TITLES[name];
  const text = titled && width > 0.017 * title.length ? title : "";
  const style = `left:${percent(left)}%;width:${percent(width)}%`;
  return `<i class="${name}" style="${style}" title="${title}: ${(to - from).toFixed(3)} nats">${text}</i>`;
}
