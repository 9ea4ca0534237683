"""The page Test set: the gap of all images, the worst of them, q(z) against the prior, and one table."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from explorer import library
from explorer.address import page_fields, session
from explorer.address.page_fields import DEFAULT_RUNS
from explorer.figures import png
from explorer.figures.aggregate import AggregateMap, aggregate_maps
from explorer.figures.palette import class_colours
from explorer.figures.ridges import ridges
from explorer.library import Opened
from explorer.views import parts

MOST_RUNS = 3  # side by side
PICTURES_A_ROW = 6  # pictures a row of the worst cases
TABLE_ROWS = (
    "rate",
    "mutual_information",
    "aggregate_kl",
    "prior_holes",
    "gap_binarised",
    "gap_median",
    "gap_p99",
    "nll_binarised",
    "elbo_binarised",
    "cross_entropy",
    "mse",
    "knn_5",
    "trustworthiness",
)
GAP_HELP = (
    r"\text{gap} = \log p(x) - \text{ELBO} = \mathrm{KL}(q(z|x)\,\|\,p(z|x))",
    "In nats, for each test image: its first binarisation, seed 0 (a Gaussian p(x|z): grey pixels). "
    "log p(x): 512 x 512 points of [-6, 6]^2, which is off by up to about a nat on single images and can "
    "leave a gap a little below 0. ELBO: KL in closed form, E_q[log p(x|z)] by quadrature without chance.",
)
RATE_HELP = (
    r"\underbrace{\mathbb{E}_x\,\mathrm{KL}(q(z|x)\,\|\,p(z))}_{\text{rate}} = I(x; z) + "
    r"\mathrm{KL}(q(z)\,\|\,p(z)),\quad q(z) = \tfrac{1}{n}\textstyle\sum_i q(z|x_i)",
    "In nats, over the n test images, grey pixels (Hoffman & Johnson 2016): what the codes tell of the "
    "image, at most log n, and how far all codes together are from the prior.",
)
RIDGES_HELP = (
    "The share of a class's images in each bin of the gap, ten bins a decade, on one scale for all. Ticks: "
    "median, 90 % and 99 % of the class; hover them for their values. Gaps of 0.01 nats or less count in the "
    "first bin."
)
WORST_HELP = (
    "The images of the largest gap, with the gap in nats under each (hover for log p(x) and ELBO). The "
    "picture is the grey test image; the gap is that of its binarisation of seed 0. A click on the number "
    "opens the map with this image in question."
)
PLANES_HELP = (
    "Left: the density of q(z), the mean of q(z|x) over the test images. Right: log q(z) / p(z), blue where "
    "there are more codes than the prior has, orange where there are fewer, grey where both densities are "
    "below 0.001. From the exact masses of all "
    "q(z|x) in 200 x 200 cells of [-4, 4]^2, grey pixels. Circles: the prior at 1, 2 and 3 sd. The density's "
    "scale ends where 0.5 % of the cells are denser; that of the ratio at 4 nats; hover for the value."
)


def render() -> None:
    names = parts.names("decode")
    if not names:
        return
    default = with_another(DEFAULT_RUNS, names) or names[:MOST_RUNS]
    proposal = with_another(session.scene_runs(), names)
    left, right = st.columns([3, 2], vertical_alignment="top")
    chosen = left.multiselect(
        "Runs",
        names,
        max_selections=MOST_RUNS,
        help="Up to three, side by side",
        **session.address_widget(page_fields.TEST_SET_RUNS, names, default, proposal, MOST_RUNS),
    )
    aspect = right.segmented_control(
        "Shown",
        list(ASPECTS),
        required=True,
        **session.address_widget(page_fields.TEST_SET_ASPECT, ASPECTS, "gap"),
    )
    parts.unusable()
    loaded = parts.opened(chosen)
    if not loaded:
        st.info("Choose a run above.")
        return
    ASPECTS[aspect](loaded)


def with_another(first: Iterable[str], names: list[str]) -> list[str]:
    """Those of the first runs that there are, and one of another family beside them."""
    chosen = [name for name in dict.fromkeys(first) if name in names]
    if not chosen:
        return []
    other = library.beside(chosen, names)
    return [*chosen, *([other] if other else [])][:MOST_RUNS]


def with_gaps(loaded: list[Opened], words: str, help: str) -> list[Opened]:
    """The formula, what is shown, why some runs have no gaps; returns the runs that have them."""
    st.latex(GAP_HELP[0], help=GAP_HELP[1])
    st.markdown(" ".join([words, *(no_gap(run) for run in loaded if not run.gaps)]), help=help)
    return [run for run in loaded if run.gaps]


def no_gap(run: Opened) -> str:
    reason = run.left_out.get("gap_median")
    if reason:
        return f"{parts.plain(run.name)} has none: {reason}."
    return f"{parts.evaluation(run.name)} measures those of {parts.plain(run.name)}."


def show_gap(loaded: list[Opened]) -> None:
    words = "Gaps by class; ticks: median, 90 %, 99 %; numbered bars are cut."
    known = with_gaps(loaded, words, RIDGES_HELP)
    if known:
        dark = st.context.theme.type == "dark"
        classes = list(dict.fromkeys(name for run in known for name in run.gaps["classes"]))
        colours = dict(zip(classes, class_colours(len(classes), dark), strict=True))
        figure = ridges([(run.name, run.gaps) for run in known], colours, dark)
        with st.container(key="ridges"):
            st.plotly_chart(figure, theme=None, height="stretch", config={"displaylogo": False})


def show_worst(loaded: list[Opened]) -> None:
    known = with_gaps(
        loaded, "The largest gaps, in nats; each number opens its image on the map.", WORST_HELP
    )
    with st.container(key="worst"):
        for column, run in zip(st.columns(max(2, len(known)), gap="large"), known, strict=False):
            with column:
                st.markdown(f"**{parts.plain(run.name)}**")
                worst_of(run)


def worst_of(run: Opened) -> None:
    """The run's worst cases, PICTURES_A_ROW pictures a row."""
    try:
        pictures = run.test.images
    except library.FAILURES as error:
        st.error(library.told(error))
        return
    dark = st.context.theme.type == "dark"
    cases = [case for case in run.gaps["worst"] if case["image"] < len(pictures)]
    for first in range(0, len(cases), PICTURES_A_ROW):
        cells = st.columns(PICTURES_A_ROW, gap="small")
        for cell, case in zip(cells, cases[first : first + PICTURES_A_ROW], strict=False):
            alt = f"test image {case['image']}, a {case['label']}"
            cell.image(png.tile(pictures[case["image"]], dark), width="stretch", alt=alt)
            worst_case(cell, run.name, case)


