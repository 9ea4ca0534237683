"""Streamlit's documents on their way to the browser: what a middleware adds to them."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A document is sent whole and anew: it must hold what is added, however the browser got it the last time.
BODY = b"<body>"
PARTS = (b"accept-encoding", b"if-modified-since", b"if-none-match", b"range")


def asks_for_document(scope: Scope) -> bool:
    return scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")


def whole(scope: Scope) -> Scope:
    """The request for a document, whole and anew."""
    headers = [(name, value) for name, value in scope["headers"] if name not in PARTS]
    return {**scope, "headers": headers}


class BodyStart:
    """An ASGI application whose documents begin their body with what `markup` makes, in a thread."""

    def __init__(self, app: ASGIApp, markup: Callable[[], bytes]):
        self.app = app
        self.markup = markup

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not asks_for_document(scope):
            await self.app(scope, receive, send)
            return
        markup = await asyncio.to_thread(self.markup)
        begun = Rewriting(send, lambda document: document.replace(BODY, BODY + markup, 1))
        await self.app(whole(scope), receive, begun)


class Rewriting:
    """Sends what it is given; a document arrives whole, as `rewrite` makes it."""

    def __init__(self, send: Send, rewrite: Callable[[bytes], bytes]):
        self.send = send
        self.rewrite = rewrite
        self.start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and is_document(message):
            self.start = message
            self.parts: list[bytes] = []
        elif self.start is None:
            await self.send(message)
        else:
            self.parts.append(message.get("body", b""))
            if not message.get("more_body"):
                body = self.rewrite(b"".join(self.parts))
                headers = MutableHeaders(raw=list(self.start["headers"]))
                headers["content-length"] = str(len(body))
                await self.send({**self.start, "headers": headers.raw})
                await self.send({"type": "http.response.body", "body": body})


def is_document(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] == HTTPStatus.OK and kind.startswith("text/html")
