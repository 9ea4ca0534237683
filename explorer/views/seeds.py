"""The page Seeds: the same models from several seeds, and what of their maps is the model's, what chance."""

from itertools import combinations

import streamlit as st

from explorer import library
from explorer.address import page_fields, session
from explorer.figures.multiples import Panel, multiples
from explorer.figures.palette import class_colours
from explorer.library import Seeds
from training.measures.metrics import Metric
from training.study.agreement import BETWEEN, CLOUD, OVER, SEEDS, described, titles
from training.study.verdicts import cell, sentences, short

COMMAND = "python -m training.seeds"
PAIR_SEPARATOR = " "  # between the names of two models in a group of the summary
VIEWS = {"maps": "maps", "clouds": "each cloud", "pairs": "two seeds"}
ORIENTATIONS = {"own": "as trained", "turned": "turned onto the first seed"}
RANGES = {"model": "one range a model", "own": "each its own range"}
TURNED_HELP = (
    "Turned: each map after the best rotation, and reflection if that is nearer, about its own centre, onto "
    "the first seed of its model (Procrustes). Number in the corner: the disparity from it, 0 if it is the "
    "same, 1 if they have nothing in common."
)
RANGE_HELP = (
    "A square that holds the middle 99.5 % of each map's codes on each axis: of all seeds of a model, so "
    "that spread and place can be compared along a row, or of each map alone. The circle is one standard "
    "deviation of the prior N(0, I), drawn also for models that have none."
)
FORMULAS = {
    "clouds": (
        (
            "covariance and mean of the codes, eigenvalues \u03bb",
            r"\Sigma = \tfrac1n \textstyle\sum_i "
            r"(z_i - \bar z)(z_i - \bar z)^{\!\top},\quad \text{sd} = \sqrt{\lambda_1}, \sqrt{\lambda_2}",
        ),
        (
            "KL of the fitted normal",
            r"\tfrac12\left(\operatorname{tr}\Sigma + |\bar z|^2 - 2 - \log\det\Sigma\right)",
        ),
        ("energy distance, p from N(0, I)", r"2\,\mathbb E|z - p| - \mathbb E|z - z'| - \mathbb E|p - p'|"),
    ),
    "pairs": (
        (
            "disparity of maps A and B, standardised; \u03c3: singular values of A\u1d40B",
            r"\begin{aligned}&\min_{s,\,R} |A - s\,B R|^2\\ &= 1 - (\sigma_1 + \sigma_2)^2\end{aligned}",
        ),
        ("shared neighbours, k = 10", r"\tfrac1n \textstyle\sum_i |N_A(i) \cap N_B(i)| \,/\, k"),
        ("geodesic distance, J = dx/dz", r"\min_{\gamma:\, z \to z'} \int |J \dot\gamma|\,dt"),
    ),
}


def render() -> None:
    try:
        study = library.seeds()
    except library.FAILURES as error:
        st.error(library.told(error))
        return
    if study is None:
        st.title("No runs of several seeds yet")
        text = f"Some three hours on one core; they go to `{library.folder()}/seeds`. Then reload this page."
        st.markdown(f"{text}\n\n```\n{COMMAND}\n```")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="seeds-controls"):
        view = chosen("View", page_fields.SEEDS_VIEW, VIEWS)
        turned = False
        own_range = False
        if view == "maps":
            turned = chosen("Turned", page_fields.SEEDS_TURNED, ORIENTATIONS, TURNED_HELP) == "turned"
            own_range = chosen("Range", page_fields.SEEDS_RANGE, RANGES, RANGE_HELP) == "own"
        if view != "maps":
            st.markdown(protocol(study))
    if view == "maps":
        maps(study, turned, own_range)
    else:
        numbers(study, view)


def chosen(label: str, key: str, options: dict[str, str], text: str | None = None) -> str:
    """The option that a row of buttons holds down."""
    result: str = st.segmented_control(
        label,
        options,
        format_func=options.__getitem__,
        required=True,
        help=text,
        label_visibility="collapsed",
        **session.address_widget(key, options, next(iter(options))),
    )
    return result


