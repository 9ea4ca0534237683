"""What training.evaluate measures: for every key its title, unit, meaning and which way is better."""

from textwrap import wrap
from typing import Any, NamedTuple

from training.kit.numbers import with_unit
from training.protocol import (
    CELLS,
    CONFIDENCE_BINS,
    ELBO_SAMPLES,
    EXTENT,
    GAUSSIAN_SD,
    GRID,
    HOLE_LEVEL,
    IW_SAMPLES,
    SEEDS,
    TRUSTED_NEIGHBOURS,
)


class Metric(NamedTuple):
    """A line of the table. A value of unit "%" is a share between 0 and 1; `better`: higher, lower, None.

    It applies to models that have all abilities of `needs`, of a code of two numbers where `plane` is set,
    of this `likelihood` where one is named, and to data sets with labels where `labels` is set.
    """

    title: str
    unit: str
    help: str
    better: str | None
    needs: tuple[str, ...] = ("encode", "decode")
    plane: bool = False
    likelihood: str = ""
    labels: bool = False


DRAWS = {1: "one", 5: "five"}[len(SEEDS)]
GRID_WORDS = f"{GRID} x {GRID}"
SQUARE = f"[-{EXTENT:g}, {EXTENT:g}]^2"
BINARISED = f"Test pixels drawn as Bernoulli(x), {DRAWS} fixed seeds; mean over images and seeds."
GREY = "Pixels x in [0, 1] as they are, in place of 0 or 1; mean over the test images."
DENSITY = (
    f"Gaussian p(x|z) with sd {GAUSSIAN_SD:g} on grey pixels: a density, not comparable with Bernoulli "
    "pixels."
)
ELBO = f"ELBO = E_q[log p(x|z)] - KL(q(z|x) || N(0, I)): {ELBO_SAMPLES} codes an image, KL in closed form."
RECONSTRUCTION = f"-E_q[log p(x|z)]: {ELBO_SAMPLES} codes an image from q(z|x)."
KL = "KL(q(z|x) || N(0, I)) in closed form, summed over the dimensions."
EXACT = f"-log of the integral of p(x|z) N(z; 0, I) over the plane: midpoint rule, {GRID_WORDS} on {SQUARE}."
GAP = (
    "log p(x) - ELBO = KL(q(z|x) || p(z|x)): what q misses of the true posterior. Without an encoder, q is "
    "the normal with the posterior's mean and variances."
)
IW = (
    f"-log of the mean of {IW_SAMPLES} weights p(x|z) p(z) / q(z|x), z from q(z|x) (Burda et al. 2016): "
    "on average above -log p(x)."
)
AXES = "Of each axis, over the test codes: means of q(z|x), of grey images."
PLAIN = "Grey pixels in [0, 1]."
NEIGHBOURS = "nearest training codes vote on the label of a test code (means of grey images)."

ALL_IMAGES = (
    f"Over the test images, log p(x) by {GRID_WORDS} points, ELBO by quadrature without chance; the first "
    "binarisation (Gaussian p(x|z): grey pixels)."
)
RATE = (
    "q(z) is the mean of q(z|x) over the test images (grey pixels), its mass exact in each of "
    f"{CELLS} x {CELLS} cells of {SQUARE} (the outer ones reach to infinity)."
)
FEWER_SEEDS = "Test pixels drawn as Bernoulli(x), fixed seeds: the first alone, or as many as iw_seeds says."
NEEDS_EVIDENCE = ("prior", "posterior", "evidence")
NEEDS_ANSWERS = ("classify",)


def likelihood_metrics(pixels: str, words: str, likelihood: str) -> dict[str, Metric]:
    """The bounds, the likelihood and the terms of one protocol: its pixels, what they are, whose they are."""

    def metric(title: str, text: str, better: str | None, plane: bool = False) -> Metric:
        title = f"{title}, {pixels}"
        return Metric(title, "nats", text, better, NEEDS_EVIDENCE, plane, likelihood)

    return {
        f"elbo_{pixels}": metric("ELBO", f"{ELBO} {words}", "higher"),
        f"reconstruction_{pixels}": metric("Reconstruction", f"{RECONSTRUCTION} {words}", "lower"),
        f"kl_{pixels}": metric("KL", f"{KL} {words}", None),
        f"iw500_{pixels}": metric("IW-500", f"{IW} {words}", "lower"),
        f"nll_{pixels}": metric("-log p(x)", f"{EXACT} {words}", "lower", plane=True),
        f"gap_{pixels}": metric("Gap", f"{GAP} {words}", "lower", plane=True),
    }


