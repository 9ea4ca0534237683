"""The pages as Streamlit runs them: with runs, without any, and with broken ones."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer import library
from explorer.address import page_fields
from explorer.views import parts, training
from training.measures.metrics import METRICS
from training.runs.records import RunError

MAIN = str(Path(__file__).parents[3] / "explorer" / "main.py")
VIEWS = ["compare", "evidence", "training", "testset"]


def page(view: str) -> AppTest:
    script = f"from explorer.views import {view}\n{view}.render()"
    return AppTest.from_string(script, default_timeout=60).run()


def text(app: AppTest) -> str:
    kinds = (app.title, app.markdown, app.error, app.info)
    return " ".join(element.value for kind in kinds for element in kind)


def test_the_app_starts_on_compare(checkpoints: Path) -> None:
    app = AppTest.from_file(MAIN, default_timeout=60).run()
    assert not app.exception


@pytest.mark.parametrize("view", VIEWS)
def test_pages_show_runs(checkpoints: Path, view: str) -> None:
    assert not page(view).exception


@pytest.mark.parametrize("view", VIEWS)
def test_without_any_run_the_page_says_how_to_train_one(no_runs: Path, view: str) -> None:
    app = page(view)
    assert not app.exception and "python -m training.train vae" in text(app)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("damage", ["weights.safetensors", "config.json", "history.json"])
def test_a_broken_run_never_takes_the_page_down(checkpoints: Path, view: str, damage: str) -> None:
    (checkpoints / "vae" / damage).write_bytes(b"\x00broken")
    assert not page(view).exception


@pytest.mark.parametrize("view", [*VIEWS, "sampling"])
def test_names_of_any_kind_are_shown_and_other_folders_named(checkpoints: Path, view: str) -> None:
    name = "*my* $x$ `vae` [1]"
    (checkpoints / "vae").rename(checkpoints / name)
    (checkpoints / "holiday").mkdir()
    app = page(view)
    assert not app.exception
    if view in ("training", "testset"):
        assert "holiday (it has no config.json)" in " ".join(element.value for element in app.caption)
        assert parts.plain(name) == r"\*my\* \$x\$ \`vae\` \[1\]"


NO_NUMBERS = ("0.5", {"a": 1}, [[1]], True, 10**400, float("nan"), -float("inf"), None)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("value", NO_NUMBERS, ids=lambda value: str(value)[:5])
def test_a_metric_that_is_no_number_is_a_dash(checkpoints: Path, view: str, value: object) -> None:
    metrics = {
        "values": dict.fromkeys(METRICS, value),
        "left_out": {key: value for key in ("mse", "rate")},
        "images": {"gap": {"edges": value, "all": value, "classes": {"0": value}, "worst": [value]}},
    }
    (checkpoints / "vae" / "metrics.json").write_text(json.dumps(metrics))
    app = page(view)
    assert not app.exception
    if view == "training":
        assert library.open("vae").left_out["mse"] == "metrics.json holds no number of it"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("part", ["values", "left_out", "images"])
def test_parts_of_metrics_of_another_kind_take_no_page_down(checkpoints: Path, view: str, part: str) -> None:
    for value in ([], "text", 3, {"gap": []}):
        (checkpoints / "vae" / "metrics.json").write_text(json.dumps({part: value}))
        assert not page(view).exception


def test_a_run_with_more_dimensions_is_refused_in_words(checkpoints: Path) -> None:
    from explorer.views.compare import described

    path = checkpoints / "vae" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"latent_dim": 3}))
    assert "3 latent dimensions" in described("vae")["error"]
    assert "There is no run 'nobody'" in described("nobody")["error"]


def test_a_classifier_s_loss_has_a_panel_of_its_own(classifier: Path) -> None:
    panels = training.terms(library.open("classifier"))
    assert (
        set(panels[-1]["test"]) == set(panels[-1]["train"]) == {"classifier: \u2212log p(label|x)"}
        and panels[0]["train"] is None
    )
    app = page("training")
    app.multiselect[0].select("classifier").run()
    assert not app.exception and "python -m training.evaluate classifier" in text(app)


def test_a_classifier_is_on_no_map(classifier: Path) -> None:
    assert library.on_maps() == ["ae", "vae"]
    with pytest.raises(RunError, match="A classifier has no code"):
        library.open_map("classifier")


@pytest.mark.parametrize(
    ("view", "key"), [("training", page_fields.TRAINING_RUNS), ("testset", page_fields.TEST_SET_RUNS)]
)
def test_the_address_names_the_runs(checkpoints: Path, view: str, key: str) -> None:
    app = AppTest.from_string(f"from explorer.views import {view}\n{view}.render()", default_timeout=60)
    app.query_params[key] = ["ae"]
    assert not app.run().exception and app.session_state[key] == ["ae"]
    assert app.query_params[key] == "ae"