def maps(study: Seeds, turned: bool, own_range: bool) -> None:
    """The maps, and what the numbers say."""
    left, right = st.columns([3.55, 1])
    seeds = sorted({run.config.seed for run in study.runs.values()})
    rows = [(titles()[model], panels(study, model, seeds, turned, own_range)) for model in models(study)]
    dark = st.context.theme.type == "dark"
    classes = list(zip(study.classes, class_colours(len(study.classes), dark), strict=True))
    figure = multiples(rows, [f"seed {seed}" for seed in seeds], study.labels, classes, dark)
    with left.container(key="multiples"):
        text = f"Maps of the test images, coloured by class, of the runs {', '.join(study.runs)}"
        st.plotly_chart(figure, theme=None, height="stretch", config={"staticPlot": True}, alt=text)
    with right.container(key="seeds-words"):
        for claim, numbers in sentences(study.summary):
            st.markdown(f"**{claim}** {numbers}")
        st.markdown(protocol(study))
        absent = [f"{m}-{s}" for m in titles() for s in SEEDS if f"{m}-{s}" not in study.runs]
        if absent:
            st.markdown(f"Not there yet: {', '.join(absent)}. `{COMMAND}` makes them.")


def protocol(study: Seeds) -> str:
    """What runs these are, and how long those of each model were trained."""
    epochs = {model: {run.config.epochs for run in study.by_model[model]} for model in models(study)}
    lengths = ", ".join(f"{titles()[m]} {' or '.join(map(str, sorted(e)))}" for m, e in epochs.items())
    return f"Runs of their own: {lengths} epochs."


def models(study: Seeds) -> list[str]:
    return [model for model in titles() if model in study.by_model]


def panels(study: Seeds, model: str, seeds: list[int], turned: bool, own_range: bool) -> list[Panel]:
    """A model's maps, one for each seed; an empty one where there is no run."""
    codes = library.seed_codes(turned)
    names = {seed: f"{model}-{seed}" for seed in seeds if f"{model}-{seed}" in codes}
    first = next(iter(names.values()))
    common = library.square(tuple(codes[name] for name in names.values()))
    made = []
    for name in map(names.get, seeds):
        if name is None:
            made.append(Panel(None))
            continue
        apart = study.pairs.get((first, name), {}).get("disparity") if turned else None
        edges = library.square((codes[name],)) if own_range else common
        made.append(Panel(codes[name], edges, "" if apart is None else f"disparity {short(apart)}"))
    return made


def numbers(study: Seeds, view: str) -> None:
    """A row a measure, a column a model or two of them: the mean, and the range over the seeds."""
    measures: dict[str, Metric] = CLOUD if view == "clouds" else BETWEEN | OVER
    measures = described(measures, study.runs.values())
    groups = models(study) + (pairs_of_models(study) if view == "pairs" else [])
    widths = [1.95, *[1] * len(groups)]
    left, right = st.columns([3.4, 1.6] if view == "clouds" else [4.7, 1.0])
    with left.container(gap=None, key="seeds-numbers"):
        header = st.columns(widths)
        header[0].markdown("mean, range over the seeds")
        for column, group in zip(header[1:], groups, strict=True):
            column.markdown(f"**{group_title(group)}**")
        for key, metric in measures.items():
            row = st.columns(widths)
            row[0].markdown(titled(metric), help=metric.help)
            for column, group in zip(row[1:], groups, strict=True):
                text, reason = worded(study, group, key, metric)
                column.markdown(text, help=reason)
    with right.container(key="seeds-formulas"):
        for title, formula in FORMULAS[view]:
            st.caption(title)
            st.latex(formula)


def pairs_of_models(study: Seeds) -> list[str]:
    """The pairs of two models at the same seed, as the summary names them, that there are."""
    return [group for group in map(PAIR_SEPARATOR.join, combinations(titles(), 2)) if group in study.summary]


def group_title(group: str) -> str:
    """The title of a model, or of two."""
    return ", ".join(titles()[model] for model in group.split(PAIR_SEPARATOR))


def titled(metric: Metric) -> str:
    unit = f", {metric.unit}" if metric.unit not in ("", "%") else ""
    return f"{metric.title}{unit}".replace("-log", "\u2212log")


def worded(study: Seeds, group: str, key: str, metric: Metric) -> tuple[str, str | None]:
    """A cell: its text, and where it is a dash the reason."""
    value = study.summary.get(group, {}).get(key)
    mean, ends = cell(value, metric)
    if value is not None:
        return (f"{mean}  \n:small[{ends}]" if ends else mean), None
    if PAIR_SEPARATOR in group:
        return mean, "It is over the seeds of one model."
    if key in CLOUD:
        reasons = (run.left_out.get(key) for run in study.by_model.get(group, []))
        return mean, next(filter(None, reasons), "not measured")
    if metric.labels and not study.labelled:
        return mean, "The data set has no labels."
    return mean, f"It needs two seeds of the model: `{COMMAND}` makes them."
