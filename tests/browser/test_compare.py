"""The page Compare in a real browser: what the hand does, and what then stands on the screen."""

import json
import re
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explorer.latent import coding
from tests.browser.conftest import App, copy_run, counter, named, opened, soon, steady, until
from training import runs

INK = """canvas => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({length: data.length / 4}, (_, i) => data[4 * i + 3]);
}"""
COLOURED = """canvas => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b, a] = data.slice(i, i + 4);
    if (a > 60 && Math.max(r, g, b) - Math.min(r, g, b) > 20) count++;
  }
  return count;
}"""


SIZES = [(1280, 720), (1920, 1080), (1366, 641), (1536, 730), (1920, 940), (2560, 1440)]


def view(page: Page, side: str) -> dict[str, float]:
    return json.loads(named(page, f"{side}-frame").get_attribute("data-view") or "{}")


def query(page: Page) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(urlsplit(page.url).query).items()}


def spot(page: Page, side: str, x: float, y: float) -> tuple[float, float]:
    """Screen coordinates of a place on a map: x, y from 0 to 1, from its left and upper edge."""
    box = named(page, f"{side}-frame").bounding_box()
    assert box
    return box["x"] + 1 + x * (box["width"] - 2), box["y"] + 1 + y * (box["height"] - 2)


def z_at(page: Page, side: str, x: float, y: float) -> np.ndarray:
    """The z that a person reads off the axes at this place."""
    v = view(page, side)
    return np.array([v["left"] + x * (v["right"] - v["left"]), v["top"] - y * (v["top"] - v["bottom"])])


