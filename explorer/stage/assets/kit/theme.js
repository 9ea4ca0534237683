// The colours and sizes that the page has now: Streamlit's theme, and what is drawn from it.

import * as scales from "../map/scales.js";

/**
 * @typedef {number[]} Rgb [red, green, blue], each 0 to 255
 * @typedef {{values: Float32Array, classes?: Uint16Array, low: number, high: number, name: string}} Coloured
 */

/**
 * What all drawing needs to know of the page.
 * @typedef {object} Theme
 * @property {string} key changes whenever something of the page's does
 * @property {string} paper
 * @property {string} text
 * @property {string} accent
 * @property {boolean} dark
 * @property {Rgb} ink of grey images
 * @property {string} line
 * @property {Rgb} grey of points that are not asked for
 * @property {string} font
 * @property {number} small CSS pixels of small letters
 * @property {Rgb[]} colours of the classes
 * @property {Rgb[]} pointScale
 * @property {Rgb[]} layerScale
 * @property {(layer: Coloured) => (k: number) => number[]} layerColour [r, g, b, a] of each cell of a layer
 */

/**
 * @param {HTMLElement} root
 * @param {object} words
 * @param {{light: string[], dark: string[]}} words.colours of the classes
 * @param {Record<string, {log?: boolean}>} words.layers whether their scales are logarithmic
 * @returns {Theme}
 */
export function readTheme(root, {colours, layers}) {
  const style = getComputedStyle(root);
  /** @param {string} name */
  const value = (name) => style.getPropertyValue(name).trim();
  const paper = value("--st-background-color") || "#ffffff";
  const text = value("--st-text-color") || "#000000";
  const accent = value("--st-primary-color") || text;
  const [r, g, b] = rgb(paper);
  const dark = 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
  const scaled = {
    colours: colours[dark ? "dark" : "light"].map(rgb),
    layerScale: scales.layer(rgb(paper), dark),
  };
  return {
    ...scaled,
    key: [
      paper,
      text,
      accent,
      root.clientWidth,
      style.fontSize,
      style.fontFamily,
      colours.light.length,
    ].join(),
    paper,
    text,
    accent,
    dark,
    ink: rgb(text),
    line: dark ? "rgba(255,255,255,.28)" : "rgba(0,0,0,.25)",
    grey: dark ? [105, 110, 116] : [176, 179, 182],
    font: style.fontFamily,
    small: Math.round(parseFloat(style.fontSize) * 0.95),
    pointScale: scales.points(dark),
    layerColour: (layer) => layerColour(layer, scaled, Boolean(layers[layer.name].log)),
  };
}

/** Colours that were read once. @type {Map<string, Rgb>} */
const read = new Map();

/**
 * The three numbers of a CSS colour: the browser computes them, as text. No canvas is asked: in a private
 * window its pixels are noise.
 * @param {string} colour
 * @returns {Rgb}
 */
function rgb(colour) {
  const before = read.get(colour);
  if (before) return before;
  const probe = document.createElement("i");
  document.body.append(probe);
  // Mixed with itself, a colour of any space is one of sRGB.
  probe.style.color = `color-mix(in srgb, ${colour}, ${colour})`;
  const numbers = rgbOf(getComputedStyle(probe).color);
  probe.remove();
  read.set(colour, numbers);
  return numbers;
}

/**
 * The numbers of a computed colour: "rgb(255, 128, 0)", or "color(srgb 1 0.5 0)".
 * @param {string} text
 * @returns {Rgb}
 */
export function rgbOf(text) {
  const unit = text.startsWith("color(") ? 255 : 1;
  const numbers = (text.match(/-?[\d.]+(e-?\d+)?/g) ?? ["0", "0", "0"]).slice(0, 3);
  return numbers.map((number) => Math.max(0, Math.min(255, Math.round(unit * Number(number)))));
}

/**
 * The colour of each cell of a layer: its value on the scale; for regions the class, paler where unsure.
 * @param {Coloured} layer
 * @param {{colours: Rgb[], layerScale: Rgb[]}} scaled
 * @param {boolean} log
 * @returns {(k: number) => number[]}
 */
function layerColour({values, classes, low, high}, {colours, layerScale}, log) {
  if (!classes) return (k) => [...layerScale[scales.step(values[k], low, high, log)], 255];
  return (k) => {
    const sure = Math.max(0, (values[k] - low) / (high - low));
    return [...colours[classes[k]], Math.round(110 * sure ** 2)];
  };
}
