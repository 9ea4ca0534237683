"""Time: the film of the training on both maps, in a real browser."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App, app_with, counter, named, opened, soon
from tests.browser.test_compare import query, view
from training import runs


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app whose runs have a film."""
    yield from app_with(tmp_path_factory, "ae", "vae", earlier=True)


def epoch(page: Page) -> float:
    return float(page.locator(".stage").get_attribute("data-epoch") or "nan")


def film(page: Page, app: App, address: str = "") -> None:
    """The page with the film at the time that the address says."""
    opened(page, app, address)
    expect(named(page, "time-words")).to_contain_text("decoded by the weights of", timeout=60_000)
    expect(named(page, "time-words")).not_to_contain_text("loading")


def test_the_film_plays_from_the_first_moment_to_the_end_and_can_be_left(page: Page, app: App) -> None:
    opened(page, app, "range=own")
    home = view(page, "left")
    named(page, "time").click()
    soon(page, lambda: counter(page, "stage", "frames") > 3)
    named(page, "time-speed").select_option("4")
    early = view(page, "left")
    assert early["right"] - early["left"] < 0.5 * (home["right"] - home["left"])  # the cloud has not escaped
    soon(page, lambda: epoch(page) == 84)
    expect(named(page, "time-play")).to_have_text("play")
    soon(page, lambda: view(page, "left") == home)
    expect(named(page, "left-numbers")).to_contain_text("5-NN accuracy")
    page.keyboard.press("t")
    expect(named(page, "time-row")).to_be_hidden()
    soon(page, lambda: "time" not in query(page))


def test_a_moment_is_in_the_address_and_all_that_is_decoded_is_of_its_weights(
    page: Page, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda text: asked.append(str(text))))
    film(page, app, "time=2.1")
    expect(named(page, "time-words")).to_have_text("epoch 2.10 of 84 \u00b7 decoded by the weights of 2")
    soon(page, lambda: any('"run":"vae @ epoch 2"' in text for text in asked))
    monkeypatch.setenv("CHECKPOINTS", str(app.checkpoints))
    loss = runs.load("vae").history
    expected = loss[2]["test"]["loss"] + 0.05 * (loss[4]["test"]["loss"] - loss[2]["test"]["loss"])
    shown = named(page, "right-numbers").locator("dd").first
    soon(page, lambda: abs(float(shown.inner_text()) - expected) < 0.01)
    assert query(page)["time"] == "2.1"
    slider = named(page, "time-slider")
    slider.focus()
    page.keyboard.press("Home")
    expect(named(page, "time-words")).to_contain_text("epoch 0.00 of 84")
    soon(page, lambda: query(page).get("time") == "0")
    page.go_back()
    soon(page, lambda: epoch(page) == pytest.approx(2.1))


def test_on_one_range_the_autoencoder_s_cloud_escapes_and_the_other_stays(page: Page, app: App) -> None:
    film(page, app, "time=0&range=common")
    soon(page, lambda: epoch(page) == 0)
    first = view(page, "right")
    named(page, "time-end").click()
    soon(page, lambda: epoch(page) == 84)
    soon(page, lambda: view(page, "right")["right"] > 5 * first["right"])
    assert view(page, "left") == view(page, "right")
    assert json.loads(query(page).get("views", "{}")) in ({}, {"left": None, "right": None})


def test_the_space_bar_stops_it_and_goes_on(page: Page, app: App) -> None:
    film(page, app, "time=1")
    named(page, "left-frame").focus()
    page.keyboard.press(" ")
    soon(page, lambda: epoch(page) > 1)
    page.keyboard.press(" ")
    expect(named(page, "time-play")).to_have_text("play")
    stopped = epoch(page)
    page.wait_for_timeout(500)
    assert epoch(page) == stopped < 84
    soon(page, lambda: float(query(page).get("time", "nan")) == pytest.approx(stopped, abs=0.01))


def test_reduced_motion_opens_it_at_the_end_and_moves_nothing(browser: Browser, app: App) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page = opened(context.new_page(), app)
    page.wait_for_timeout(1000)
    assert counter(page, "stage", "frames") == 0  # a first visit, too, is still
    named(page, "time").click()
    expect(named(page, "time-words")).to_contain_text("epoch 84.0 of 84", timeout=60_000)
    page.wait_for_timeout(500)
    assert counter(page, "stage", "frames") == 0
    context.close()


def greeting(page: Page, app: App) -> Page:
    """The page on a first visit, without an address, while its film is played."""
    page.goto(app.url)
    soon(page, lambda: counter(page, "stage", "frames") > 0)
    return page


def finished(page: Page) -> bool:
    """Whether the page shows the finished runs, and no film."""
    return named(page, "greeting").is_hidden() and "5-NN" in named(page, "left-numbers").inner_text()


def test_a_first_visit_begins_with_seconds_of_it_and_a_reload_does_not(page: Page, app: App) -> None:
    greeting(page, app)
    expect(named(page, "greeting")).to_contain_text("of 84 of the training \u00b7 any key or click goes on")
    assert named(page, "time-row").is_hidden() and epoch(page) < 84
    early = view(page, "left")
    soon(page, lambda: finished(page))
    frames, late = counter(page, "stage", "frames"), view(page, "left")
    assert late["right"] - late["left"] > 2 * (early["right"] - early["left"])
    assert query(page) == {} and frames > 10
    page.wait_for_timeout(500)
    assert counter(page, "stage", "frames") == frames
    opened(page, app)
    page.wait_for_timeout(1500)
    assert counter(page, "stage", "frames") == 0 and view(page, "left") == late


@pytest.mark.parametrize("how", ["key", "click"])
def test_whatever_the_person_does_ends_the_film_of_a_first_visit(page: Page, app: App, how: str) -> None:
    greeting(page, app)
    if how == "key":
        page.keyboard.press("i")
    else:
        named(page, "left-frame").click(position={"x": 100, "y": 100})
    soon(page, lambda: finished(page))
    frames = counter(page, "stage", "frames")
    page.wait_for_timeout(500)
    assert counter(page, "stage", "frames") == frames
    asked = "manifold" if how == "key" else "pins"
    soon(page, lambda: asked in query(page))  # and it did what it does at any time
    assert "time" not in query(page)


@pytest.fixture
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app whose runs have kept no earlier weights, and no film."""
    yield from app_with(tmp_path_factory, "ae", "vae")


def test_a_run_without_a_film_says_so(page: Page, lone: App) -> None:
    opened(page, lone, "time=3")
    words = named(page, "time-words")
    expect(words).to_have_text("no film", timeout=60_000)
    assert "has no film of its training" in (words.get_attribute("title") or "")
    expect(named(page, "time-slider")).to_be_disabled()
