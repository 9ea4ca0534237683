// The stage's HTML: what stands where, its names for people and for screen readers, its help texts.

export const SIDES = ["left", "right"];

const switches = (key, label, choices, extra = "") => `
  <div class="group" role="group" aria-label="${label}">${choices.map(([value, text, help]) =>
    `<button type="button" data-set="${key}" data-value="${value}" title="${help}" ${extra}>${text}</button>`).join("")}</div>`;

const bar = () => `
  <div class="bar" data-name="bar">
    <span>show</span>
    <div class="group" role="group" aria-label="Show">
      <button type="button" data-set="points" title="The codes of all test images, coloured by class">points</button>
      <button type="button" data-set="manifold" title="The manifold: images decoded from a lattice of codes, each centred on its own z">decoded images</button>
    </div>
    <span>images</span>
    ${switches("order", "Place of the images", [
      ["under", "behind", "Draw the decoded images behind the points"],
      ["over", "in front", "Draw the decoded images in front of the points"]], "data-images")}
    <input type="range" min="0" max="1" step="0.05" data-name="opacity" data-images
      aria-label="Opacity of the images" title="Opacity of the images">
    ${switches("spacing", "Spacing of the images", [
      ["linear", "equal z", "A lattice in equal steps of z"],
      ["quantile", "equal probability", "A lattice in equal steps of probability (Kingma & Welling 2014, fig. 4): under the prior N(0, I) for a VAE, under the normal fitted to its codes for an AE"]], "data-images")}
    <span class="note" data-name="note" role="status" hidden></span>
    <span class="gap"></span>
    <span>range</span>
    ${switches("range", "Range of the maps", [
      ["own", "own", "Each map shows the square that holds the middle 99.5 % of its own codes on each axis"],
      ["common", "same", "Both maps show one square that holds both clouds of codes, and zoom and pan together"]])}
  </div>`;

const slider = (side, axis) => `
  <label class="slider"><span class="axis">z<sub>${axis + 1}</sub></span>
    <input type="range" step="any" data-name="${side}-z${axis}" aria-label="z${axis + 1} of the ${side} map">
    <output data-name="${side}-out${axis}"></output></label>`;

const map = (side) => `
  <section class="map" aria-label="${side} map">
    <header data-name="${side}-head">
      <h2 data-name="${side}-title"></h2>
      <select data-name="${side}-run" aria-label="Run on the ${side} map" title="Which run this map shows"></select>
    </header>
    <div class="frame" data-name="${side}-frame" role="group" aria-label="Codes and decoded images on the ${side} map: move to decode, click to pin, wheel to zoom, drag to pan, double click to return">
      <p class="error" data-name="${side}-error" role="alert" hidden></p>
    </div>
    <div class="sliders" data-name="${side}-sliders">${slider(side, 0)}${slider(side, 1)}</div>
    <dl class="numbers" data-name="${side}-numbers"></dl>
  </section>`;

const figure = (name) => `
  <figure><canvas data-name="${name}" width="28" height="28"></canvas><figcaption data-name="${name}-caption"></figcaption></figure>`;

const side = () => `
  <aside>
    <section class="card" aria-label="Decoded image">
      <h3><span data-name="z-title">decoded</span> <small data-name="z-from"></small></h3>
      <div class="decoded">${figure("decoded")}</div>
      <div class="nearest" title="The test image whose code is nearest to z, among the classes that are shown">${figure("nearest")}</div>
    </section>
    <section class="card" aria-label="One test image through both models" title="Hover a point to choose the image: it is encoded and decoded by both runs, and marked on both maps">
      <h3><span data-name="subject-title">test image</span> <small>hover a point</small></h3>
      <div class="subject">${figure("original")}${figure("left-image")}${figure("right-image")}</div>
    </section>
    <section class="card" aria-label="Classes" title="Click: show or grey out a class. Double click: this class alone, or all again">
      <h3>classes <small>click to grey out</small></h3>
      <div class="classes" data-name="classes"></div>
    </section>
  </aside>`;

export const markup = () => `${bar()}<div class="scene">${SIDES.map(map).join("")}${side()}</div>`;
