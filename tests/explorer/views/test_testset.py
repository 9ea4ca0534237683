"""The page Test set and its figures: what they hold, not how they look."""

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import page_fields
from explorer.figures.aggregate import AggregateMap, aggregate_maps
from explorer.figures.ridges import RIDGE_HEIGHT, ridges
from tests.explorer.views.test_every_page import page, text
from training.measures.gaps import Gaps, described
from training.measures.metrics import METRICS

SCRIPT = (
    "import streamlit as st\nfrom explorer.address import session\nfrom explorer.views import testset\n"
    "st.text(session.destination())\ntestset.render()"
)
NUMBERS = {"rate": 7.1, "mutual_information": 6.75, "aggregate_kl": 0.35, "gap_median": 0.71}


def gaps(seed: int = 0) -> dict:
    chance = np.random.default_rng(seed)
    log_p = chance.normal(-120, 10, 200)
    per_image = Gaps(log_p, log_p - chance.lognormal(0, 2, 200))
    return described(per_image, np.arange(200) % 3, np.arange(200) + 1000, ("zero", "one", "two"))


def measured(folder: Path) -> None:
    """Give a run the metrics of a test set, in place of a minute's measuring."""
    metrics = {"values": NUMBERS, "left_out": {"mse": "of a reason"}, "images": {"gap": gaps()}}
    (folder / "metrics.json").write_text(json.dumps(metrics))


def aspect_page(aspect: str) -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=60)
    app.query_params[page_fields.TEST_SET_ASPECT] = aspect
    assert not app.run().exception
    return app


def test_ridges_are_the_shares_of_each_class() -> None:
    one = gaps()
    figure = ridges(
        [("a", one), ("b", gaps(1))], {"zero": "#0b71ac", "one": "#dfaf17", "two": "#9e0afe"}, False
    )
    body = next(t for t in figure.data if t.name == "two" and t.fill == "tonexty")
    counts = np.array(one["classes"]["two"]["counts"])
    heights = np.array(body.y[1:-1:2]) - body.y[0]
    np.testing.assert_allclose(heights / heights.sum(), counts / counts.sum())
    assert heights.max() <= RIDGE_HEIGHT and list(body.x[::2]) == one["edges"]
    ticks = next(t for t in figure.data if t.name == "two" and t.mode == "markers")
    assert list(ticks.x) == [one["classes"]["two"][key] for key in ("median", "p90", "p99")]
    assert f"median {ticks.x[0]:.2f}" in ticks.hovertemplate and "a, two: 66 images" in ticks.hovertemplate
    assert list(figure.layout.yaxis.ticktext) == ["two", "one", "zero", "all"]


def test_gaps_that_are_all_next_to_nothing_are_drawn() -> None:
    nothing = described(Gaps(np.zeros(9), np.zeros(9)), np.zeros(9, int), np.arange(9), ("zero",))
    figure = ridges([("a", nothing)], {"zero": "#0b71ac"}, False)
    assert all(np.isfinite(np.array(trace.y, float)).all() for trace in figure.data)


@pytest.mark.parametrize("dark", [False, True])
def test_planes_stand_in_the_frame_of_the_maps(dark: bool) -> None:
    z, values = np.linspace(-3.9, 3.9, 40), np.random.default_rng(0).random((40, 40))
    values[3, 3] = -np.inf
    dense = np.full((40, 40), 0.2)
    dense[0, 0] = dense[20, 20] = 0.0009  # in a corner, where the prior has nothing either, and amid it
    figure = aggregate_maps([AggregateMap("a", dense, values, z, z)], dark)
    density, ratio = figure.data
    assert list(density.x) == list(z) and ratio.z[3][3] == -99 and ratio.z[7][8] == values[7, 8]
    assert np.argwhere(np.isnan(ratio.z)).tolist() == [[0, 0]]
    assert figure.layout.yaxis.scaleanchor == "x" and figure.layout.yaxis2.scaleanchor == "x2"
    assert figure.layout.coloraxis2.cmin == -figure.layout.coloraxis2.cmax
    assert list(figure.layout.coloraxis2.colorbar.ticktext) == [
        "\u2264 \u22124",
        "\u22122",
        "0",
        "2",
        "\u2265 4",
    ]
    assert len([s for s in figure.layout.shapes if s.type == "circle" and s.x1 == 2]) == 2


@pytest.mark.parametrize("aspect", ["gap", "worst cases", "q(z)", "table"])
def test_runs_that_were_not_measured_say_what_to_do(checkpoints: Path, aspect: str) -> None:
    app = aspect_page(aspect)
    assert "`python -m training.evaluate vae`" in text(app) or aspect == "q(z)"


@pytest.mark.parametrize("aspect", ["gap", "worst cases", "q(z)", "table"])
@pytest.mark.parametrize("images", [{}, 3, {"gap": []}])
def test_metrics_of_before_are_read(checkpoints: Path, aspect: str, images: object) -> None:
    (checkpoints / "vae" / "metrics.json").write_text(json.dumps({"values": {"mse": 0.03}, "images": images}))
    aspect_page(aspect)


def test_the_table_has_a_dash_with_its_reason(checkpoints: Path) -> None:
    measured(checkpoints / "vae")
    app = aspect_page("table")
    cells = [(m.value, m.proto.help) for m in app.markdown]
    assert (
        ("7.10", "") in cells and ("\u2013", "of a reason") in cells and ("\u2013", "not measured") in cells
    )
    assert ("Rate, nats", METRICS["rate"].help) in cells
    assert ("0.35", "") in cells, "nats have two decimals, small ones too"


def test_q_of_z_says_why_an_autoencoder_has_none(checkpoints: Path) -> None:
    measured(checkpoints / "vae")
    words = [m.value for m in aspect_page("q(z)").markdown]
    assert any("ae: A plain autoencoder has no prior" in w for w in words)
    assert any("vae: rate 7.100 = I(x; z) 6.750 + KL" in w for w in words)


def test_a_click_on_a_worst_case_opens_it_on_the_map(checkpoints: Path) -> None:
    measured(checkpoints / "vae")
    app = aspect_page("worst cases")
    worst = gaps()["worst"]
    buttons = [b for b in app.button if b.key.startswith("vae-")]
    assert len(buttons) == len(worst) and f"label {worst[3]['label']}" in buttons[3].help
    buttons[3].click().run()
    assert (
        not app.exception and "compare" in app.text[0].value and f"'{worst[3]['image']}'" in app.text[0].value
    )


def test_the_scene_s_runs_and_the_third_model_are_proposed(exact: Path) -> None:
    app = page("testset")
    assert app.multiselect[0].value == ["ae", "vae", "exact"] and not app.exception


def test_a_worst_case_beyond_the_data_set_is_left_out(checkpoints: Path) -> None:
    measured(checkpoints / "vae")
    path = checkpoints / "vae" / "metrics.json"
    metrics = json.loads(path.read_text())
    metrics["images"]["gap"]["worst"][0]["image"] = 10**6
    path.write_text(json.dumps(metrics))
    assert len([b for b in aspect_page("worst cases").button if b.key.startswith("vae-")]) == 23
