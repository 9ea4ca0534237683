// The colours and sizes that the page has now: Streamlit's theme, and what is drawn from it.

import {rgb} from "../map/paint.js";
import * as scales from "../map/scales.js";

/** What all drawing needs to know of the page; `key` changes whenever something in it does. */
export function readTheme(root, {colours, layers}) {
  const style = getComputedStyle(root);
  const value = (name) => style.getPropertyValue(name).trim();
  const paper = value("--st-background-color") || "#ffffff";
  const text = value("--st-text-color") || "#000000";
  const accent = value("--st-primary-color") || text;
  const [r, g, b] = rgb(paper);
  const dark = 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
  const size = root.clientWidth;
  const theme = {
    key: [paper, text, accent, size, colours.light.length].join(),
    paper,
    text,
    accent,
    dark,
    ink: rgb(text),
    line: dark ? "rgba(255,255,255,.28)" : "rgba(0,0,0,.25)",
    grey: dark ? [105, 110, 116] : [176, 179, 182],
    font: style.fontFamily,
    small: Math.round(parseFloat(style.fontSize) * 0.95),
    colours: colours[dark ? "dark" : "light"].map(rgb),
    pointScale: scales.points(dark),
    layerScale: scales.layer(rgb(paper), dark),
  };
  theme.fieldColour = (field) => fieldColour(field, theme, layers[field.layer].log);
  return theme;
}

/** The colour of each cell of a layer: its place on the scale; for regions the class, paler where unsure. */
function fieldColour(field, theme, log) {
  if (!field.classes)
    return (k) => [...theme.layerScale[scales.step(field.values[k], field.low, field.high, log)], 255];
  return (k) => [
    ...theme.colours[field.classes[k]],
    Math.round(110 * Math.max(0, (field.values[k] - field.low) / (field.high - field.low)) ** 2),
  ];
}
