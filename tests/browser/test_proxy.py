"""Behind a real nginx, under another name: the path kept or stripped, Host rewritten, its port dropped."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import (
    CHROMIUM,
    FLAGS,
    PATIENCE,
    App,
    copy_run,
    free_port,
    named,
    opened,
    soon,
    until,
)
from tests.browser.test_tools import SEVEN, drag, ink_of, stroke

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
NAME = "demo.example"  # which Chromium finds on this machine
FORMS = {  # path below nginx, the app that answers, what nginx makes of path and Host
    "path kept": ("/demo/latent", "based", "proxy_pass {app}; proxy_set_header Host $http_host;"),
    "path stripped": ("/user/me/proxy", "plain", "proxy_pass {app}/; proxy_set_header Host $http_host;"),
    "Host rewritten": ("/rewritten", "plain", "proxy_pass {app}/;"),
    "port dropped": ("/dropped", "plain", "proxy_pass {app}/; proxy_set_header Host $host;"),
}
CONFIGURATION = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    proxy_http_version 1.1; proxy_buffering off;
    {locations}
  }}
}}
"""
LOCATION = """
    location {path}/ {{
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";
      {form}
    }}
"""


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, App]]:
    """An app that knows its path, and one that does not; both may be called by a foreign name."""
    apps = {}
    for kind, base in (("based", FORMS["path kept"][0]), ("plain", "")):
        checkpoints = tmp_path_factory.mktemp(kind) / "checkpoints"
        for name in ("ae", "vae"):
            copy_run(name, checkpoints)
        options = ["--server.corsAllowedOrigins", f"http://{NAME}", "--server.baseUrlPath", base.strip("/")]
        apps[kind] = App(checkpoints, options=options, base=base)
    for app in apps.values():
        app.wait()
    yield apps
    for app in apps.values():
        app.stop()


@pytest.fixture(scope="module")
def proxy(apps: dict[str, App], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx, under its foreign name."""
    if NGINX is None:
        pytest.skip("no nginx: `apt-get install nginx-light` brings it")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    locations = "".join(
        LOCATION.format(path=path, form=form.format(app=f"http://127.0.0.1:{apps[kind].port}"))
        for path, kind, form in FORMS.values()
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, locations=locations))
    process = subprocess.Popen([NGINX, "-c", str(configuration), "-e", str(folder / "error.log")])
    answers(port)
    yield f"http://{NAME}:{port}"
    process.terminate()
    process.wait()


def answers(port: int) -> None:
    """Wait until somebody listens."""
    began = time.perf_counter()
    while True:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        assert time.perf_counter() - began < PATIENCE, "nginx does not start"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def outside(browser: Browser) -> Iterator[Browser]:
    """A browser that finds the foreign name on this machine."""
    rules = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    other = browser.browser_type.launch(executable_path=str(CHROMIUM), args=[*FLAGS, rules])
    yield other
    other.close()


@pytest.mark.parametrize("form", FORMS)
def test_the_maps_and_every_tool_answer(
    form: str, apps: dict[str, App], proxy: str, outside: Browser
) -> None:
    path, kind, _ = FORMS[form]
    page = outside.new_page(viewport={"width": 1280, "height": 720})
    app = apps[kind]
    direct, app.url = app.url, proxy + path
    try:
        opened(page, app, "tool=draw")
        stroke(page, SEVEN)
        until(page, "stage", "drawn")
        soon(page, lambda: ink_of(page, "drawn").sum() > 255 * 40)
        lasso(page)
        opened(page, app, "tool=walk&walk=[3,8]")
        until(page, "stage", "walks", 1)
        page.goto(f"{app.url}/evidence?run=vae&image=7")
        page.locator(".stage[data-answered]").wait_for(timeout=60_000)
    finally:
        app.url = direct
        page.close()


def lasso(page: Page) -> None:
    page.keyboard.press("s")
    drag(page, "left", [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)])
    until(page, "stage", "galleries")


def test_a_name_that_is_not_allowed_is_told_which_setting_allows_it(app: App, page: Page) -> None:
    page.refused = True  # type: ignore[attr-defined]
    answer = page.request.get(f"{app.url}/live/runs", headers={"origin": f"http://{NAME}"})
    assert answer.status == 403
    assert answer.json() == {"error": f"refused: add http://{NAME} to server.corsAllowedOrigins"}


def test_this_machine_may_be_called_by_its_numbers(app: App, page: Page) -> None:
    page.goto(app.url.replace("localhost", "127.0.0.1"))
    page.locator('.stage[data-ready="2"]').wait_for(timeout=60_000)
    expect(named(page, "left-run")).to_have_value("ae")
