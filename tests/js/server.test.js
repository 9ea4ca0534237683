// Where the live routes are: below the base of the file that asks, whatever a proxy has put in front.

import assert from "node:assert/strict";
import test from "node:test";
import {baseOf, PAGE} from "../../explorer/stage/assets/kit/server.js";
import {socketUrl} from "../../explorer/stage/assets/kit/socket.js";

const FILE = "_stcore/bidi-components/explorer.compare/kit/server.js";

test("the base is what stands before Streamlit's own path", () => {
  for (const base of [
    "http://localhost:8501",
    "https://hub.example/user/me/proxy/8501",
    "http://[::1]:8501/a/b",
  ]) {
    assert.equal(baseOf(`${base}/${FILE}?v=1`), base);
  }
});

test("a socket goes to the same place, as safe as the page, and says whose it is", () => {
  const page = `page=${PAGE}`;
  assert.match(page, /^page=[0-9a-f]{16}$/);
  assert.equal(socketUrl("http://localhost:8501/live/decode"), `ws://localhost:8501/live/decode?${page}`);
  const draw = "a.example/b/live/draw?run=vae";
  assert.equal(socketUrl(`https://${draw}`), `wss://${draw}&${page}`);
});
