"""The entry of `streamlit run explorer/app.py`: the Streamlit script together with the live routes."""

import streamlit as st
from starlette.middleware import Middleware

from explorer import first_frame, history, live
from explorer.documents import BodyStart
from explorer.patience import BodyDeadline
from explorer.refusals import Refusals

app = st.App(
    "main.py",
    routes=live.routes,
    lifespan=live.lifespan,
    middleware=[
        Middleware(BodyDeadline),
        Middleware(Refusals),
        Middleware(BodyStart, markup=first_frame.markup),
        Middleware(BodyStart, markup=history.markup),
    ],
)
