"""The page Why not sample? as Streamlit runs it, and its figure by what it contains."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import library
from explorer.address import page_fields
from explorer.figures.palette import class_colours
from explorer.figures.unfolding import unfolding

SCENES = ["Estimates", "Pixels mislead", "A simple prior"]
SCRIPT = "from explorer.views import sampling\nsampling.render()"


def page(scene: str | None = None, **question: str) -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=60)
    for key, value in question.items():
        app.query_params[key] = value
    if scene:
        app.query_params[page_fields.SAMPLING_TAB] = scene
    return app.run()


def errors(app: AppTest) -> str:
    return " ".join(element.value for element in app.error)


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_is_shown_with_its_formulas(checkpoints: Path, scene: str) -> None:
    app = page(scene)
    from explorer.views import sampling  # Streamlit knows the components once a page has run

    assert not app.exception and not app.error and list(sampling.SCENES) == SCENES
    assert [latex.value.strip("$\n ") for latex in app.latex] == [f for f, _ in sampling.FORMULAS[scene]]
    assert len(sampling.FORMULA_WIDTHS[scene]) == len(sampling.FORMULAS[scene])


@pytest.mark.parametrize("scene", [*SCENES, "nonsense", ""])
def test_the_address_names_the_scene(checkpoints: Path, scene: str) -> None:
    app = page(show=scene)
    tab = scene if scene in SCENES else "Estimates"
    assert not app.exception and app.session_state[page_fields.SAMPLING_TAB] == tab


@pytest.mark.parametrize("scene", SCENES)
def test_a_run_that_is_broken_or_missing_is_told_in_words(checkpoints: Path, scene: str) -> None:
    assert not page(scene, run="nobody").exception
    (checkpoints / "vae" / "weights.safetensors").write_bytes(b"\x00broken")
    assert not page(scene).exception


def test_the_figure_s_scene_says_why_it_is_not_there(checkpoints: Path) -> None:
    assert "no run 'nobody'" in errors(page("A simple prior", run="nobody"))
    (checkpoints / "vae" / "weights.safetensors").write_bytes(b"\x00broken")
    told = errors(page("A simple prior"))
    assert "damaged" in told and "checkpoints/vae/weights.safetensors" in told
    assert str(checkpoints) not in told  # where the runs lie is the server's business


def test_without_any_run_the_page_says_how_to_train_one(no_runs: Path) -> None:
    app = page()
    assert not app.exception and "python -m training.train vae" in app.markdown[0].value


def test_the_address_may_ask_for_nonsense(checkpoints: Path) -> None:
    app = page(run="../../etc", image="-7", pixels="blue")
    assert not app.exception and not app.error


def test_a_run_s_stages_are_computed_once_and_read_only(checkpoints: Path) -> None:
    unfolded = library.open_map("vae").unfolded
    assert library.open_map("vae").unfolded is unfolded
    assert len(unfolded.labels) == len(unfolded.ring) == len(unfolded.stages[-1].points)
    with pytest.raises(ValueError, match="read-only"):
        unfolded.ring[0] = 0


@pytest.mark.parametrize("dark", [False, True])
def test_the_figure_has_every_point_in_its_class_s_colour_and_equal_axes(dark: bool) -> None:
    chance = np.random.default_rng(0)
    panels = [(f"stage {i}", i + (i + 1) * chance.standard_normal((60, 2))) for i in range(5)]
    labels = np.arange(60) % 3
    figure = unfolding(panels, labels, ["a", "b", "c"], dark)
    assert [note.text for note in figure.layout.annotations] == [f"stage {i}" for i in range(5)]
    assert len(figure.data) == 15 and sum(trace.showlegend for trace in figure.data) == 3
    for number, (_, points) in enumerate(panels):
        traces = figure.data[3 * number : 3 * number + 3]
        for label, trace in enumerate(traces):
            np.testing.assert_array_equal(np.stack([trace.x, trace.y], 1), points[labels == label])
            assert trace.marker.color == class_colours(3, dark)[label] and trace.type == "scattergl"
        name = str(number + 1) if number else ""
        across, up = figure.layout[f"xaxis{name}"], figure.layout[f"yaxis{name}"]
        assert up.scaleanchor == f"x{name}" and traces[0].xaxis == f"x{name}"
        assert across.range[1] - across.range[0] == pytest.approx(up.range[1] - up.range[0])
        for axis, values in ((across, points[:, 0]), (up, points[:, 1])):
            assert axis.range[0] < values.min() and values.max() < axis.range[1], "no point is cut off"
