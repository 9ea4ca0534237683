// Where the live routes are: below the base of the file that asks, whatever a proxy has put in front.

import assert from "node:assert/strict";
import test from "node:test";
import {baseOf} from "../../explorer/stage/assets/kit/server.js";
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

test("a socket goes to the same place, as safe as the page", () => {
  assert.equal(socketUrl("http://localhost:8501/live/decode"), "ws://localhost:8501/live/decode");
  assert.equal(socketUrl("https://a.example/b/live/draw?run=vae"), "wss://a.example/b/live/draw?run=vae");
});