BINARISED_METRICS = likelihood_metrics("binarised", BINARISED, "bernoulli")
GREY_METRICS = likelihood_metrics("grey", GREY, "bernoulli")
DENSITY_METRICS = likelihood_metrics("density", DENSITY, "gaussian")
GREY_METRICS["nll_grey"] = GREY_METRICS["nll_grey"]._replace(
    help=f"{EXACT} {GREY} Never below the entropy floor."
)
del GREY_METRICS["iw500_grey"]  # it takes longest, and is published of binarised pixels

METRICS: dict[str, Metric] = {
    "elbo_binarised": BINARISED_METRICS["elbo_binarised"],
    "elbo_binarised_sd_of_seeds": Metric(
        "ELBO, binarised, sd",
        "nats",
        f"Standard deviation between the {DRAWS} binarisations.",
        None,
        needs=NEEDS_EVIDENCE,
        likelihood="bernoulli",
    ),
    "reconstruction_binarised": BINARISED_METRICS["reconstruction_binarised"],
    "kl_binarised": BINARISED_METRICS["kl_binarised"],
    "kl_per_dimension": Metric(
        "KL per dimension",
        "nats",
        "KL(q(z|x) || N(0, 1)) of each dimension of z; they add up to the KL above. Near 0: an unused one.",
        None,
        needs=NEEDS_EVIDENCE,
    ),
    "iw500_binarised": BINARISED_METRICS["iw500_binarised"]._replace(help=f"{IW} {FEWER_SEEDS}"),
    "nll_binarised": BINARISED_METRICS["nll_binarised"],
    "nll_binarised_sd_of_seeds": Metric(
        "-log p(x), binarised, sd",
        "nats",
        f"Standard deviation between the {DRAWS} binarisations.",
        None,
        needs=NEEDS_EVIDENCE,
        plane=True,
        likelihood="bernoulli",
    ),
    "gap_binarised": BINARISED_METRICS["gap_binarised"]._replace(title="Gap, mean, binarised"),
    "gap_median": Metric(
        "Gap, median", "nats", f"{GAP} {ALL_IMAGES}", "lower", needs=NEEDS_EVIDENCE, plane=True
    ),
    "gap_p99": Metric(
        "Gap, 99th percentile",
        "nats",
        f"99 % have a smaller gap. {GAP} {ALL_IMAGES}",
        "lower",
        needs=NEEDS_EVIDENCE,
        plane=True,
    ),
    **GREY_METRICS,
    **DENSITY_METRICS,
    "rate": Metric(
        "Rate",
        "nats",
        "E KL(q(z|x) || N(0, I)) = I(x; z) + KL(q(z) || N(0, I)), in closed form: mean over the test images, "
        "grey pixels (Hoffman & Johnson 2016).",
        None,
        needs=NEEDS_EVIDENCE,
        plane=True,
    ),
    "mutual_information": Metric(
        "Mutual information I(x; z)",
        "nats",
        "Rate - KL(q(z) || N(0, I)): how much z tells which of the n test images it came from, at most log n "
        f"(9.21 for 10,000). {RATE} Too large by at most what the cells lose.",
        None,
        needs=NEEDS_EVIDENCE,
        plane=True,
    ),
    "aggregate_kl": Metric(
        "KL(q(z) || N(0, I))",
        "nats",
        f"How far all codes together are from the prior. {RATE} Too small by at most what the cells lose.",
        "lower",
        needs=NEEDS_EVIDENCE,
        plane=True,
    ),
    "aggregate_kl_error": Metric(
        "Lost by the cells",
        "nats",
        "Rate less the rate that the cells see, mean of KL(masses of q(z|x) || masses of N(0, I)): a bound "
        "on the error of I(x; z) and of KL(q(z) || N(0, I)), since cells can only lessen a divergence.",
        None,
        needs=NEEDS_EVIDENCE,
        plane=True,
    ),
    "aggregate_kl_change": Metric(
        "Change of KL(q(z) || N(0, I))",
        "nats",
        "By how much it was less with half as many cells a side; what is left is about a third of this.",
        None,
        needs=NEEDS_EVIDENCE,
        plane=True,
    ),
    "cross_entropy": Metric(
        "Cross-entropy",
        "nats",
        "-sum of x log y + (1 - x) log(1 - y), y decoded from the mean code, whatever the run was "
        f"trained on. {GREY} Never below the entropy floor.",
        "lower",
    ),
    "entropy_floor": Metric(
        "Entropy floor",
        "nats",
        f"-sum of x log x + (1 - x) log(1 - x): the cross-entropy of a perfect reconstruction. {GREY}",
        None,
    ),
    "mse": Metric(
        "Squared error a pixel",
        "",
        "Mean over images and pixels of (x - y)^2, y decoded from the mean code; grey pixels in [0, 1].",
        "lower",
    ),
    "knn_1": Metric(
        "1-NN accuracy",
        "%",
        "The label of the nearest training code, for each test code (means of grey images).",
        "higher",
        labels=True,
    ),
    "knn_5": Metric("5-NN accuracy", "%", f"5 {NEIGHBOURS}", "higher", labels=True),
    "knn_20": Metric("20-NN accuracy", "%", f"20 {NEIGHBOURS}", "higher", labels=True),
    "trustworthiness": Metric(
        "Trustworthiness",
        "",
        f"1 if the {TRUSTED_NEIGHBOURS} nearest test codes of a code belong to images among its "
        f"{TRUSTED_NEIGHBOURS} nearest; less, the further "
        "those images are (Venna & Kaski 2001). Grey pixels, Euclidean distance, test images only.",
        "higher",
    ),
    "code_mean": Metric("Mean of the codes", "", AXES, None),
    "code_sd": Metric("Sd of the codes", "", AXES, None),
    "code_kl_to_prior": Metric(
        "KL of the codes to N(0, I)",
        "nats",
        "KL(N(m, S) || N(0, I)) = (tr S + |m|^2 - d - log det S) / 2, m and S being mean and covariance of "
        "the test codes: compares centre and spread only.",
        None,
    ),
    "code_energy_distance": Metric(
        "Energy distance of the codes to N(0, I)",
        "",
        "2 E|z - p| - E|z - z'| - E|p - p'|, z being test codes and p drawn from N(0, I), in units of z "
        "(Szekely & Rizzo 2013): 0 only if the codes are spread as N(0, I), shape included.",
        None,
        plane=True,
    ),
    "prior_holes": Metric(
        "Holes in N(0, I)",
        "%",
        "Share of N(0, I) where the nearest test code (means, grey pixels) is farther off than in "
        f"{1 - HOLE_LEVEL:.0%} of clouds of as many codes drawn from N(0, I): prior mass that holds no code. "
        f"Such a cloud scores {HOLE_LEVEL:.0%}.".replace("%", " %"),
        "lower",
        plane=True,
    ),
    "accuracy": Metric(
        "Accuracy",
        "%",
        f"Share of test images whose likeliest class is their label. {PLAIN}",
        "higher",
        needs=NEEDS_ANSWERS,
        labels=True,
    ),
    "label_cross_entropy": Metric(
        "Cross-entropy of the label",
        "nats",
        f"-log of the probability of the true class: mean over the test images. {PLAIN}",
        "lower",
        needs=NEEDS_ANSWERS,
        labels=True,
    ),
    "calibration_error": Metric(
        "Calibration error",
        "%",
        "How far accuracy and probability of the likeliest class lie apart in each of "
        f"{CONFIDENCE_BINS} equal bins of that "
        f"probability: mean over the test images (expected calibration error, Guo et al. 2017). {PLAIN}",
        "lower",
        needs=NEEDS_ANSWERS,
        labels=True,
    ),
}


