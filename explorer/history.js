// In every document (see history.py): the browser's Back leads to what a person did before.
//
// Streamlit adds a step to the history for every change of the address, also for those that no hand made: a page
// completes its address, and on the way to another page the old path gets the new page's address for a moment.
// Such a change takes the place of the step before it.

(() => {
  const ACTS = ["pointerdown", "click", "keydown", "input", "wheel", "drop", "paste"];
  let acted = false; // since the last step
  for (const act of ACTS) {
    addEventListener(
      act,
      () => {
        acted = true;
      },
      {capture: true, passive: true},
    );
  }
  addEventListener(
    "popstate",
    () => {
      acted = false;
    },
    {capture: true},
  );
  const push = history.pushState;
  history.pushState = function (...step) {
    const add = acted ? push : history.replaceState;
    acted = false;
    add.apply(this, step);
  };
})();