def decoded_by_torch(app: App, name: str, z: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    monkeypatch.setenv("CHECKPOINTS", str(app.checkpoints))
    model = runs.load_model(runs.load(name))
    images = coding.decode(model, np.atleast_2d(z).astype(np.float32))
    return images.reshape(len(images), -1).astype(int)  # a row of pixels each, as INK has them


def hover(page: Page, side: str, x: float, y: float) -> None:
    """Move the pointer there and wait until something decoded since then is drawn."""
    before = counter(page, "stage", "decoded")
    page.mouse.move(*spot(page, side, x, y))
    until(page, "stage", "decoded", before)


def test_both_maps_appear(page: Page, app: App) -> None:
    opened(page, app)
    expect(named(page, "left-title")).to_have_text("Autoencoder")
    expect(named(page, "right-title")).to_have_text("Variational autoencoder")
    for side in ("left", "right"):
        assert counter(page, f"{side}-frame", "tiles") >= 300
        v = view(page, side)
        assert v["right"] - v["left"] == pytest.approx(v["top"] - v["bottom"])  # equal aspect


def test_the_scene_fits_the_window(page: Page, app: App) -> None:
    opened(page, app)
    parts = page.locator(".stage .card:visible, .stage .numbers, .stage .frame")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        boxes = steady(page, lambda: [part.bounding_box() for part in parts.all()])
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert page.locator("aside").evaluate("aside => aside.scrollHeight <= aside.clientHeight")
        assert len(boxes) > 4
        for box in boxes:
            assert box and box["y"] + box["height"] <= height and box["x"] + box["width"] <= width


def test_the_column_stays_put_while_the_pointer_moves(page: Page, app: App) -> None:
    opened(page, app)
    cards, places = page.locator(".stage .card:visible"), set()
    for k in range(25):
        page.mouse.move(*spot(page, "right", 0.3 + 0.015 * k, 0.6 - 0.01 * k))
        page.wait_for_timeout(40)
        places.add(tuple(card.bounding_box()["y"] for card in cards.all()))  # type: ignore[index]
    assert len(places) == 1


def test_the_pointer_decodes_the_point_under_it(
    page: Page, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(page, app)
    for side, name, x, y in (("right", "vae", 0.3, 0.7), ("left", "ae", 0.55, 0.4)):
        hover(page, side, x, y)
        pixels = np.array(steady(page, lambda: named(page, "decoded").evaluate(INK)))
        expected = decoded_by_torch(app, name, z_at(page, side, x, y), monkeypatch)[0]
        mirrored = decoded_by_torch(app, name, z_at(page, side, y, x), monkeypatch)[0]
        assert np.abs(pixels - expected).mean() < 3  # the pointer lies within a pixel of x, y
        assert np.abs(pixels - mirrored).mean() > 5


def test_every_tile_is_centred_on_its_own_z(page: Page, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(page, app, "points=false&opacity=1")
    side, name, canvas = "right", "vae", named(page, "right-frame").locator("canvas.manifold")
    v, tiles = view(page, side), counter(page, "right-frame", "tiles")
    pixels = np.array(canvas.evaluate(INK))
    width = round(np.sqrt(len(pixels)))
    pixels = pixels.reshape(width, width)
    across = max(10, min(40, round(width / 25)))
    step = (v["right"] - v["left"]) / across
    scale = width / (v["right"] - v["left"])
    centres = [(np.array([i, j]) + 0.5) * step for i in range(-4, 5) for j in range(-4, 5)]
    assert tiles >= across**2
    images = decoded_by_torch(app, name, np.array(centres), monkeypatch).reshape(-1, 28, 28)
    half, offsets = step * scale / 2, []
    for z, image in zip(centres, images, strict=True):
        x, y = (z[0] - v["left"]) * scale, (v["top"] - z[1]) * scale
        tile = pixels[round(y - half) : round(y + half), round(x - half) : round(x + half)].astype(float)
        rows, columns = np.indices(tile.shape) + 0.5
        mass = np.array([(rows * tile).sum(), (columns * tile).sum()]) / tile.sum() / tile.shape[0]
        rows, columns = np.indices(image.shape) + 0.5
        expected = np.array([(rows * image).sum(), (columns * image).sum()]) / image.sum() / 28
        assert abs(tile.mean() - image.mean()) < 6
        offsets.append(np.abs(mass - expected).max())
    assert max(offsets) < 0.05  # of a tile


def test_dragging_a_slider_decodes_all_along(page: Page, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(page, app)
    box = named(page, "right-z0").bounding_box()
    assert box
    x, y = box["x"], box["y"] + box["height"] / 2
    page.mouse.move(x + box["width"] / 2, y)
    page.mouse.down()
    before = counter(page, "stage", "decoded")
    for k in range(1000):
        page.mouse.move(x + box["width"] * (0.5 + 0.015 * (k % 20)), y)
        page.wait_for_timeout(25)
        if counter(page, "stage", "decoded") >= before + 10:
            break
    during = counter(page, "stage", "decoded") - before
    assert during >= 10 and "pins" not in query(page)  # before the hand lets go
    page.mouse.move(x + box["width"] * 0.785, y)
    page.mouse.up()
    page.wait_for_function("location.search.includes('pins')")
    z = np.array(json.loads(query(page)["pins"])["right"])
    assert z[0] > 0.5 and named(page, "right-out0").inner_text().startswith("+")
    pixels = np.array(steady(page, lambda: named(page, "decoded").evaluate(INK)))
    assert np.abs(pixels - decoded_by_torch(app, "vae", z, monkeypatch)[0]).max() <= 1


def test_a_click_pins_and_sliders_and_address_follow(page: Page, app: App) -> None:
    opened(page, app)
    z = z_at(page, "left", 0.7, 0.25)
    page.mouse.click(*spot(page, "left", 0.7, 0.25))
    page.wait_for_function("location.search.includes('pins')")
    unit = (view(page, "left")["right"] - view(page, "left")["left"]) / 400
    assert json.loads(query(page)["pins"])["left"] == pytest.approx(z, abs=unit)
    sliders = [float(named(page, f"left-z{axis}").input_value()) for axis in (0, 1)]
    assert sliders == pytest.approx(z, abs=unit)
    page.mouse.move(640, 30)
    expect(named(page, "z-title")).to_have_text("decoded by ae")
    expect(named(page, "z-from")).to_have_text("pinned")


def test_hovering_a_point_shows_its_image_in_both_models(
    page: Page, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(page, app)
    before = named(page, "test-image-title").inner_text()
    marks = named(page, "left-frame").locator("canvas.marks")
    marked = marks.evaluate(INK)
    for x in np.linspace(0.35, 0.65, 12):
        hover(page, "right", float(x), 0.5)
    title = steady(page, lambda: named(page, "test-image-title").inner_text())
    assert title != before and marks.evaluate(INK) != marked
    index = int(title.split()[2])
    monkeypatch.setenv("CHECKPOINTS", str(app.checkpoints))
    from training import datasets

    image = datasets.load("mnist", train=False).images[index]
    soon(page, lambda: np.array_equal(named(page, "original").evaluate(INK), image.ravel()))
    for side, name in (("left", "ae"), ("right", "vae")):
        mean, _ = coding.encode(runs.load_model(runs.load(name)), image[None])
        expected = decoded_by_torch(app, name, mean, monkeypatch)[0]
        pixels = steady(page, lambda side=side: named(page, f"{side}-image").evaluate(INK))
        assert np.abs(np.array(pixels) - expected.ravel()).max() <= 2


def test_classes_are_greyed_out_and_come_back(page: Page, app: App) -> None:
    opened(page, app)
    canvas = named(page, "right-frame").locator("canvas.points")
    all_colours = steady(page, lambda: canvas.evaluate(COLOURED))
    for k in (0, 1, 2):
        page.locator(f'[data-class="{k}"]').click()
        page.wait_for_timeout(600)  # apart: two quick clicks are a double click
    soon(page, lambda: canvas.evaluate(COLOURED) < 0.85 * all_colours)
    page.wait_for_function("location.search.includes('hidden')")
    assert json.loads(query(page)["hidden"]) == [0, 1, 2]
    page.locator('[data-class="4"]').dblclick()
    expect(page.locator('[data-class][aria-pressed="true"]')).to_have_count(1)
    page.wait_for_timeout(600)
    page.locator('[data-class="4"]').dblclick()
    expect(page.locator('[data-class][aria-pressed="true"]')).to_have_count(10)
    soon(page, lambda: canvas.evaluate(COLOURED) == all_colours)


def test_zoom_and_pan_decode_anew_and_a_double_click_returns(page: Page, app: App) -> None:
    opened(page, app)
    home = view(page, "right")
    lattices = steady(page, lambda: counter(page, "right-frame", "lattices"))
    z = z_at(page, "right", 0.5, 0.5)
    page.mouse.move(*spot(page, "right", 0.5, 0.5))
    for _ in range(12):
        page.mouse.wheel(0, -120)
        page.wait_for_timeout(30)
    until(page, "right-frame", "lattices", lattices)
    near = steady(page, lambda: view(page, "right"))
    assert near["right"] - near["left"] < 0.2 * (home["right"] - home["left"])
    assert z_at(page, "right", 0.5, 0.5) == pytest.approx(z, abs=0.02)  # what lies under the pointer stays
    zoomed = steady(page, lambda: counter(page, "right-frame", "lattices"))
    x, y = spot(page, "right", 0.5, 0.5)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=5)
    page.mouse.up()
    until(page, "right-frame", "lattices", zoomed)
    moved = steady(page, lambda: view(page, "right"))
    assert moved["left"] < near["left"] and moved["top"] > near["top"]
    assert json.loads(query(page)["pins"])["right"] == [0, 0]  # a drag is no click
    slider = named(page, "right-z0")
    assert float(slider.get_attribute("max") or 0) == pytest.approx(moved["right"])  # sliders cover the view
    page.mouse.dblclick(x, y)
    soon(page, lambda: view(page, "right") == home)
    assert float(named(page, "right-z0").input_value()) == pytest.approx(0, abs=0.01)  # the pin stayed


def test_one_range_for_both_maps(page: Page, app: App) -> None:
    opened(page, app)
    assert view(page, "left") != view(page, "right")
    page.locator('[data-value="common"]').click()
    page.wait_for_function("location.search.includes('common')")
    assert view(page, "left") == view(page, "right")
    home = view(page, "left")
    page.mouse.move(*spot(page, "right", 0.4, 0.4))
    page.mouse.wheel(0, -240)
    soon(page, lambda: view(page, "left") == view(page, "right") != home)  # one range stays one range


def test_quantile_spacing_changes_the_lattice(page: Page, app: App) -> None:
    opened(page, app)
    lattices = counter(page, "right-frame", "lattices")
    with page.expect_response(lambda r: "spacing=quantile" in r.url and "/vae" in r.url):
        page.locator('[data-choose="spacing"]').select_option("quantile")
    until(page, "right-frame", "lattices", lattices)


def test_runs_are_chosen_and_new_ones_appear(page: Page, app: App) -> None:
    opened(page, app)
    copy_run("vae", app.checkpoints, "fresh")
    option = named(page, "left-run").locator('option[value="fresh"]')
    option.wait_for(state="attached", timeout=60_000)
    named(page, "left-run").select_option("fresh")
    expect(named(page, "left-title")).to_have_text("Variational autoencoder")
    page.wait_for_function("location.search.includes('left=fresh')")
    soon(page, lambda: view(page, "left") == view(page, "right"))


def test_a_damaged_run_says_so_in_its_own_place(page: Page, app: App) -> None:
    copy_run("vae", app.checkpoints, "broken")
    (app.checkpoints / "broken" / "weights.safetensors").write_bytes(b"no weights")
    page.goto(f"{app.url}/?left=broken")
    expect(named(page, "left-error")).to_contain_text("weights.safetensors")
    expect(named(page, "right-title")).to_have_text("Variational autoencoder")


def test_an_address_brings_the_scene_back_and_a_hostile_one_does_no_harm(page: Page, app: App) -> None:
    pins = json.dumps({"left": [1.0, 2.0], "right": [0.5, -0.25]})
    opened(page, app, f"pins={pins}&range=common&hidden=[3]&opacity=0.2")
    assert float(named(page, "right-z1").input_value()) == pytest.approx(-0.25, abs=0.1)  # of 1,000 steps
    expect(named(page, "right-out1")).to_have_text("\u22120.3")
    assert view(page, "left") == view(page, "right")
    expect(page.locator('[data-class="3"]')).to_have_attribute("aria-pressed", "false")
    opened(page, app, 'pins={"left":["<b>",1e999]}&opacity=NaN&hidden=[[[[&range=%3Cscript%3E&left=../../etc')
    expect(named(page, "left-title")).to_have_text("Autoencoder")


def test_back_and_forward_step_through_scenes_and_runs(page: Page, app: App) -> None:
    opened(page, app)
    home = view(page, "right")
    page.locator('[data-choose="layer"]').select_option("density")
    page.wait_for_url(re.compile("layer=density"))
    page.mouse.click(*spot(page, "right", 0.7, 0.3))
    soon(page, lambda: json.loads(query(page).get("pins", "{}")).get("right") not in (None, [0, 0]))
    pinned = steady(page, lambda: query(page)["pins"])
    named(page, "right-frame").focus()
    page.keyboard.press("+")
    page.wait_for_url(re.compile("views="))
    named(page, "left-run").select_option("vae")
    page.wait_for_url(re.compile("left=vae"))
    expect(named(page, "left-title")).to_have_text("Variational autoencoder")
    last = steady(page, lambda: page.url)
    page.go_back()
    expect(named(page, "left-title")).to_have_text("Autoencoder")
    expect(named(page, "left-run")).to_have_value("ae")
    assert query(page)["pins"] == pinned and "views" in query(page)
    page.go_back()
    soon(page, lambda: view(page, "right") == home)
    page.go_back()
    soon(page, lambda: named(page, "right-out0").inner_text() == "+0.00")
    expect(page.locator('[data-choose="layer"]')).to_have_value("density")
    page.go_back()
    expect(page.locator('[data-choose="layer"]')).to_have_value("none")
    page.wait_for_timeout(5000)  # it looks for new runs meanwhile
    assert query(page) == {}, "what was left is not put back"
    for _ in range(4):
        page.go_forward()
    expect(named(page, "left-title")).to_have_text("Variational autoencoder")
    assert steady(page, lambda: page.url) == last
    zoomed = view(page, "right")
    assert zoomed["right"] - zoomed["left"] == pytest.approx(0.8 * (home["right"] - home["left"]))


def test_what_was_taken_back_can_be_done_again(page: Page, app: App) -> None:
    opened(page, app)
    for _ in range(2):
        page.locator('[data-choose="layer"]').select_option("density")
        page.wait_for_url(re.compile("layer=density"), timeout=20_000)
        page.go_back()
        expect(page.locator('[data-choose="layer"]')).to_have_value("none")


def test_the_address_survives_a_visit_to_another_page(page: Page, app: App) -> None:
    opened(page, app)
    page.mouse.click(*spot(page, "left", 0.7, 0.25))
    page.wait_for_function("location.search.includes('pins')")
    pins = query(page)["pins"]
    page.get_by_role("link", name="Training").click()
    page.get_by_text("Measured on the test set").wait_for()
    page.get_by_role("link", name="Compare").click()
    page.wait_for_function("location.search.includes('pins')")
    assert json.loads(query(page)["pins"]) == json.loads(pins)


def test_the_settings_hold_from_any_folder(page: Page, app: App) -> None:
    page.goto(app.url)  # a first visitor: Streamlit has said what it is about to say
    assert f"URL: http://localhost:{app.port}" in app.log.read_text()
    assert "Network URL" not in app.log.read_text()


@pytest.mark.parametrize("path", ["/", "/live/runs"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "elsewhere.example"])
def test_the_app_may_be_called_by_any_name_unless_a_setting_says_which(
    app: App, path: str, host: str
) -> None:
    """As Streamlit has it: server.allowedHosts, whose refusal test_guard.py shows, is empty here."""
    with closing(HTTPConnection("localhost", app.port, timeout=60)) as connection:
        connection.request("GET", path, headers={"Host": f"{host}:{app.port}"})
        assert connection.getresponse().status == 200