def table(name: str, metrics: dict[str, Any]) -> str:
    """What evaluate.measure found, for reading: aligned values, how they were measured, what is left out."""
    values, p = metrics["values"], metrics["protocol"]
    rows = [
        (m.title, with_unit(values[k], m.unit), m.better or "") for k, m in METRICS.items() if k in values
    ]
    wide = [max(len(row[column]) for row in [*rows, ("", "value", "")]) for column in range(2)]
    lines = [f"{name}: {p['model']} on {p['dataset']}", ""]
    lines += [f"{'':{wide[0]}}  {'value':>{wide[1]}}  better"]
    lines += [f"{title:{wide[0]}}  {value:>{wide[1]}}  {better}".rstrip() for title, value, better in rows]
    lines += ["", *wrap(protocol_in_words(p), 100)]
    reasons: dict[str, list[str]] = {}
    for key, reason in metrics["left_out"].items():
        reasons.setdefault(reason, []).append(METRICS[key].title)
    for reason, titles in reasons.items():
        lines += wrap(f"Left out, because {reason}: {'; '.join(titles)}.", 100)
    return "\n".join(lines)


def protocol_in_words(p: dict[str, Any]) -> str:
    text = f"All values over {p['test_images']:,} test images, "
    if "neighbours" not in p:
        return f"{text}trained on {p['training_images']:,} training images."
    text += (
        f"neighbours among {p['training_images']:,} training images, of which "
        f"{p['held_out_in_training']:,} were held out in training."
    )
    if "grid" not in p:
        return text
    if p["binarisation_seeds"]:
        text += f" Binarised: pixels drawn as Bernoulli(x), mean over seeds {p['binarisation_seeds']}."
    grid, end = p["grid"], p["extent"]
    return (
        f"{text} ELBO: {p['elbo_samples']} codes an image. IW: {p['iw_samples']} codes an image, seeds "
        f"{p['iw_seeds'] or 'none'}. -log p(x): midpoint rule, {grid[0]} x {grid[1]} points on "
        f"[-{end:g}, {end:g}]^2, prior N(0, I)."
    )
