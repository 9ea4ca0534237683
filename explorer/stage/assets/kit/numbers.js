// Numbers for people: a true minus, and as many digits as they deserve. No DOM in here.

const MINUS = "\u2212";
const DASH = "\u2013";

/** Decimals that tell two places of a range apart. @param {number} range */
export const decimalsFor = (range) => Math.max(0, Math.min(7, 2 - Math.floor(Math.log10(range / 2))));

/** Signed, with as many decimals as the range asks for. @param {number} value @param {number} range */
export function signed(value, range) {
  const text = Math.abs(value).toFixed(decimalsFor(range));
  return (value < 0 && Number(text) !== 0 ? MINUS : "+") + text;
}

/**
 * With separators and so many digits; a dash where there is none.
 * @param {number | null | undefined} value
 */
export function formatNumber(value, digits = 2) {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  const options = {minimumFractionDigits: digits, maximumFractionDigits: digits};
  return value.toLocaleString("en", options).replace("-", MINUS);
}

/** Three digits, for the end of a scale. @param {number} value */
export function short(value) {
  const size = Math.abs(value);
  const text =
    size === 0
      ? "0"
      : size >= 1e4 || size < 1e-3
        ? size.toExponential(1)
        : String(Number(size.toPrecision(3)));
  return (value < 0 ? MINUS : "") + text;
}

/** An error that should be nearly nothing. @param {number} value */
export function tiny(value) {
  const size = Math.abs(value);
  return size < 1e-5 ? "< 0.00001" : size.toFixed(5);
}

/**
 * What was measured, in its unit: a share in percent, else two or four decimals.
 * @param {number | undefined} value
 * @param {string} unit
 */
export function measured(value, unit) {
  if (value === undefined) return DASH;
  if (unit === "%") return `${(100 * value).toFixed(1)} %`;
  return value.toFixed(Math.abs(value) < 1 ? 4 : 2);
}
