// In every document (see refusals.py): a page that can't connect says why, and what cures it. Streamlit
// itself shows nothing then. A live route is asked in its stead, which tells why it closes a socket.

(() => {
  const REFUSED = 1008; // the code of a socket that the server closed because of who asked (live/guard)
  const PAUSE_MS = 2000; // before each look whether Streamlit has connected
  const NO_SOCKETS = `The app answers, but WebSockets don't come through. What stands between this page and the
    app, a proxy most likely, has to pass them on; for nginx:`;
  const UPGRADE = `proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection "upgrade";`;

  const connected = () => document.querySelector('[data-test-connection-state="CONNECTED"]') !== null;

  /** Where the app lives: its own script is below it, whatever a proxy has put in front. */
  const base = () => {
    const script = /** @type {HTMLScriptElement | null} */ (
      document.querySelector("script[type=module][src]")
    );
    return script ? script.src.replace(/\/static\/js\/.*/, "") : "";
  };

  /** @returns {Promise<CloseEvent | null>} how a socket ended, null if it may stay open */
  const attempt = () =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${base().replace(/^http/, "ws")}/live/decode`);
      socket.onclose = resolve;
      socket.onopen = () => {
        setTimeout(() => {
          socket.onclose = null;
          socket.close();
          resolve(null);
        }, PAUSE_MS);
      };
    });

  const answers = () =>
    fetch(`${base()}/_stcore/health`, {cache: "no-store"}).then(
      (response) => response.ok,
      () => false,
    );

  /** @returns {Promise<[string, string] | null>} what is wrong, and what cures it */
  const diagnosis = async () => {
    const end = await attempt();
    if (end === null) return null;
    const setting = /to (server\.\w+)/.exec(end.reason);
    if (end.code === REFUSED && setting) {
      const address = setting[1] === "server.allowedHosts" ? location.hostname : location.origin;
      return [
        `The app does not know the address of this page. Whoever started it can let it in:`,
        `streamlit run explorer/app.py --${setting[1]} ${address}`,
      ];
    }
    return (await answers()) ? [NO_SOCKETS, UPGRADE] : null; // else it is not there: Streamlit says so
  };

  /** @param {[string, string] | null} words */
  const show = (words) => {
    document.querySelector("#refusal")?.remove();
    if (words === null) return;
    const card = document.createElement("section");
    card.id = "refusal";
    card.setAttribute("role", "alert");
    card.style.cssText = `position: fixed; inset: 20vh 1rem auto; z-index: 2147483647; max-width: 44rem;
      margin: auto; padding: 1rem 1.5rem; font: 1.1rem/1.5 system-ui, sans-serif; color-scheme: light dark;
      color: CanvasText; background: Canvas; border: 1px solid; border-radius: 6px`;
    const names = /** @type {const} */ (["h1", "p", "pre"]);
    const texts = ["This page can\u2019t connect to the app", ...words];
    card.append(
      ...names.map((name, k) => Object.assign(document.createElement(name), {textContent: texts[k]})),
    );
    document.body.append(card);
  };

  const look = async () => {
    if (connected()) show(null);
    else {
      const words = await diagnosis();
      show(connected() ? null : words);
      setTimeout(look, PAUSE_MS);
    }
  };
  addEventListener("load", () => setTimeout(look, PAUSE_MS));
})();
