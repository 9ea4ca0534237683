// Our own commits coming back from Python, and the person going to another address.

import assert from "node:assert/strict";
import test from "node:test";

let back;
globalThis.addEventListener = (_, action) => {
  back = action;
};
const {AddressEcho} = await import("../../explorer/stage/assets/kit/echo.js");

test("what was committed is no news, in whatever order reruns show it", () => {
  const echo = new AddressEcho();
  assert.equal(echo.isNews({image: 0}, {image: 0}), false); // the first time it is ours anyway
  echo.commit({image: 1});
  echo.commit({image: 2});
  assert.equal(echo.isNews({image: 0}, {image: 2}), false); // a rerun from before
  assert.equal(echo.isNews({image: 2}, {image: 2}), false);
  assert.equal(echo.isNews({image: 7}, {image: 2}), true); // another address
});

test("going back is news, even to what was committed before", () => {
  let navigations = 0;
  const echo = new AddressEcho(() => {
    navigations += 1;
  });
  echo.isNews({image: 0}, {image: 0});
  echo.commit({image: 1});
  back();
  assert.equal(navigations, 1);
  assert.equal(echo.isNews({image: 1}, {image: 1}), false); // on its way before
  assert.equal(echo.isNews({image: 0}, {image: 1}), true);
});
