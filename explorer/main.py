"""The Streamlit script: page settings and navigation, nothing else."""

from pathlib import Path

import streamlit as st

from explorer.views import compare, history, seeds

HERE = Path(__file__).parent

st.set_page_config(page_title="Latent space explorer", page_icon=str(HERE / "icon.png"), layout="wide")
st.html(HERE / "chrome.css")
pages = [
    st.Page(compare.render, title="Compare", url_path="compare", default=True),
    st.Page(seeds.render, title="Seeds", url_path="seeds"),
    st.Page(history.render, title="Training", url_path="training"),
]
st.navigation(pages, position="top").run()
