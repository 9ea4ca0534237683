// In every document (see first_frame.py): the frame of the page that was asked for, named, with what is being
// loaded. It stands until the page's own first element is there.

(() => {
  /** @type {{pages: Record<string, string>, runs: Record<string, Record<string, string>>}} */
  const {pages, runs} = JSON.parse("PAGES");
  const path = location.pathname.replace(/\/$/, "");
  const slug = Object.keys(pages).find((page) => path.endsWith(`/${page}`)) ?? Object.keys(pages)[0];
  const query = new URLSearchParams(location.search);
  // A page that is mostly one component is there with its stage, any other with its first words or controls.
  const first = runs[slug] ? ".stage" : ".stMarkdown, .stMultiSelect, .stButtonGroup, .stPlotlyChart";
  const arrived = `${first}, .stHeading, .stAlert, .stException, #refusal`;

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

  const look = () => {
    if (!document.querySelector(arrived)) return;
    frame.remove();
    observer.disconnect();
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, {childList: true, subtree: true});
})();
