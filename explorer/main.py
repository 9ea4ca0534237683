"""The Streamlit script: page settings and navigation, nothing else."""

from pathlib import Path

import streamlit as st

from explorer import state
from explorer.views import compare, evidence, history, sampling, seeds, testset

HERE = Path(__file__).parent

st.set_page_config(page_title="Latent space explorer", page_icon=str(HERE / "icon.png"), layout="wide")
st.html(HERE / "chrome.css")
pages = {
    "compare": st.Page(compare.render, title="Compare", url_path="compare", default=True),
    "evidence": st.Page(evidence.render, title="Evidence", url_path="evidence"),
    "sampling": st.Page(sampling.render, title="Why not sample?", url_path="sampling"),
    "test-set": st.Page(testset.render, title="Test set", url_path="test-set"),
    "seeds": st.Page(seeds.render, title="Seeds", url_path="seeds"),
    "training": st.Page(history.render, title="Training", url_path="training"),
}
shown = st.navigation(list(pages.values()), position="top")
state.arrive(shown.url_path)
wanted = state.destination()
if wanted:
    st.switch_page(pages[wanted["page"]], query_params=wanted["address"])
shown.run()
