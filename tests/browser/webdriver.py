"""Firefox and WebKit for tests: WebDriver as they speak it themselves, with nothing between."""

import base64
import io
import itertools
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from websockets.exceptions import InvalidHandshake
from websockets.sync.client import ClientConnection, connect

SIZE = (1280, 720)  # CSS pixels of the window
START_S = 30  # seconds that a browser may take to start
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
WEBKIT = shutil.which("WebKitWebDriver")
XVFB = shutil.which("Xvfb")
# Without these Firefox asks its own servers for this and that; with them it needs no network.
QUIET = {
    "app.normandy.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "data:,",
}
# `find` looks into the shadow of a component, too.
FIND = """const find = (selector, root = document) => root.querySelector(selector)
  ?? [...root.querySelectorAll("*")].filter(e => e.shadowRoot)
    .map(e => find(selector, e.shadowRoot)).find(Boolean) ?? null;"""
# WebKitWebDriver tells of no errors: the page collects them, once it is there and its component comes.
LISTEN = """window.problems = [];
  addEventListener("error", event => problems.push(String(event.message)));
  addEventListener("unhandledrejection", event => problems.push(String(event.reason)));
  const said = console.error;
  console.error = (...words) => { problems.push(words.join(" ")); said(...words); };
  return "";"""
Place = tuple[float, float]  # CSS pixels of the window


class Driver(ABC):
    """A browser with one window. `problems`: what it wrote to the console as errors."""

    name = ""
    problems: Sequence[str] = ()

    @abstractmethod
    def open(self, url: str) -> None: ...

    @abstractmethod
    def evaluate_text(self, body: str) -> str: ...

    @abstractmethod
    def act(self, sources: list[dict[str, Any]]) -> None: ...

    @abstractmethod
    def picture(self) -> bytes: ...

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, which may `find(selector)`; None for undefined."""
        return json.loads(self.evaluate_text(f"{FIND} return JSON.stringify({expression}) ?? 'null';"))

    def until(self, expression: str, patience: float = 60) -> Any:
        """Wait until an expression is true; returns its value."""
        began = time.perf_counter()
        while not (value := self.evaluate(expression)):
            assert time.perf_counter() - began < patience, f"it does not come to hold: {expression}"
            time.sleep(0.05)
        return value

    def box(self, selector: str) -> tuple[float, float, float, float]:
        """An element's left and upper edge, width and height, in CSS pixels."""
        edges = "(({x, y, width, height}) => [x, y, width, height])"
        left, top, width, height = self.evaluate(f"{edges}(find('{selector}').getBoundingClientRect())")
        return left, top, width, height

    def spot(self, selector: str, x: float, y: float) -> Place:
        """The place at x, y of an element, each from 0 to 1."""
        left, top, width, height = self.box(selector)
        return left + x * width, top + y * height

    def screenshot(self, selector: str) -> np.ndarray:
        """What stands on the screen where an element is: (height, width, 3) uint8."""
        return self.screenshots([selector])[0]

    def screenshots(self, selectors: Sequence[str]) -> list[np.ndarray]:
        """The same of several elements, at one time."""
        image = Image.open(io.BytesIO(self.picture())).convert("RGB")
        scale = image.width / self.evaluate("innerWidth")
        parts = []
        for left, top, width, height in map(self.box, selectors):
            edges = (left, top, left + width, top + height)
            parts.append(np.asarray(image.crop(tuple(round(scale * edge) for edge in edges))))  # type: ignore[arg-type]
        return parts

    def drag(self, places: Sequence[Place], press: bool = True, kind: str = "mouse") -> None:
        """Move a pointer through places; pressed from the first to the last, or not at all."""
        moves = [move(place, 0 if k == 0 else 60) for k, place in enumerate(places)]
        down = [{"type": "pointerDown", "button": 0}] if press else []
        up = [{"type": "pointerUp", "button": 0}] if press else []
        actions = [moves[0], *down, *moves[1:], *up]
        self.act([{"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": actions}])

    def pinch(self, start: Sequence[Place], end: Sequence[Place]) -> None:
        """Two fingers on the screen come down, move straight, and leave."""
        fingers = []
        for number, (here, there) in enumerate(zip(start, end, strict=True)):
            down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
            actions = [move(here, 0), down, move(there, 200), up]
            kind = {"parameters": {"pointerType": "touch"}}
            fingers.append({"type": "pointer", "id": f"finger {number}", "actions": actions} | kind)
        self.act(fingers)

    def wheel(self, place: Place, delta: int, times: int = 1, control: bool = False) -> None:
        """Turn the wheel, with the key Ctrl if `control`: as a trackpad tells a pinch."""
        key = {"type": "keyDown", "value": "\ue009"}, {"type": "keyUp", "value": "\ue009"}
        scroll = {"type": "scroll", "x": round(place[0]), "y": round(place[1]), "deltaX": 0, "deltaY": delta}
        pause = {"type": "pause", "duration": 0}
        wheel = {"type": "wheel", "id": "wheel", "actions": [pause] + [scroll] * times}
        held = {"type": "key", "id": "key", "actions": [key[0], *[pause] * times, key[1]]}
        self.act([wheel, held] if control else [wheel])


