"""The page Compare: what it tells the maps."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer import library, stage, vocabulary

SCRIPT = "from explorer.views import compare\ncompare.render()"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the page hands to its component, a run of the script after the other."""
    data: list[dict[str, Any]] = []
    monkeypatch.setattr(stage, "mount", lambda slug, key, sent, **callbacks: data.append(sent))
    return data


def open_page(**address: str) -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=60)
    app.query_params.update(address)
    app.run()
    assert not app.exception
    return app


def test_the_maps_are_told_what_their_runs_can_do(checkpoints: Path, sent: list[dict[str, Any]]) -> None:
    for name in ("ae", "vae"):
        library.make_ready(library.open_map(name))
    open_page()
    left, right = sent[-1]["left"], sent[-1]["right"]
    assert (left["name"], left["prior"], left["spread"]) == ("ae", False, False)
    assert (right["name"], right["prior"], right["spread"]) == ("vae", True, True)
    json.dumps(sent[-1])


def test_where_the_usual_runs_are_not_one_s_own_are_shown(
    checkpoints: Path, sent: list[dict[str, Any]]
) -> None:
    for name in ("ae", "vae"):
        (checkpoints / name).rename(checkpoints / f"my {name}")
    open_page()
    scene = sent[-1]["scene"]
    assert {scene["left"], scene["right"]} == {"my ae", "my vae"}
    assert sent[-1]["ignored"] == [] and "error" not in sent[-1]["left"]
    open_page(left="another")
    assert "There is no run 'another'" in sent[-1]["left"]["error"]
    assert str(checkpoints) not in sent[-1]["left"]["error"]


def test_the_menus_have_their_words(checkpoints: Path, sent: list[dict[str, Any]]) -> None:
    open_page()
    for menu in ("layers", "values"):
        assert all({"short", "title", "unit", "help"} <= entry.keys() for entry in sent[-1][menu].values())
    assert sent[-1]["sources"].keys() == vocabulary.SOURCES.keys()


def test_a_pin_of_another_number_of_dimensions_is_refused(
    checkpoints: Path, sent: list[dict[str, Any]]
) -> None:
    pins = {"left": [1.0, 2.0, 3.0], "right": [0.5, -1.0]}
    app = open_page(pins=json.dumps(pins), image="3")
    assert sent[-1]["scene"]["pins"] == {"left": None, "right": [0.5, -1.0]}
    assert sent[-1]["ignored"] == ["pins"]
    assert json.loads(app.query_params["pins"])["left"] is None and app.query_params["image"] == "3"
