// The stage's HTML: what stands where, its names for people and for screen readers, its help texts.

export const SIDES = ["left", "right"];

const switches = (key, label, choices) => `
  <div class="group" role="group" aria-label="${label}">${choices.map(([value, text, help]) =>
    `<button type="button" data-set="${key}" data-value="${value}" title="${help}">${text}</button>`).join("")}</div>`;

const bar = () => `
  <div class="bar" data-name="bar">
    <div class="group" role="group" aria-label="Layers">
      <button type="button" data-set="points" title="The codes of all test images, coloured by class">points</button>
      <button type="button" data-set="manifold" title="Images decoded from a lattice of codes; each is centred on its own z">manifold</button>
    </div>
    ${switches("order", "Order of the layers", [
      ["under", "under", "Draw the manifold under the points"], ["over", "over", "Draw the manifold over the points"]])}
    <label class="opacity" title="Opacity of the manifold">opacity
      <input type="range" min="0" max="1" step="0.05" data-name="opacity" aria-label="Opacity of the manifold"></label>
    ${switches("spacing", "Spacing of the manifold", [
      ["linear", "linear", "Lattice in equal steps of z"],
      ["quantile", "quantiles", "Lattice in equal steps of probability (Kingma & Welling 2014, fig. 4): under the prior N(0, I) for a VAE, under the normal fitted to its codes for an AE"]])}
    <span class="note" data-name="note" role="status" hidden></span>
    <span class="gap"></span>
    ${switches("range", "Range of the maps", [
      ["own", "own range", "Each map shows the square that holds the middle 99.5 % of its own codes"],
      ["common", "same range", "Both maps show one square that holds both clouds of codes"]])}
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
    <div class="frame" data-name="${side}-frame" role="img" aria-label="Codes and decoded images of the ${side} run: move to decode, click to pin, wheel to zoom, drag to pan, double click to return">
      <p class="error" data-name="${side}-error" role="alert" hidden></p>
    </div>
    <div class="sliders" data-name="${side}-sliders">${slider(side, 0)}${slider(side, 1)}</div>
  </section>`;

const figure = (name, caption, kind = "") => `
  <figure class="${kind}"><canvas data-name="${name}" width="28" height="28"></canvas><figcaption data-name="${name}-caption">${caption}</figcaption></figure>`;

const side = () => `
  <aside>
    <section class="card" aria-label="Decoded image">
      <h3 data-name="z-title">decoded at z</h3>
      <div class="decoded">${figure("decoded", "", "large")}${figure("nearest", "")}</div>
    </section>
    <section class="card" aria-label="One image through both models">
      <h3 data-name="subject-title" title="Hover a point to choose the image: it is encoded and decoded by both runs, and marked on both maps">one image through both</h3>
      <div class="subject">${figure("original", "")}${figure("left-image", "")}${figure("right-image", "")}</div>
    </section>
    <section class="card" aria-label="Classes">
      <h3 title="Click: show or grey out a class. Double click: this class alone, or all again">classes <small>click to grey out</small></h3>
      <div class="classes" data-name="classes"></div>
    </section>
    <section class="card numbers" aria-label="Numbers">
      <table><thead><tr><th></th><th scope="col" data-name="left-name"></th><th scope="col" data-name="right-name"></th></tr></thead>
        <tbody data-name="numbers"></tbody></table>
    </section>
  </aside>`;

export const markup = () => `${bar()}<div class="scene">${SIDES.map(map).join("")}${side()}</div>`;
