// The keyboard: every key, what it does, and who is asked first.

const STEP = 0.02; // of what the map shows
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1]};
const SLIDING = /^(Arrow|Home|End|Page|Tab)/; // what a slider needs itself
const TOOLS = {l: "look", d: "draw", s: "select", w: "walk", p: "sample"};

export const KEYS = [
  ["\u2190 \u2192 \u2191 \u2193", "step z of the active map (with shift: finer)"],
  ["Tab M", "Tab: from the left map to the right (with shift: back); M: the other map"],
  ["+ \u2212 Home", "zoom the active map; show all of it"],
  ["0 \u2026 9", "one class alone; again: all"],
  ["L D S W P", "tools: look, draw, select, walk, sample"],
  ["I O E", "images, points, ellipses on or off"],
  ["Space", "play or pause the walk"],
  ["R", "resample"],
  ["Backspace", "take back a stroke or a corner"],
  ["Delete", "empty the pad or the walk"],
  ["Escape", "choose nothing; show all classes"],
  ["?", "this list"],
];
export const MOUSE = "On a map: move to decode, click to pin, wheel to zoom, drag to pan, double click to see all of it.";

/** Listen on the window, before Streamlit's own keys: what is handled goes no further. Returns what ends it. */
export function listen(stage) {
  const heard = (event) => {
    if (!stage.root.isConnected || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0], slides = target.matches?.("input[type=range]");
    const typing = slides ? SLIDING.test(event.key) : target.matches?.("input, select, textarea, [contenteditable]");
    const ours = stage.root.contains(target) || target === document.body;
    if (!ours || stage.find("help").open) return;
    if (typing && event.key !== "Escape") return;
    if (target.matches?.(".film") && SLIDING.test(event.key)) return; // it scrolls
    if (target.matches?.("button") && (event.key === " " || event.key === "Enter")) return;
    if (!handle(stage, event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("keydown", heard, true);
  return () => window.removeEventListener("keydown", heard, true);
}

function handle(stage, event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (stage.tools[stage.scene.tool].key?.(event)) return true;
  if (key in ARROWS) return arrow(stage, ARROWS[key], event.shiftKey);
  if (key in TOOLS) { stage.set("tool", TOOLS[key]); return true; }
  if (/^[0-9]$/.test(key)) { stage.legend.alone(Number(key)); return true; }
  const actions = {
    "?": () => stage.showHelp(),
    m: () => stage.find(`${stage.active === "left" ? "right" : "left"}-frame`).focus(),
    "+": () => stage.zoom(0.8), "=": () => stage.zoom(0.8), "-": () => stage.zoom(1.25),
    Home: () => stage.home(),
    i: () => stage.set("manifold", !stage.scene.manifold),
    o: () => stage.set("points", !stage.scene.points),
    e: () => stage.set("ellipses", !stage.scene.ellipses),
    Escape: () => { stage.choosePoints(null); if (stage.scene.hidden.size) stage.set("hidden", new Set()); },
  };
  if (!(key in actions)) return false;
  actions[key]();
  return true;
}

/** A step of z: a fiftieth of what the map shows, a tenth of that with shift. */
function arrow(stage, [right, up], fine) {
  const side = stage.active, {view} = stage.maps[side], z = stage.scene.pins[side];
  if (!view || !z) return false;
  const unit = (view.right - view.left) * STEP * (fine ? 0.1 : 1);
  stage.pin(side, [z[0] + right * unit, z[1] + up * unit], true);
  return true;
}
