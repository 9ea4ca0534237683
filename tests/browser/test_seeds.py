"""The page Seeds in a browser: one scene without scrolling, square maps, readable in light and dark."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page

from tests.browser.conftest import App, copy_run, settled
from tests.browser.test_accessible import findings
from tests.training.study.test_comparison import rotation
from training import datasets, runs
from training.families import configured, saved
from training.runs.records import write_json
from training.study import measure, store

SCROLLS = "document.querySelector('[data-testid=stMain]').scrollHeight > innerHeight"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Fifteen measured runs: one cloud of 1,000 images, turned."""
    checkpoints = tmp_path_factory.mktemp("runs") / "checkpoints"
    labels = datasets.load("mnist", train=False).labels[:1000]
    chance = np.random.default_rng(0)
    places = chance.normal(size=(10, 2))[labels] + 0.3 * chance.normal(size=(len(labels), 2))
    for model, seed in product(store.models(), range(5)):
        folder = checkpoints / store.FOLDER / f"{model}-{seed}"
        config = saved(configured(model, seed=seed))
        write_json(folder / runs.CONFIG, {"format": runs.FORMAT} | config)
        write_json(folder / runs.METRICS, {"values": {"knn_5": 0.8 + 0.01 * seed}})
        mean = torch.tensor(places @ rotation(seed, mirrored=seed % 2 > 0)).float()
        lengths = {key: torch.arange(1.0, 46) for key in ("geodesic", "picture")}
        store.save(folder, {"mean": mean, "landmarks": torch.arange(10)} | lengths)
    copy_run("vae", checkpoints)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.study.comparison.DEALS", 5)
        measure.compare_all(checkpoints / store.FOLDER)
    app = App(checkpoints)
    app.wait()
    yield app
    app.stop()


def opened(page: Page, app: App) -> Page:
    page.goto(f"{app.url}/seeds")
    page.locator(".js-plotly-plot image").nth(14).wait_for(timeout=60_000)
    settled(page)
    return page


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_fifteen_square_maps_fill_one_scene(browser: Browser, app: App, size: tuple[int, int]) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = opened(context.new_page(), app)
    boxes = [page.locator(".js-plotly-plot image").nth(i).bounding_box() for i in range(15)]
    assert all(box["width"] == pytest.approx(box["height"], abs=1.5) for box in boxes)
    assert all(box["width"] > 0.11 * size[0] for box in boxes)
    assert len({round(box["y"]) for box in boxes}) == 3 and len({round(box["x"]) for box in boxes}) == 5
    assert not page.evaluate(SCROLLS)
    for view in ("each cloud", "two seeds"):
        page.get_by_text(view, exact=True).click()
        page.locator(".katex").first.wait_for(timeout=60_000)
        settled(page)
        assert not page.evaluate(SCROLLS), view
    context.close()


def test_turned_maps_lie_alike(browser: Browser, app: App) -> None:
    page = opened(browser.new_context(viewport={"width": 1280, "height": 720}).new_page(), app)

    pictures = "() => [...document.querySelectorAll('.js-plotly-plot image')].map(i => i.href.baseVal)"
    before = page.evaluate(pictures)
    assert len(set(before[:5])) == 5
    page.get_by_text("turned onto the first seed", exact=True).click()
    page.get_by_text("disparity 0.00", exact=True).nth(11).wait_for(
        timeout=60_000
    )  # of all but the first seeds
    settled(page)
    after = page.evaluate(pictures)
    assert len(after) == 15 and all(a != b for a, b in zip(before[1:5], after[1:5], strict=True))
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, app: App, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
    page = opened(context.new_page(), app)
    problems = findings(page)
    for view in ("each cloud", "two seeds"):
        page.get_by_text(view, exact=True).click()
        page.locator(".katex").first.wait_for(timeout=60_000)
        settled(page)
        problems += [f"{view}: {text}" for text in findings(page)]
    context.close()
    assert problems == []
