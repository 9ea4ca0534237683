// In every document (see first_frame.py): the frame of the page that was asked for, named, with what is being
// loaded. It stands until the page's own first element is there.

(() => {
  const LOOK_MS = 30; // between two looks whether the page is there
  /** @type {{pages: Record<string, string>, runs: Record<string, Record<string, string>>}} */
  const {pages, runs} = JSON.parse("PAGES");
  const path = location.pathname.replace(/\/$/, "");
  const slug = Object.keys(pages).find((page) => path.endsWith(`/${page}`)) ?? Object.keys(pages)[0];
  const query = new URLSearchParams(location.search);
  const anything = ".stHeading, .stAlert, .stException, #refusal";
  const words = ".stMarkdown, .stMultiSelect, .stButtonGroup, .stPlotlyChart";

  /** Whether a component's stage is there: it stands in a shadow root. */
  const staged = () =>
    [...document.querySelectorAll(".stBidiComponent, .stBidiComponent *")].some((host) =>
      host.shadowRoot?.querySelector(".stage"),
    );

  /** A page that is mostly one component is there with its stage, any other with its first words or controls. */
  const arrived = () =>
    document.querySelector(anything) || (runs[slug] ? staged() : document.querySelector(words));

  /**
   * @param {string} name
   * @param {string} text
   * @param {HTMLElement[]} inner
   */
  const element = (name, text, ...inner) => {
    const made = Object.assign(document.createElement(name), {textContent: text});
    made.append(...inner);
    return made;
  };

  const titles = Object.entries(pages).map(([page, title]) => element(page === slug ? "b" : "span", title));
  const named = Object.entries(runs[slug] ?? {}).map(([field, run]) => query.get(field) ?? run);
  const scenes = (named.length ? named : [pages[slug]]).map((name) =>
    element("section", "", element("p", `Loading ${name} \u2026`)),
  );
  const frame = element(
    "div",
    "",
    element("header", "", ...titles),
    element("div", "", element("h1", pages[slug]), ...scenes),
  );
  frame.id = "first-frame";
  frame.setAttribute("role", "status");
  document.body.prepend(frame);

  const looking = setInterval(() => {
    if (!arrived()) return;
    frame.remove();
    clearInterval(looking);
  }, LOOK_MS);
})();
