"""The entry of `streamlit run explorer/app.py`: the Streamlit script together with the live routes."""

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from explorer import live

LOCAL = ["localhost", "127.0.0.1"]


def hosts() -> list[str]:
    """By which names the app may be called: while it listens on this machine only, by no other site's.

    A page elsewhere could otherwise let its own name lead here, and so pass for ours.
    """
    if st.get_option("server.address") not in LOCAL:
        return ["*"]
    return [*LOCAL, st.get_option("browser.serverAddress")]


app = st.App(
    "main.py",
    routes=live.routes,
    lifespan=live.lifespan,
    middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts(), www_redirect=False)],
)
