"""The entry of `streamlit run explorer/app.py`: the Streamlit script together with the live routes."""

import streamlit as st

from explorer import live

app = st.App("main.py", routes=live.routes, lifespan=live.lifespan)
