// The stage's HTML: what stands where, its names for people and for screen readers, its help texts.

export const SIDES = ["left", "right"];

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

const toggle = (key, text, help) =>
  `<button type="button" data-set="${key}" title="${escaped(help)}">${text}</button>`;

export const switches = (key, label, choices, extra = "") => `
  <div class="group" role="group" aria-label="${label}">${choices.map(([value, text, help]) =>
    `<button type="button" data-set="${key}" data-value="${value}" title="${escaped(help)}" ${extra}>${text}</button>`).join("")}</div>`;

const menu = (key, label, choices, extra = "") => `
  <select data-choose="${key}" aria-label="${label}" title="${escaped(choices.map(([, text, help]) => `${text}: ${help}`).join("\n"))}" ${extra}>
    ${choices.map(([value, text]) => `<option value="${value}">${text}</option>`).join("")}</select>`;

const bar = (menus) => `
  <div class="bar" data-name="bar">
    <span>show</span>
    <div class="group" role="group" aria-label="Show">
      ${toggle("points", "points", "The codes of all test images")}
      ${toggle("manifold", "images", "The manifold: images decoded from a lattice of codes, each centred on its own z")}
      ${toggle("prior", "prior", "The prior N(0, I) at 1, 2 and 3 standard deviations. Not every model has one")}
      ${toggle("ellipses", "q(z|x)", "Ellipses of q(z|x): of all images at one standard deviation, of the image in question at one and two. Not every model has them")}
    </div>
    <span>points by</span>
    ${menu("colour", "Colour of the points", menus.colours)}
    <span>layer</span>
    ${menu("layer", "Layer under the points", menus.layers)}
    <span>images</span>
    ${switches("order", "Place of the images", [
      ["under", "behind", "Draw the decoded images behind the points"],
      ["over", "in front", "Draw the decoded images in front of the points"]], "data-images")}
    <input type="range" min="0" max="1" step="0.05" data-name="opacity" data-images
      aria-label="Opacity of the images" title="Opacity of the images">
    ${menu("spacing", "Spacing of the images", [
      ["linear", "equal z", "a lattice in equal steps of z"],
      ["quantile", "equal probability", "a lattice in equal steps of probability (Kingma & Welling 2014, fig. 4): under the prior N(0, I) where the model has one, else under the normal fitted to its codes"]], "data-images")}
    <span class="gap"></span>
    <span>range</span>
    ${switches("range", "Range of the maps", [
      ["own", "own", "Each map shows the square that holds the middle 99.5 % of its own codes on each axis"],
      ["common", "same", "Both maps show one square that holds both clouds of codes, and zoom and pan together"]])}
    <div class="group"><button type="button" data-name="help-button" title="All keys" aria-label="Help: all keys">?</button></div>
  </div>`;

const slider = (side, axis) => `
  <label class="slider"><span class="axis">z<sub>${axis + 1}</sub></span>
    <input type="range" step="any" data-name="${side}-z${axis}" aria-label="z${axis + 1} of the ${side} map">
    <output data-name="${side}-out${axis}"></output></label>`;

const head = (side) => `
    <header data-name="${side}-head">
      <h2 data-name="${side}-title"></h2>
      <select data-name="${side}-run" aria-label="Run on the ${side} map" title="Which run this map shows"></select>
    </header>`;

const frame = (side) => `
    <div class="frame" data-name="${side}-frame" role="application" tabindex="0"
      aria-label="${side} map of codes and decoded images. Arrow keys step z, plus and minus zoom, question mark lists all keys">
      <p class="error" data-name="${side}-error" role="alert" hidden></p>
    </div>`;

const under = (side, tools) => `
    <div class="under" data-name="${side}-under" role="group" aria-label="Under the ${side} map">
      <div data-dock="standard">
        <div class="sliders">${slider(side, 0)}${slider(side, 1)}</div>
        <dl class="numbers" data-name="${side}-numbers"></dl>
      </div>
      ${tools.filter((tool) => tool.dock).map((tool) => `<div data-dock="${tool.name}" class="dock ${tool.name}" hidden>${tool.dock(side)}</div>`).join("")}
    </div>`;

/** Row by row, so that Tab goes from map to map. */
const maps = (tools) => `
  <div class="maps">${[head, frame, under].map((part) => SIDES.map((side) => part(side, tools)).join("")).join("")}</div>`;

export const figure = (name, label = "") => `
  <figure><canvas data-name="${name}" width="1" height="1" role="img" aria-label="${label || name}"></canvas><figcaption data-name="${name}-caption"></figcaption></figure>`;

const look = () => `
  <section class="card grows" aria-label="Decoded image">
    <h3><span data-name="z-title">decoded</span> <small data-name="z-from"></small></h3>
    <div class="decoded">${figure("decoded", "the image decoded from z")}</div>
    <div class="nearest" title="The test image whose code is nearest to z, among those that are shown">${figure("nearest", "the nearest test image")}</div>
  </section>
  <section class="card" aria-label="One test image through both models" title="Hover a point to choose the image: it is encoded and decoded by both runs, and marked on both maps">
    <h3><span data-name="subject-title">test image</span> <small>hover a point</small>
      <button type="button" class="link" data-go="evidence" title="Where every nat of log p(x) goes, for this image: the page Evidence">log p(x) \u2026</button></h3>
    <div class="subject">${figure("original", "the test image")}${figure("left-image", "decoded by the left run")}${figure("right-image", "decoded by the right run")}</div>
  </section>`;

const aside = (tools) => `
  <aside data-name="column">
    <div class="group tabs" role="group" aria-label="Tool" data-name="tabs">${tools.map((tool) =>
      `<button type="button" data-set="tool" data-value="${tool.name}" title="${escaped(tool.help)}">${tool.title}</button>`).join("")}</div>
    ${tools.map((tool) => `<div class="tool" data-tool="${tool.name}" hidden>${tool.name === "look" ? look() : tool.card()}</div>`).join("")}
    <section class="card legend" aria-label="Legend" data-name="legend">
      <div data-name="layer-legend" class="scale" hidden></div>
      <div data-name="point-legend" class="scale" hidden></div>
      <div data-name="class-legend" title="Click: show or grey out a class. Double click: this class alone, or all again">
        <h3>classes <small data-name="class-hint"></small></h3>
        <div class="classes" data-name="classes"></div>
      </div>
    </section>
  </aside>`;

const help = (keys, mouse) => `
  <dialog data-name="help" aria-label="All keys">
    <h3>Keys</h3>
    <dl>${keys.map(([key, text]) => `<dt>${key.split(" ").map((k) => `<kbd>${k}</kbd>`).join(" ")}</dt><dd>${text}</dd>`).join("")}</dl>
    <p>${mouse}</p>
    <form method="dialog"><button type="submit">close</button></form>
  </dialog>`;

export const markup = (tools, menus, keys, mouse) => `${bar(menus)}
  <div class="scene">${maps(tools)}${aside(tools)}</div>
  <p class="note" data-name="note" role="status" hidden></p>${help(keys, mouse)}`;
