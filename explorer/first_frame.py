"""The first thing on the screen: a page's name and frame, and what is being loaded, in its document itself.

Streamlit's own script takes a second or more until the first element of a page is there.
"""

import json
from pathlib import Path

from explorer import library
from explorer.address.page_fields import DEFAULT_RUNS, QUESTION, SIDES
from explorer.pages import PAGES

HERE = Path(__file__)
STYLE = HERE.with_suffix(".css").read_text(encoding="utf-8")
SCRIPT = HERE.with_suffix(".js").read_text(encoding="utf-8")


def markup() -> bytes:
    """The style and the script of the frame, which names the runs that there are now."""
    try:
        maps = library.default_maps()
        of_question = {"run": library.default_in_question()}
    except library.FAILURES:  # the page says what is wrong
        maps = dict(zip(SIDES, DEFAULT_RUNS, strict=True))
        of_question = {"run": str(QUESTION.fields["run"].default)}
    runs = {page.slug: of_question if page.about_image else {} for page in PAGES if page.component}
    runs["compare"] = maps
    known = json.dumps({"pages": {page.slug: page.title for page in PAGES}, "runs": runs})
    script = SCRIPT.replace('"PAGES"', json.dumps(known).replace("</", "<\\/"))
    return f"<style>{STYLE}</style><script>{script}</script>".encode()
