"""The page Why not sample?: estimates of log p(x), where pixels mislead, and how far a Gaussian goes."""

from typing import Any

import streamlit as st

from explorer import library, stage
from explorer.address import page_fields, session
from explorer.figures.unfolding import unfolding
from explorer.views import parts

KEY = "estimates"
SCENES = {  # title -> what the component shows; None: a figure
    "Estimates": "growth",
    "Pixels mislead": "copies",
    "A simple prior": None,
}
FORMULAS = {
    "Estimates": (
        (
            r"\textstyle\log\frac1k\sum_i p(x|z_i),\; z_i\sim p(z)",
            "Naive Monte Carlo: unbiased in p(x), but few codes from the prior explain the image.",
        ),
        (
            r"\textstyle\log\frac1k\sum_i w_i,\; w_i=\frac{p(x,z_i)}{q(z_i|x)},\; z_i\sim q(z|x)",
            "Importance sampling: unbiased in p(x), too, with codes from where the encoder looks for them.",
        ),
        (
            r"\textstyle\mathcal L_k=\mathbb E\big[\log\frac1k\sum_i w_i\big]\le\log p(x)",
            "The importance-weighted bound (Burda et al. 2016): L1 is the ELBO, and it never falls with k.",
        ),
    ),
    "Pixels mislead": (
        (r"\textstyle\sum_i (x'_i-x_i)^2", "Squared error of the grey pixels, against the original."),
        (
            r"-\log p(x'|z),\;\; z=\mu(x)",
            "What the original's own code says of the copy, in nats: pixel by pixel, too.",
        ),
        (
            r"\textstyle-\log\int p(x'|z)\,p(z)\,dz",
            "What the model says of the copy by itself, in nats: the integral over the plane, by quadrature.",
        ),
        (r"\|\mu(x')-\mu(x)\|", "How far apart the encoder puts the codes, the means of q(z|x)."),
    ),
    "A simple prior": (
        (r"z\sim\mathcal N(0,I)", "The prior: 2,000 codes, the same in every panel, with a fixed seed."),
        (r"g(z)=z/10+z/\|z\|", "One line makes a ring of a Gaussian cloud (Doersch 2016, figure 2)."),
        (r"z\to h_1\to\dots\to\mathrm{decode}(z)", "The same codes at every stage of this model's decoder."),
    ),
}
FORMULA_WIDTHS = {  # of the formulas
    "Estimates": (3.2, 4.3, 3.7),
    "Pixels mislead": (2.3, 3, 3, 2.5),
    "A simple prior": (1, 1, 1),
}
UNFOLDED_HELP = (
    "Every point is one code, in the colour of the class of the test image whose code lies nearest. z and "
    "g(z) are drawn as they are; each stage of the decoder is projected on its two principal components over "
    "these points, turned and mirrored to lie as the stage before. The percentage is the share of the "
    "stage's variance that the two components hold: the rest can't be seen here. Each panel has a scale of "
    "its own, the same for both axes."
)


def render() -> None:
    names = parts.names("evidence")
    if not names:
        return
    left, right = st.columns([5, 11], vertical_alignment="center", gap="small")
    with left:
        scene = st.segmented_control(
            "Scene",
            list(SCENES),
            label_visibility="collapsed",
            required=True,
            **session.address_widget(page_fields.SAMPLING_TAB, SCENES, next(iter(SCENES))),
        )
    columns = right.columns(FORMULA_WIDTHS[scene], vertical_alignment="center", gap="small")
    for column, (formula, text) in zip(columns, FORMULAS[scene], strict=True):
        column.latex(formula, help=text)
    question = parts.question()
    growing = SCENES[scene]
    if growing is None:
        prior(question)
    else:
        stage.mount(
            "sampling",
            KEY,
            parts.about_image(question, names) | {"scene": growing},
            question=lambda: session.take_question(KEY),
            go=lambda: session.take_destination(KEY),
        )


def prior(question: dict[str, Any]) -> None:
    """How a Gaussian cloud becomes a ring, and images."""
    try:
        run = library.open_map(question["run"])
        with st.spinner(f"A cloud of codes goes through the decoder of {run.name} \u2026"):
            unfolded = run.unfolded
    except (*library.FAILURES, ValueError) as error:
        st.error(library.told(error))
        return
    z, *stages = unfolded.stages
    panels = [("z, from N(0, I)", z.points), ("g(z)", unfolded.ring)]
    panels += [(f"{s.title}: {100 * s.share:.0f} % of variance", s.points) for s in stages]
    dark = st.context.theme.type == "dark"
    st.markdown(
        "One line of arithmetic bends a Gaussian cloud into a ring; the decoder's layers (run "
        f"{parts.plain(run.name)}) fold it into images. Colour: class of the nearest code.",
        help=UNFOLDED_HELP,
    )
    figure = unfolding(panels, unfolded.labels, run.test.classes, dark)
    with st.container(key="unfolding"):
        st.plotly_chart(figure, theme=None, height="stretch", config={"displayModeBar": False})
