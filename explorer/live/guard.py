"""Who may connect: whoever Streamlit itself would let in. One middleware around all live routes."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from explorer import hosting

POLICY_VIOLATION = 1008  # of a WebSocket (RFC 6455, section 7.4.1)
LONGEST_REASON = 123  # bytes of a WebSocket's reason (RFC 6455, section 5.5)
FORBIDDEN = 403
# Where foreign Origins are judged: Streamlit may ask the network for this machine's own address.
JUDGES = ThreadPoolExecutor(1, "origins")


async def refusal(scope: Scope) -> str:
    """Why a connection is refused, with the setting that cures it; "" for whom Streamlit itself lets in."""
    headers = HTTPConnection(scope).headers
    host, origin, site = map(headers.get, ("host", "origin", "sec-fetch-site"))
    if not hosting.is_foreign(host, origin):
        return hosting.refusal(host, origin, site)
    return await asyncio.get_running_loop().run_in_executor(JUDGES, hosting.refusal, host, origin, site)


class Guard:
    """An ASGI application behind a check: what is refused never reaches a route, and is told why."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = await refusal(scope)
        if not reason:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            await socket.accept()  # a browser hides the reason of a handshake that fails
            await socket.close(POLICY_VIOLATION, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))
        else:
            await JSONResponse({"error": reason}, FORBIDDEN)(scope, receive, send)
