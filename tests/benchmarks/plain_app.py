"""What one would write first: two sliders, an image, and a rerun for every change. To compare with."""

import numpy as np
import streamlit as st

from explorer.latent import coding
from training import runs


@st.cache_resource
def model():
    return runs.load_model(runs.load("vae"))


z1 = st.slider("z1", -3.0, 3.0, 0.0, 0.01)
z2 = st.slider("z2", -3.0, 3.0, 0.0, 0.01)
image = coding.decode(model(), np.array([[z1, z2]], np.float32)).reshape(28, 28)
st.image(image, width=280, output_format="PNG")
