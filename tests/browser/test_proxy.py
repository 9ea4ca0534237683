"""Behind a real nginx, under another name: path kept or stripped, Host rewritten, port dropped, https.

And in the page what is wrong, where it can't connect.
"""

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
OPENSSL = shutil.which("openssl")
UPGRADE = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; '
REWRITTEN = UPGRADE + "proxy_pass {app}/;"  # as nginx has it unless it is told otherwise
FORMS = {  # path below nginx, the app that answers, what nginx makes of path and Host
    "path kept": ("/demo/latent", "based", UPGRADE + "proxy_pass {app}; proxy_set_header Host $http_host;"),
    "path stripped": (
        "/user/me/proxy",
        "plain",
        UPGRADE + "proxy_pass {app}/; proxy_set_header Host $http_host;",
    ),
    "Host rewritten": ("/rewritten", "plain", REWRITTEN),
    "port dropped": ("/dropped", "plain", UPGRADE + "proxy_pass {app}/; proxy_set_header Host $host;"),
    "a stranger": ("/stranger", "closed", REWRITTEN),
    "no WebSockets": ("/deaf", "plain", "proxy_pass {app}/; proxy_set_header Host $http_host;"),
}
WORKING = [("http", form) for form in list(FORMS)[:4]] + [("https", "Host rewritten")]
CONFIGURATION = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{http};
    listen 127.0.0.1:{https} ssl;
    ssl_certificate {folder}/certificate; ssl_certificate_key {folder}/key;
    proxy_http_version 1.1; proxy_buffering off;
    {locations}
  }}
}}
"""
LOCATION = """
    location {path}/ {{ {form} }}
"""


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, App]]:
    """An app that knows its path, one that does not, and one that lets no foreign page in."""
    apps = {}
    for kind, base in (("based", FORMS["path kept"][0]), ("plain", ""), ("closed", "")):
        checkpoints = tmp_path_factory.mktemp(kind) / "checkpoints"
        for name in ("ae", "vae"):
            copy_run(name, checkpoints)
        allowed = [] if kind == "closed" else ["--server.corsAllowedOrigins", f"http://{NAME}"]
        options = [*allowed, "--server.baseUrlPath", base.strip("/")]
        apps[kind] = App(checkpoints, options=options, base=base)
    for app in apps.values():
        app.wait()
    yield apps
    for app in apps.values():
        app.stop()


@pytest.fixture(scope="module")
def proxy(apps: dict[str, App], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of nginx, under its foreign name: by http, and by https with a certificate of its own."""
    if NGINX is None or OPENSSL is None:
        pytest.skip("no nginx or openssl: `apt-get install nginx-light openssl` brings them")
    folder = tmp_path_factory.mktemp("nginx")
    request = [OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "certificate")]
    subprocess.run([*request, *files], check=True, capture_output=True)
    locations = "".join(
        LOCATION.format(path=path, form=form.format(app=f"http://127.0.0.1:{apps[kind].port}"))
        for path, kind, form in FORMS.values()
    )
    ports = {scheme: free_port() for scheme in ("http", "https")}
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, locations=locations, **ports))
    process = subprocess.Popen([NGINX, "-c", str(configuration), "-e", str(folder / "error.log")])
    answers(ports["http"])
    yield {scheme: f"{scheme}://{NAME}:{port}" for scheme, port in ports.items()}
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


def outside_page(outside: Browser) -> Page:
    return outside.new_page(viewport={"width": 1280, "height": 720}, ignore_https_errors=True)


@pytest.mark.parametrize("scheme, form", WORKING)
def test_the_maps_and_every_tool_answer(
    scheme: str, form: str, apps: dict[str, App], proxy: dict[str, str], outside: Browser
) -> None:
    path, kind, _ = FORMS[form]
    page = outside_page(outside)
    app = apps[kind]
    direct, app.url = app.url, proxy[scheme] + path
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
        expect(page.locator("#refusal")).to_have_count(0)
    finally:
        app.url = direct
        page.close()


def lasso(page: Page) -> None:
    page.keyboard.press("s")
    drag(page, "left", [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)])
    until(page, "stage", "galleries")


@pytest.mark.parametrize(
    "scheme, form, cure",
    [
        ("http", "a stranger", "--server.corsAllowedOrigins {address}"),
        ("https", "a stranger", "--server.corsAllowedOrigins {address}"),
        ("http", "no WebSockets", "proxy_set_header Upgrade"),
    ],
)
def test_a_page_that_can_t_connect_says_what_cures_it(
    scheme: str, form: str, cure: str, proxy: dict[str, str], outside: Browser
) -> None:
    page = outside_page(outside)
    page.goto(f"{proxy[scheme]}{FORMS[form][0]}/evidence")
    expect(page.get_by_role("alert")).to_contain_text(cure.format(address=proxy[scheme]))
    page.close()


def test_a_page_that_connects_after_all_takes_its_words_back(proxy: dict[str, str], outside: Browser) -> None:
    page = outside_page(outside)
    page.route_web_socket("**/*", lambda socket: socket.close(code=1008, reason="add it to server.some"))
    page.goto(f"{proxy['http']}{FORMS['path stripped'][0]}/")
    expect(page.get_by_role("alert")).to_contain_text("--server.some")
    page.route_web_socket("**/*", lambda socket: socket.connect_to_server())
    page.locator('.stage[data-ready="2"]').wait_for(timeout=60_000)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.close()


def test_a_name_that_is_not_allowed_is_told_which_setting_allows_it(app: App, page: Page) -> None:
    page.refused = True  # type: ignore[attr-defined]
    answer = page.request.get(f"{app.url}/live/runs", headers={"origin": f"http://{NAME}"})
    assert answer.status == 403
    assert answer.json() == {"error": f"refused: add http://{NAME} to server.corsAllowedOrigins"}


@pytest.mark.parametrize("number", ["127.0.0.1", "[::1]"])
def test_this_machine_may_be_called_by_its_numbers(number: str, app: App, page: Page) -> None:
    page.goto(app.url.replace("localhost", number))
    page.locator('.stage[data-ready="2"]').wait_for(timeout=60_000)
    expect(named(page, "left-run")).to_have_value("ae")