def move(place: Place, milliseconds: int) -> dict[str, Any]:
    return {
        "type": "pointerMove",
        "x": round(place[0]),
        "y": round(place[1]),
        "duration": milliseconds,
        "origin": "viewport",
    }


class Firefox(Driver):
    """Over WebDriver BiDi, a WebSocket that Firefox itself opens."""

    def __init__(self, line: ClientConnection):
        self.line = line
        self.numbers = itertools.count(1)
        self.problems: list[str] = []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded"])
        self.context = self.call("browsingContext.getTree")["contexts"][0]["context"]
        size = {"width": SIZE[0], "height": SIZE[1]}
        self.call("browsingContext.setViewport", context=self.context, viewport=size)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self.numbers)
        self.line.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.line.recv())
            if message.get("method") == "log.entryAdded":
                self.hear(message["params"])
            if message.get("id") == number:
                assert message["type"] == "success", message
                return message["result"]

    def hear(self, entry: dict[str, Any]) -> None:
        if entry["level"] == "error":
            self.problems.append(str(entry["text"]))

    def open(self, url: str) -> None:
        self.call("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def evaluate_text(self, body: str) -> str:
        place = {"target": {"context": self.context}, "awaitPromise": True}
        answer = self.call("script.callFunction", functionDeclaration=f"() => {{{body}}}", **place)
        assert answer["type"] == "success", answer
        return answer["result"]["value"]

    def act(self, sources: list[dict[str, Any]]) -> None:
        self.call("input.performActions", context=self.context, actions=sources)

    def picture(self) -> bytes:
        answer = self.call("browsingContext.captureScreenshot", context=self.context)
        return base64.b64decode(answer["data"])


class WebKit(Driver):
    """Over classic WebDriver: HTTP to WebKitWebDriver, which starts WebKitGTK's own small browser."""

    def __init__(self, url: str):
        self.told: list[str] = []
        options = {
            "binary": str(next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))),
            "args": ["--automation"],
        }
        wanted = {"webkitgtk:browserOptions": options}
        self.session = f"{url}/session"
        answer = self.call("", capabilities={"alwaysMatch": wanted})
        self.session += f"/{answer['sessionId']}"
        self.call("/window/rect", x=0, y=0, width=SIZE[0], height=SIZE[1])

    @property
    def problems(self) -> Sequence[str]:  # type: ignore[override]
        self.told += self.evaluate("(window.problems ?? []).splice(0)")
        return self.told

    def call(self, path: str, method: str = "POST", **params: Any) -> Any:
        data = json.dumps(params).encode() if method == "POST" else None
        request = urllib.request.Request(self.session + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def open(self, url: str) -> None:
        _ = self.problems  # of the page before
        self.call("/url", url=url)
        self.evaluate_text(LISTEN)

    def evaluate_text(self, body: str) -> str:
        return self.call("/execute/sync", script=body, args=[])

    def act(self, sources: list[dict[str, Any]]) -> None:
        self.call("/actions", actions=sources)

    def picture(self) -> bytes:
        return base64.b64decode(self.call("/screenshot", method="GET"))


@contextmanager
def process(command: Sequence[str], log: Path, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A command that runs for a while, with its output in a file."""
    with log.open("wb") as output:
        running = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **more)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


@contextmanager
def firefox(folder: Path, port: int, preferences: dict[str, Any]) -> Iterator[Firefox]:
    """A Firefox without a window, with a profile of its own in a folder."""
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in (QUIET | preferences).items()]
    (folder / "user.js").write_text("\n".join(lines))
    options = ["--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", str(port)]
    with process([str(FIREFOX), *options], folder / "firefox.log", env=os.environ | {"HOME": str(folder)}):
        deadline = time.perf_counter() + START_S
        while True:
            try:
                line = connect(f"ws://127.0.0.1:{port}/session", max_size=None, proxy=None)
            except (OSError, InvalidHandshake):
                assert time.perf_counter() < deadline, (folder / "firefox.log").read_text()
                time.sleep(0.2)
                continue
            with line as opened:
                yield Firefox(opened)
                return


@contextmanager
def webkit(folder: Path, port: int) -> Iterator[WebKit]:
    """WebKitGTK's browser on a screen that nobody sees."""
    screen = folder / "screen.log"
    log = folder / "webkit.log"
    size = "x".join(map(str, SIZE))
    with process([str(XVFB), "-displayfd", "1", "-screen", "0", f"{size}x24", "-nolisten", "tcp"], screen):
        display = soon_in(lambda: next((line for line in screen.read_text().split() if line.isdigit()), None))
        environment = os.environ | {"DISPLAY": f":{display}", "HOME": str(folder), "NO_AT_BRIDGE": "1"}
        with process([str(WEBKIT), f"--port={port}"], log, env=environment):
            soon_in(lambda: listens(port))
            driver = WebKit(f"http://127.0.0.1:{port}")
            try:
                yield driver
            finally:
                driver.call("", method="DELETE")


def listens(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5).close()
    except OSError:
        return False
    return True


def soon_in(read: Any) -> Any:
    """What is read, once it is there."""
    deadline = time.perf_counter() + START_S
    while not (value := read()):
        assert time.perf_counter() < deadline, "it did not start"
        time.sleep(0.1)
    return value
