"""The page Evidence: where every nat of log p(x) goes, for one image."""

import streamlit as st

from explorer import stage
from explorer.address import session
from explorer.views import parts

KEY = "evidence"
FORMULAS = (
    (
        r"\log p(x) = \underbrace{\mathbb{E}_{q}[\log p(x|z)] - \mathrm{KL}(q(z|x)\,\|\,p(z))}_{\text{ELBO}}"
        r" + \mathrm{KL}(q(z|x)\,\|\,p(z|x))",
        "The identity that the bars show, true of every q (Kingma & Welling 2014, equation 1), in nats.",
    ),
    (
        r"p(x) = \int p(x|z)\,\mathcal{N}(z; 0, I)\,dz",
        "Over a plane the evidence can be summed: on a lattice that follows the posterior and is made finer "
        "until the sum no longer changes.",
    ),
    (
        r"z = \mu + \sigma \odot \varepsilon,\quad \varepsilon \sim \mathcal{N}(0, I)",
        "The reparameterisation trick: chance is drawn apart from the parameters, so that gradients reach "
        "them (Kingma & Welling 2014, section 2.4).",
    ),
)


def render() -> None:
    names = parts.names("evidence")
    if not names:
        return
    question = parts.question()
    stage.mount(
        "evidence",
        KEY,
        parts.about_image(question, names),
        question=lambda: session.take_question(KEY),
        go=lambda: session.take_destination(KEY),
    )
    for column, (formula, text) in zip(st.columns([6, 3, 3]), FORMULAS, strict=True):
        column.latex(formula, help=text)
