"""Training curves: a panel a term, by the titles that the families give."""

from typing import Any

import numpy as np

from explorer.figures.curves import curves

SCALES = {"loss": "image", "reconstruction": "image", "KL": ""}


def history(*terms: str) -> list[dict[str, Any]]:
    return [
        {
            "epoch": epoch,
            "train": None if epoch == 0 else {term: 100.0 / epoch + 1 for term in terms},
            "test": {term: 100.0 / (epoch + 1) for term in terms},
        }
        for epoch in range(5)
    ]


def test_each_term_has_a_panel_under_its_title_and_runs_without_it_leave_it_out() -> None:
    figure = curves([("a", history("loss")), ("b", history("loss", "reconstruction", "KL"))], SCALES, False)
    assert [note.text for note in figure.layout.annotations] == ["loss", "reconstruction", "KL"]
    panels = {trace.xaxis for trace in figure.data if trace.name.startswith("a,")}
    assert panels == {"x"} and {trace.xaxis for trace in figure.data} == {"x", "x2", "x3"}
    first = figure.data[0]
    assert list(first.x) == [1, 2, 3, 4], "untrained, epoch 0 would flatten the rest"
    np.testing.assert_allclose(first.y, [50, 100 / 3, 25, 20])


def test_terms_of_one_scale_share_their_range() -> None:
    steep = history("loss", "KL")
    for entry in steep:
        for part in ("train", "test"):
            if entry[part]:
                entry[part]["reconstruction"] = 10 * entry[part]["loss"]
    layout = curves([("a", steep)], SCALES, True).layout
    assert layout.yaxis.range == layout.yaxis2.range != layout.yaxis3.range


def test_a_term_that_no_run_has_gets_no_panel() -> None:
    figure = curves([("a", history("loss"))], SCALES, False)
    assert [note.text for note in figure.layout.annotations] == ["loss"]
