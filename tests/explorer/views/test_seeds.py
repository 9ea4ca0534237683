"""The page Seeds as Streamlit runs it: with all runs, with some, with none and with broken ones."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import library
from explorer.address import page_fields
from explorer.views import seeds
from tests.training.study.test_comparison import rotation
from tests.training.study.test_store import LABELS, same_maps, seed_run, stored, wide_ae
from training import datasets
from training.datasets import Split
from training.runs.records import RunError
from training.study import agreement, comparison, measure, store


@pytest.fixture
def place(no_runs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """checkpoints/seeds with five measured runs of AE and of VAE, of 120 images, compared."""
    split = Split(np.zeros((120, 28, 28), np.uint8), LABELS, tuple("0123456789"))
    monkeypatch.setattr(datasets, "load", lambda *arguments, **named: split)
    monkeypatch.setattr(comparison, "DEALS", 25)
    library.forget()
    root = store.root()
    for run in (*wide_ae(), *same_maps("vae")):
        stored(root, run)
    measure.compare_all(root)
    yield root
    library.forget()


def page() -> AppTest:
    return AppTest.from_string("from explorer.views import seeds\nseeds.render()", default_timeout=60).run()


def text(app: AppTest) -> str:
    kinds = (app.title, app.markdown, app.error, app.caption, app.latex)
    return " ".join(element.value for kind in kinds for element in kind)


def buttons(app: AppTest, key: str, option: str) -> AppTest:
    app.segmented_control(key=key).set_value(option).run()
    assert not app.exception
    return app


def test_maps_and_sentences_are_shown_and_what_is_missing_is_named(place: Path) -> None:
    app = page()
    assert not app.exception and len(app.get("plotly_chart")) == 1
    assert "The prior fixes the cloud." in text(app) and "5-NN" in text(app)
    assert "Not there yet: exact-0, exact-1, exact-2, exact-3, exact-4." in text(app)
    for key, option in ((page_fields.SEEDS_TURNED, "turned"), (page_fields.SEEDS_RANGE, "own")):
        assert len(buttons(app, key, option).get("plotly_chart")) == 1


def test_numbers_have_helps_and_formulas(place: Path) -> None:
    app = buttons(page(), page_fields.SEEDS_VIEW, "clouds")
    helps = {m.value: m.help for m in app.markdown if m.help}
    assert all(metric.help in helps.values() for metric in agreement.CLOUD.values())
    assert r"\det\Sigma" in text(app)
    app = buttons(app, page_fields.SEEDS_VIEW, "pairs")
    helps = {m.value: m.help for m in app.markdown if m.help}
    measures = agreement.described(agreement.BETWEEN | agreement.OVER, library.seeds().runs.values())
    assert "over the 45 distances between the ten medoids: of each class" in measures["code"].help
    assert all(metric.help in helps.values() for metric in measures.values())
    assert "0.000" in text(app) and r"\sigma_1 + \sigma_2" in text(app) and "AE, VAE" in text(app)


def test_a_dash_says_why(place: Path) -> None:
    seed_runs = library.seeds()
    assert seed_runs is not None
    nll = agreement.CLOUD["nll_binarised"]
    assert seeds.worded(seed_runs, "ae", "nll_binarised", nll) == ("\u2013", "not measured")
    cell, reason = seeds.worded(seed_runs, "ae vae", "code_variation", agreement.OVER["code_variation"])
    assert cell == "\u2013" and reason == "It is over the seeds of one model."
    (place / "comparisons.json").unlink()
    seed_runs = library.seeds()
    reason = seeds.worded(seed_runs, "ae", "disparity", agreement.BETWEEN["disparity"])[1]
    assert "python -m training.seeds" in reason
    assert not page().exception


def test_maps_are_turned_onto_the_first_seed_and_share_a_range(place: Path) -> None:
    seed_runs = library.seeds()
    own, turned = library.seed_codes(False), library.seed_codes(True)
    first, before, after = (z - z.mean(0) for z in (own["vae-0"], own["vae-3"], turned["vae-3"]))
    assert not np.allclose(before, first, atol=0.1) and np.allclose(after, first, atol=1e-4)
    assert np.allclose(turned["vae-3"].mean(0), own["vae-3"].mean(0), atol=1e-5)
    assert not turned["vae-3"].flags.writeable
    made = seeds.panels(seed_runs, "vae", [0, 1, 2, 3, 4, 7], turned=True, own_range=False)
    assert made[5].codes is None and len({panel.edges for panel in made[:5]}) == 1
    assert [panel.note for panel in made[:2]] == ["", "disparity 0.00"]
    left, right, bottom, top = made[0].edges
    assert right - left == pytest.approx(top - bottom)
    for panel in made[:5]:  # no map has less room than alone
        alone, near = library.square((panel.codes,)), 1e-9
        assert left <= alone[0] + near and alone[1] <= right + near
        assert bottom <= alone[2] + near and alone[3] <= top + near
    apart = seeds.panels(seed_runs, "ae", [0, 1, 2], turned=False, own_range=True)
    assert len({panel.edges for panel in apart}) == 3 and apart[1].note == ""


def test_maps_of_a_larger_data_set_have_the_labels_of_the_measured_images(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = Split(np.zeros((300, 28, 28), np.uint8), np.arange(300), tuple("0123456789"))
    monkeypatch.setattr(datasets, "load", lambda *arguments, **named: many)
    monkeypatch.setattr("training.datasets.dataset.MEASURED", 120)
    library.forget()
    library.forget()
    assert library.seeds().labels.tolist() == datasets.measured_numbers(300).tolist()
    library.forget()


def test_without_runs_the_page_says_how_to_make_them(no_runs: Path) -> None:
    app = page()
    assert not app.exception and "python -m training.seeds" in text(app) and str(no_runs) in text(app)


@pytest.mark.parametrize("file", ["codes.safetensors", "config.json", "metrics.json", "../comparisons.json"])
def test_a_broken_file_is_an_error_in_words(place: Path, file: str) -> None:
    (place / "vae-1" / file).write_bytes(b"\x00broken")
    app = page()
    assert not app.exception and "is damaged" in app.error[0].value


def test_runs_of_unlike_images_are_refused_in_words(place: Path) -> None:
    fewer = seed_run("vae", 9, np.random.default_rng(0).normal(size=(119, 2)) @ rotation(1))
    stored(place, fewer)
    with pytest.raises(RunError, match=r"vae-9 and ae-0 in .* show unlike images"):
        library.seeds()
    assert not page().exception
