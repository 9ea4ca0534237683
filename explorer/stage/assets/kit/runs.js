// The options of a menu of runs.

/**
 * The runs, then the folders that are none, which can't be chosen and say why.
 * @param {string[]} names of the runs
 * @param {Record<string, string>} unusable folders that are no runs, and why
 * @returns {HTMLOptionElement[]}
 */
export function runOptions(names, unusable) {
  const folders = Object.entries(unusable).map(([name, why]) => {
    const option = new Option(`${name} (${why})`, "");
    option.disabled = true;
    return option;
  });
  return [...names.map((name) => new Option(name, name)), ...folders];
}