def worst_case(cell: Any, run: str, case: Mapping[str, Any]) -> None:
    """The gap of an image, as the button that opens it on the map."""
    cell.button(
        f":primary[{case['gap']:.0f} nats]",
        key=f"{run}-{case['image']}",
        type="tertiary",
        help=f"Test image {case['image']}, label {case['label']}: log p(x) {case['log_p']:.1f}, "
        f"ELBO {case['elbo']:.1f}, gap {case['gap']:.1f} nats. Click to see it on the map.".replace(
            "-", "\u2212"
        ),
        on_click=open_on_map,
        args=(run, case["image"]),
    )


def open_on_map(run: str, image: int) -> None:
    """Leave for the map, with the image's own code pinned."""
    try:
        pin = library.open_map(run).codes.mean[image].tolist()
    except library.FAILURES:  # the map says why
        pin = None
    session.show_on_map(run, image, pin)


def show_planes(loaded: list[Opened]) -> None:
    st.latex(RATE_HELP[0], help=RATE_HELP[1])
    maps = []
    for run in loaded:
        try:
            with st.spinner(f"q(z) of {run.name}"):
                q = library.open_map(run.name).aggregate
            maps.append(AggregateMap(run.name, q.density, q.log_ratio, *q.axes))
        except (*library.FAILURES, ValueError) as error:
            st.markdown(library.told(error))
    if not maps:
        return
    dark = st.context.theme.type == "dark"
    with st.container(key="planes"):
        st.plotly_chart(
            aggregate_maps(maps, dark), theme=None, height="stretch", config={"displaylogo": False}
        )
    st.markdown("   ·   ".join(filter(None, map(split_rate, loaded))), help=PLANES_HELP)


def split_rate(run: Opened) -> str:
    """The run's rate and what it is made of, in words; "" where it was not measured."""
    values = run.measured
    keys = ("rate", "mutual_information", "aggregate_kl")
    if not all(isinstance(values.get(key), float) for key in keys):
        return ""
    rate, information, divergence = (f"{values[key]:.3f}" for key in keys)
    name = parts.plain(run.name)
    return f"{name}: rate {rate} = I(x; z) {information} + KL(q(z) || p(z)) {divergence} nats"


def show_table(loaded: list[Opened]) -> None:
    parts.table(loaded, TABLE_ROWS)


ASPECTS = {"gap": show_gap, "worst cases": show_worst, "q(z)": show_planes, "table": show_table}
