"""Who may connect: pages of this site alone. One middleware around all live routes, HTTP and WebSocket."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

REFUSAL = "cross-origin"
POLICY_VIOLATION = 1008  # of a WebSocket (RFC 6455, section 7.4.1)
FORBIDDEN = 403
# What a browser says of our own page, and of an address that was typed in.
OWN_SITES = ("same-origin", "none")


class Guard:
    """An ASGI application behind a check: another site's page is refused before a route sees it."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if same_origin(HTTPConnection(scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close(POLICY_VIOLATION, REFUSAL)
        else:
            await JSONResponse({"error": REFUSAL}, FORBIDDEN)(scope, receive, send)


def same_origin(connection: HTTPConnection) -> bool:
    """Not from another site's page: neither by what the browser says, nor by an Origin of another host."""
    if connection.headers.get("sec-fetch-site", "none") not in OWN_SITES:
        return False
    origin = connection.headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == connection.headers.get("host")
    except ValueError:  # no address at all
        return False
