"""Where the app is served, and to whom: what Streamlit's settings say, for the live routes, too."""

from urllib.parse import urlsplit

import streamlit as st
from cachetools.func import ttl_cache
from streamlit.web.server.server_util import is_url_from_allowed_origins
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

REMEMBERED_SECONDS = 60
LONGEST_ADDRESS = 80  # characters of a stranger's address that an answer repeats
# What a browser says of our own page, and of an address that was typed in.
OWN_SITES = ("same-origin", "none")


def base_path() -> str:
    """server.baseUrlPath as a path: "" or "/demo/latent"."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def local_port() -> int | None:
    """The port, where the app listens for this machine alone under its name; else None."""
    return int(st.get_option("server.port")) if st.get_option("server.address") == "localhost" else None


def refusal(host: str | None, origin: str | None, site: str | None) -> str:
    """Why a page may not ask, with the setting that cures it; "" for whom Streamlit itself lets in.

    host, origin, site: the headers Host, Origin and Sec-Fetch-Site. As for Streamlit's own WebSocket: the
    Host must be one of server.allowedHosts, if there are any; the Origin must be that Host, or one of
    server.corsAllowedOrigins or of this machine's own, unless server.enableCORS is off. Without an Origin
    the browser tells another site's page. Only a foreign Origin may take long (see is_foreign).
    """
    if not may_be_called(host):
        return f"refused: add {shortened(name_of(host))} to server.allowedHosts"
    if origin is None:
        own = site is None or site in OWN_SITES or not st.get_option("server.enableCORS")
        return "" if own else "refused: another site's page asked"
    if not is_foreign(host, origin) or is_allowed(origin):
        return ""
    return f"refused: add {shortened(origin)} to server.corsAllowedOrigins"


def may_be_called(host: str | None) -> bool:
    """Whether the app answers to this Host: to any, unless server.allowedHosts says to which."""
    return is_host_allowed(host)


def is_foreign(host: str | None, origin: str | None) -> bool:
    """Whether a page's Origin is another than the Host it asks: then a decision may ask the network."""
    return origin is not None and host_of(origin) != host


def host_of(origin: str) -> str | None:
    """Host and port of an Origin; None where it is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def name_of(host: str | None) -> str | None:
    """A Host without its port, as server.allowedHosts has it; None where it is no address."""
    try:
        return urlsplit(f"//{host}").hostname if host else None
    except ValueError:
        return None


@ttl_cache(maxsize=1024, ttl=REMEMBERED_SECONDS)
def is_allowed(origin: str) -> bool:
    """What Streamlit decides of a foreign Origin; remembered, since it may ask the network.

    For a minute: where the network was away, it says another thing later.
    """
    try:
        return is_url_from_allowed_origins(origin)
    except ValueError:  # no address at all
        return False


def shortened(address: str | None) -> str:
    return (address or "the host's name")[:LONGEST_ADDRESS]
