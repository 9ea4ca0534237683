"""The examples of docs/architecture.md: what it adds works as the page says."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from explorer.pages import PAGES
from tests.tiny import fit
from training import datasets, families, runs
from training.measures import evaluation, registry
from training.measures.measured_model import measured_model
from training.measures.metrics import METRICS

ROOT = Path(__file__).parent.parent
EXAMPLE = re.compile(r"<!-- test: (\w+) -->\n```(?:python|js)\n(.*?)```", re.DOTALL)
EXAMPLES = dict(EXAMPLE.findall((ROOT / "docs" / "architecture.md").read_text()))
LONGEST = 30  # lines of an example
NODE = shutil.which("node")
CLICKS = """
import {TOOLS} from "TOOLS_FILE";
const output = {};
const {click} = ruler.create({find: () => output});
click("left", [0, 0]);
click("left", [3, 4]);
if (output.textContent !== "5.00") throw new Error(output.textContent);
const [look] = TOOLS;
for (const key of ["name", "help", "letter", "card", "create"]) {
  if (typeof ruler[key] !== typeof look[key]) throw new Error(key);
}
if (TOOLS.some(({letter}) => letter === ruler.letter)) throw new Error("the letter is taken");
"""


def test_every_extension_has_its_example() -> None:
    assert set(EXAMPLES) == {"family", "dataset", "measure", "page", "tool"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_short(name: str) -> None:
    assert len([line for line in EXAMPLES[name].splitlines() if line.strip()]) < LONGEST


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What an example adds is gone after the test."""
    tables = [(table, dict(table)) for table in (families.FAMILIES, datasets.DATASETS, METRICS)]
    lists = [(entries, list(entries)) for entries in (registry.MEASURES, PAGES)]
    yield
    for table, before in tables:
        table.clear()
        table.update(before)
    for entries, original in lists:
        entries[:] = original


def run(name: str) -> None:
    exec(compile(EXAMPLES[name], f"the example of a {name}", "exec"), {"__name__": name})


def test_the_family_trains_and_hides_pixels(no_runs: Path) -> None:
    run("family")
    fit("denoising", "denoising", noise=0.5)
    model = runs.load_model(runs.load("denoising"))
    seen = model.corrupt(torch.ones(200, 784), torch.Generator().manual_seed(0))
    assert seen is not None and seen.mean().item() == pytest.approx(0.5, abs=0.01)


def test_the_data_set_is_learned(no_runs: Path) -> None:
    run("dataset")
    fit("rows", "vae", dataset="rows")
    history = runs.load("rows").history
    assert history[-1]["test"]["loss"] < history[0]["test"]["loss"]
    assert datasets.load("rows", train=False).images.shape == (500, 1, 16, 12)


def test_the_measure_is_taken(checkpoints: Path) -> None:
    run("measure")
    measure = registry.MEASURES[-1]
    model = runs.load_model(runs.load("vae"))
    test = datasets.load("mnist", train=False).part(slice(0, 50))
    assert measure.applies(model)
    values = measure.compute(measured_model(model, test, test, 0), lambda done: None)
    assert values.keys() == measure.metrics.keys() <= METRICS.keys() and values["farthest_code"] > 0
    with pytest.raises(ValueError, match="farthest_code: choose others"):
        registry.register(measure)
    del METRICS["farthest_code"]
    with pytest.raises(KeyError, match="say what farthest_code means"):
        evaluation.measure(model, test, test, 0)


def test_the_page_is_shown(checkpoints: Path) -> None:
    page = AppTest.from_string(EXAMPLES["page"] + "\nPAGES.pop().render()", default_timeout=60).run()
    assert not page.exception
    assert [metric.value.split(":")[0] for metric in page.metric] == ["ae", "vae"]


@pytest.mark.skipif(NODE is None, reason="no node: `apt-get install nodejs` brings it")
def test_the_tool_measures(tmp_path: Path) -> None:
    script = tmp_path / "ruler.mjs"
    index = ROOT / "explorer" / "stage" / "assets" / "compare" / "tools" / "index.js"
    script.write_text(EXAMPLES["tool"] + CLICKS.replace("TOOLS_FILE", index.as_uri()))
    done = subprocess.run([str(NODE), str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
