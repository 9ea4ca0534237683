"""Who may connect: whoever Streamlit itself would let in. One middleware around all live routes."""

from functools import lru_cache
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from streamlit import config
from streamlit.web.server.server_util import is_url_from_allowed_origins
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

POLICY_VIOLATION = 1008  # of a WebSocket (RFC 6455, section 7.4.1)
LONGEST_REASON = 123  # bytes of a WebSocket's reason (RFC 6455, section 5.5)
LONGEST_ADDRESS = 60  # characters of a stranger's address that an answer repeats
FORBIDDEN = 403
# What a browser says of our own page, and of an address that was typed in.
OWN_SITES = ("same-origin", "none")


class Guard:
    """An ASGI application behind a check: what is refused never reaches a route, and is told why."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # In a thread: Streamlit may ask the network for this machine's own address.
        reason = await run_in_threadpool(refusal, HTTPConnection(scope))
        if not reason:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            await socket.accept()  # a browser hides the reason of a handshake that fails
            await socket.close(POLICY_VIOLATION, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))
        else:
            await JSONResponse({"error": reason}, FORBIDDEN)(scope, receive, send)


def refusal(connection: HTTPConnection) -> str:
    """Why this page may not ask, with the setting that cures it; "" for whom Streamlit would let in.

    As for Streamlit's own WebSocket: the Host must be one of server.allowedHosts, if there are any; the
    Origin must be that Host, or one of server.corsAllowedOrigins or of this machine's own, unless
    server.enableCORS is off. Without an Origin the browser's Sec-Fetch-Site tells another site's page.
    """
    host = connection.headers.get("host")
    origin = connection.headers.get("origin")
    if not is_host_allowed(host):
        return f"refused: add {shortened(host)} to server.allowedHosts"
    if origin is None:
        site = connection.headers.get("sec-fetch-site", "none")
        own = site in OWN_SITES or not config.get_option("server.enableCORS")
        return "" if own else "refused: another site's page asked"
    if host_of(origin) == host or is_allowed(origin):
        return ""
    return f"refused: add {shortened(origin)} to server.corsAllowedOrigins"


def host_of(origin: str) -> str | None:
    """Host and port of an Origin; None where it is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def is_allowed(origin: str) -> bool:
    """What Streamlit decides of a foreign Origin; remembered, since it may ask the network."""
    try:
        return is_url_from_allowed_origins(origin)
    except ValueError:  # no address at all
        return False


def shortened(address: str | None) -> str:
    return (address or "the host's name")[:LONGEST_ADDRESS]
