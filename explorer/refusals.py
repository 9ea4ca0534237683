"""A page that may not connect says which setting lets it: one middleware in front of Streamlit itself."""

import html
import logging
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from explorer import hosting
from explorer.documents import Rewriting, asks_for_document, whole
from explorer.live import PREFIX
from explorer.live.guard import FORBIDDEN, POLICY_VIOLATION, refusal

END = b"</body>"
SCRIPT = b"<script>%b</script>" % Path(__file__).with_suffix(".js").read_bytes()
REFUSED = """<!DOCTYPE html>
<html lang="en">
<title>Refused</title>
<meta name="viewport" content="width=device-width">
<style>
:root {{ color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }}
body {{ max-width: 40rem; margin: 20vh auto; padding: 0 1rem }}
</style>
<h1>This app may not be called {name}</h1>
<p>Whoever started it decides by which names it may be called. To allow this one, start it with
<p><code>streamlit run explorer/app.py --server.allowedHosts {name}</code>
"""
log = logging.getLogger(__name__)


class Refusals:
    """An ASGI application in which Streamlit's own refusals are told, with the setting that cures each.

    A document under a name that server.allowedHosts does not have becomes a page that says so. Every other
    document gets a script that says in the page why it can't connect. Streamlit judges a WebSocket's Origin
    where everybody waits for it; a foreign one is judged here, by the same rule, in a thread.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.connect(scope, receive, send)
        elif asks_for_document(scope):
            await self.document(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def document(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host")
        if not hosting.may_be_called(host):
            page = REFUSED.format(name=html.escape(hosting.name_of(host) or "by no name"))
            await HTMLResponse(page, FORBIDDEN)(scope, receive, send)
            return
        await self.app(whole(scope), receive, Rewriting(send, scripted))

    async def connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = HTTPConnection(scope).headers
        host, origin = headers.get("host"), headers.get("origin")
        if is_live(scope["path"]) or not hosting.is_foreign(host, origin):
            await self.app(scope, receive, send)  # the live routes have a guard of their own
            return
        if reason := await refusal(scope):
            tell(reason)
            await WebSocket(scope, receive, send).close(POLICY_VIOLATION)
            return
        own = MutableHeaders(raw=list(scope["headers"]))
        own["origin"] = f"http://{host}"
        await self.app({**scope, "headers": own.raw}, receive, send)


def scripted(document: bytes) -> bytes:
    """The document with the script at its end."""
    return document.replace(END, SCRIPT + END)


def is_live(path: str) -> bool:
    return path.startswith(f"{hosting.base_path()}{PREFIX}/")


@lru_cache(maxsize=64)
def tell(reason: str) -> None:
    """Say it in the log, once: a page goes on trying."""
    log.warning("A page that asked to connect was %s", reason)
