"""The Streamlit script: page settings and navigation, nothing else."""

from pathlib import Path

import streamlit as st

from explorer.address import session
from explorer.pages import PAGES

HERE = Path(__file__).parent
TITLE = "Latent space explorer"  # of the app

st.html(HERE / "chrome.css")
entries = {
    page.slug: st.Page(page.render, title=page.title, url_path=page.slug, default=page is PAGES[0])
    for page in PAGES
}
current = st.navigation(list(entries.values()), position="top")
st.set_page_config(
    page_title=f"{current.title} \u2013 {TITLE}", page_icon=str(HERE / "icon.png"), layout="wide"
)
session.arrive(current.url_path)
destination = session.destination()
if destination:
    st.switch_page(entries[destination["page"]], query_params=destination["address"])
current.run()
