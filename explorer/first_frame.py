"""The first thing on the screen: a page's name and frame, and what is being loaded, in its document itself.

Streamlit's own script takes a second or more until the first element of a page is there.
"""

import json
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from explorer.address.page_fields import DEFAULT_RUNS, QUESTION, SIDES
from explorer.documents import Rewriting, asks_for_document, whole
from explorer.pages import PAGES

BODY = b"<body>"


def markup() -> bytes:
    """The style and the script of the frame."""
    of_question = {"run": str(QUESTION.fields["run"].default)}
    runs = {"compare": dict(zip(SIDES, DEFAULT_RUNS, strict=True))}
    runs |= {page.slug: of_question for page in PAGES if page.component and page.slug not in runs}
    known = json.dumps({"pages": {page.slug: page.title for page in PAGES}, "runs": runs})
    here = Path(__file__)
    style = here.with_suffix(".css").read_text(encoding="utf-8")
    script = here.with_suffix(".js").read_text(encoding="utf-8")
    script = script.replace('"PAGES"', json.dumps(known).replace("</", "<\\/"))
    return f"<style>{style}</style><script>{script}</script>".encode()


class FirstFrame:
    """An ASGI application whose documents show something at once."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.markup = markup()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if asks_for_document(scope):
            await self.app(whole(scope), receive, Rewriting(send, self.framed))
        else:
            await self.app(scope, receive, send)

    def framed(self, document: bytes) -> bytes:
        """The document with the frame before everything else of its body."""
        return document.replace(BODY, BODY + self.markup, 1)
