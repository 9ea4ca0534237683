"""nginx and Caddy as shipped: pages and WebSockets reach the app, and a person stays with one process."""

import json
import os
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.client import connect
from websockets.sync.server import Server, ServerConnection, serve

from tests.browser.conftest import App, app_with, free_port
from tests.deploying.dockerfile import ROOT

DEPLOY = ROOT / "deploy"
SYSTEM = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin", "/usr/local/bin"])
NGINX = shutil.which("nginx", path=SYSTEM)
CADDY = shutil.which("caddy", path=SYSTEM)
PEOPLE = 24  # that all of them come to the same of two processes has a chance of 2^-23
PATIENCE = 60  # seconds: a busy machine is slow, which no test is about
AROUND = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/conf.d/*.conf;
}}
"""


class Proxy:
    """A proxy with a shipped configuration, whose name and ports alone are others."""

    def __init__(self, command: Sequence[str], port: int):
        self.port = port
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        began = time.perf_counter()
        while not self.listens():
            assert time.perf_counter() - began < PATIENCE and self.process.poll() is None
            time.sleep(0.05)

    def listens(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"http://localhost:{self.port}/", timeout=5):
            return True
        return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def nginx(folder: Path, ports: Sequence[int], upstream: str = "upstream.conf") -> tuple[list[str], int]:
    """The command that runs nginx with the shipped files before these ports, and nginx's own port."""
    port = free_port()
    (folder / "conf.d").mkdir()
    server = (DEPLOY / "nginx.conf").read_text()
    assert "listen 80;" in server
    (folder / "conf.d" / "nginx.conf").write_text(server.replace("listen 80;", f"listen 127.0.0.1:{port};"))
    processes = (DEPLOY / upstream).read_text()
    (line,) = [line for line in processes.splitlines() if line.strip().startswith("server ")]
    lines = "\n".join(f"server 127.0.0.1:{process};" for process in ports)
    (folder / "conf.d" / "upstream.conf").write_text(processes.replace(line, lines))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    return [str(NGINX), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")], port


def caddy(folder: Path, ports: Sequence[int]) -> tuple[list[str], int]:
    """As `nginx`, for Caddy without a certificate."""
    port = free_port()
    text = (DEPLOY / "Caddyfile").read_text()
    assert "demo.example {" in text and " 127.0.0.1:8501 " in text
    text = text.replace("demo.example {", f"http://localhost:{port} {{")
    processes = " ".join(f"127.0.0.1:{process}" for process in ports)
    file = folder / "Caddyfile"
    file.write_text("{\n\tadmin off\n}\n" + text.replace("127.0.0.1:8501", processes))
    return [str(CADDY), "run", "--config", str(file), "--adapter", "caddyfile"], port


PROXIES = [
    pytest.param(nginx, marks=pytest.mark.skipif(NGINX is None, reason="no nginx"), id="nginx"),
    pytest.param(caddy, marks=pytest.mark.skipif(CADDY is None, reason="no Caddy"), id="Caddy"),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    yield from app_with(tmp_path_factory, "ae", "vae")


@pytest.mark.parametrize("proxy", PROXIES)
def test_pages_and_web_sockets_reach_the_app(proxy, app: App, tmp_path: Path) -> None:
    front = Proxy(*proxy(tmp_path, [app.port]))
    address = f"localhost:{front.port}"
    try:
        with urllib.request.urlopen(f"http://{address}/evidence", timeout=30) as answer:
            assert b"<html" in answer.read()
        with connect(f"ws://{address}/live/decode", origin=f"http://{address}") as socket:
            socket.send(json.dumps({"id": 1, "items": [{"run": "vae", "z": [0, 0]}]}))
            assert isinstance(socket.recv(timeout=30), bytes)
        stream = f"ws://{address}/_stcore/stream"
        with connect(stream, origin=f"http://{address}", subprotocols=["streamlit"]) as socket:
            assert socket.subprotocol == "streamlit"
    finally:
        front.stop()


def process(port: int) -> Server:
    """Stands for one process of the app: says its port to whoever asks, and on every WebSocket."""

    def answer(connection: ServerConnection, request: Request) -> Response | None:
        if "Upgrade" in request.headers:
            return None
        return Response(200, "OK", Headers({"Content-Length": str(len(str(port)))}), str(port).encode())

    return serve(lambda socket: socket.send(str(port)), "127.0.0.1", port, process_request=answer)


@pytest.fixture
def processes() -> Iterator[list[int]]:
    """The ports of two."""
    servers = {port: process(port) for port in (free_port(), free_port())}
    threads = [threading.Thread(target=server.serve_forever) for server in servers.values()]
    for thread in threads:
        thread.start()
    yield list(servers)
    for server in servers.values():
        server.shutdown()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("proxy", PROXIES)
def test_a_person_stays_with_one_of_several_processes(proxy, processes: list[int], tmp_path: Path) -> None:
    front = Proxy(*proxy(tmp_path, processes))
    chosen = set()
    try:
        for _ in range(PEOPLE):
            with urllib.request.urlopen(f"http://localhost:{front.port}/", timeout=30) as answer:
                first = answer.read().decode()
                cookie = answer.headers["Set-Cookie"].split(";")[0]
            chosen.add(first)
            for _ in range(3):
                url = f"ws://localhost:{front.port}/live/decode"
                with connect(url, additional_headers={"Cookie": cookie}) as socket:
                    assert socket.recv(timeout=30) == first
            request = urllib.request.Request(f"http://localhost:{front.port}/", headers={"Cookie": cookie})
            with urllib.request.urlopen(request, timeout=30) as answer:
                assert answer.read().decode() == first and answer.headers["Set-Cookie"] is None
    finally:
        front.stop()
    assert chosen == {str(port) for port in processes}


@pytest.mark.skipif(NGINX is None, reason="no nginx")
@pytest.mark.parametrize("upstream", ["upstream.conf", "upstream-compose.conf"])
def test_nginx_finds_no_fault_in_its_configuration(upstream: str, tmp_path: Path) -> None:
    command, _ = nginx(tmp_path, [8501], upstream)
    done = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert done.returncode == 0 and "warn" not in done.stderr, done.stderr
