"""The page Training: curves."""

import streamlit as st


def render() -> None:
    st.write("soon")
