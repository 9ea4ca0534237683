"""What the numbers over several seeds say: a table, and plain sentences on what holds and what is chance."""

from collections.abc import Callable

from training.families import FAMILIES, able
from training.measures.metrics import Metric
from training.study import store
from training.study.agreement import BETWEEN, CLOUD, OVER, Range, Summary, titles
from training.study.comparison import NEIGHBOURS

UNUSUAL = 0.05  # Two maps are more alike than chance if less than this share of the deals come as near.
STEADY = 1.15  # A cloud is fixed if its largest sd over the seeds is less than this times its smallest.
PERCENT = "\u00a0%"  # The space keeps the sign on the line of its number.
RULE_SHARE = 0.8  # A difference is the rule if at least this share of the pairs has it.

Verdict = tuple[str, str]  # the claim, and the numbers it rests on


def sentences(summary: Summary) -> list[Verdict]:
    """Claims about the models with two seeds or more. Two of them need labels: arrangement, accuracy."""
    own = {model: summary[model] for model in store.models() if "disparity" in summary.get(model, {})}
    if not own:
        return []
    claims: dict[Callable[[Summary], Verdict], str] = {
        cloud: "longer",
        arrangement: "as_near",
        neighbours: "shared",
        distances: "geodesic",
        accuracy: "knn_5",
    }
    return [claim(own) for claim, key in claims.items() if all(key in values for values in own.values())]


def cloud(own: Summary) -> Verdict:
    """Whether location and spread are the same for every seed, with a prior and without."""
    axes = ("longer", "shorter")
    steady = {m: all(v[axis].high < STEADY * v[axis].low for axis in axes) for m, v in own.items()}
    with_prior = set(own) & set(able("prior"))
    prior = [steady[m] for m in own if m in with_prior]
    claim = "The prior fixes the cloud." if all(prior) else "The prior does not fix the cloud."
    if not prior:
        claim = "The cloud is the same for every seed." if all(steady.values()) else "The cloud is chance."
    elif all(prior) and len(with_prior) < len(own) and all(steady.values()):
        claim = "Each model\u2019s cloud is the same for every seed."
    numbers = each(own, lambda v: f"{short(v['longer'].low)} to {short(v['longer'].high)}")
    return claim, f"Sd along the longer axis: {numbers}."


def arrangement(own: Summary) -> Verdict:
    """Whether the classes lie to each other as under another seed, beyond what any clusters would."""
    more = {m: share(v["as_near"], lambda near: near < UNUSUAL) for m, v in own.items()}
    if all(s < 0.5 for s in more.values()):
        claim = "It does not fix the arrangement." if len(own) > 1 else "The arrangement is mostly chance."
    else:
        models = ", ".join(titles()[m] for m, s in more.items() if s >= 0.5)
        claim = f"The arrangement is partly the model\u2019s ({models})."
    count = rest(own, lambda v: str(sum(near < UNUSUAL for near in v["as_near"].values)))
    pairs = max(len(v["as_near"].values) for v in own.values())
    return claim, (
        f"Procrustes disparity of two seeds: {each(own, mean('disparity', short))}; with the classes\u2019 "
        f"places dealt at random: {rest(own, mean('disparity_dealt', short))}. Nearer than 95 % of such "
        f"deals: {count} of {pairs} pairs."
    )


def neighbours(own: Summary) -> Verdict:
    """Whether neighbours stay neighbours, beyond those of one's class; without labels, beyond chance."""
    labelled = all("shared_in_class" in v for v in own.values())
    less = "shared_in_class" if labelled else "shared_by_chance"
    than = "the class" if labelled else "chance"
    beyond = all(v["shared"].low > v[less].high for v in own.values())
    claim = f"Neighbours: more than {than}, far from all." if beyond else f"Neighbours: {than}, if anything."
    if beyond and all(v["shared"].mean > 0.5 for v in own.values()):
        claim = "Most neighbours stay neighbours."
    shared = each(own, mean("shared", tenths))
    by = "class alone" if labelled else "chance"
    return (
        claim,
        f"Kept of an image\u2019s {NEIGHBOURS} nearest: {shared}; by {by}: {rest(own, mean(less, tenths))}.",
    )


def distances(own: Summary) -> Verdict:
    """Whether geodesic distances agree more from seed to seed than straight ones in the plane."""
    wins = {m: paired(v["geodesic"], v["code"]) for m, v in own.items()}
    shares = [sum(w) / len(w) for w in wins.values()]
    if min(shares) >= RULE_SHARE:
        claim = "Geodesic distances are steadier than distances on the map."
    elif max(shares) <= 1 - RULE_SHARE:
        claim = "Geodesic distances are no steadier than distances on the map."
    else:
        models = ", ".join(titles()[m] for m, w in wins.items() if sum(w) / len(w) >= RULE_SHARE)
        claim = f"Geodesic distances: steadier for {models}." if models else "Geodesic distances: undecided."
    return claim, (
        f"Rank correlation of two seeds: {each(own, mean('geodesic', short))}; on the map: "
        f"{rest(own, mean('code', short))}; of the decoded pictures, without a map: "
        f"{rest(own, mean('picture', short))}."
    )


def accuracy(own: Summary) -> Verdict:
    """Whether the 5-NN accuracy tells the models apart, whatever the seed."""
    ranges = [v["knn_5"] for v in own.values()]
    apart = [a.high < b.low or b.high < a.low for i, a in enumerate(ranges) for b in ranges[:i]]
    pair = [m for m in own if "encoder" in FAMILIES[m].abilities]
    if len(pair) == 2:
        a, b = (own[m]["knn_5"] for m in pair)
        verb = "tells" if a.high < b.low or b.high < a.low else "does not tell"
        claim = f"{' and '.join(titles()[m] for m in pair)}: 5-NN {verb} them apart."
    else:
        claim = "5-NN tells the models apart." if apart and all(apart) else "5-NN accuracy over the seeds."
    low_high = each(own, lambda v: f"{100 * v['knn_5'].low:.1f} to {percent(v['knn_5'].high, 1)}")
    return claim, f"{low_high}."


def each(own: Summary, words: Callable[[dict[str, Range]], str]) -> str:
    """The same of every model, the models named if there are several."""
    texts = {model: words(values) for model, values in own.items()}
    return ", ".join(text if len(own) == 1 else f"{titles()[model]} {text}" for model, text in texts.items())


def rest(own: Summary, words: Callable[[dict[str, Range]], str]) -> str:
    """The same of every model, in the order in which `each` named them."""
    return ", ".join(map(words, own.values()))


def mean(key: str, words: Callable[[float], str]) -> Callable[[dict[str, Range]], str]:
    return lambda values: words(values[key].mean)


def paired(a: Range, b: Range) -> list[bool]:
    return [x > y for x, y in zip(a.values, b.values, strict=True)]


def share(measured: Range, holds: Callable[[float], bool]) -> float:
    return sum(map(holds, measured.values)) / len(measured.values)


def percent(value: float, digits: int = 0) -> str:
    return f"{100 * value:.{digits}f}{PERCENT}"


def tenths(value: float) -> str:
    return percent(value, 1)


def short(value: float) -> str:
    """A number with about three digits."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}".replace("-", "\u2212")


def cell(value: Range | None, metric: Metric) -> tuple[str, str]:
    """A measure's mean, and its range if it has one: "0.98" and "0.95 to 1.02"; a dash where it is absent."""
    if value is None:
        return "\u2013", ""
    words: Callable[[float], str] = {"%": tenths}.get(metric.unit, precise)
    if len(value.values) == 1:
        return words(value.mean), ""
    low, high = words(value.low), words(value.high)
    if low == high:
        return low, ""
    return words(value.mean), f"{low.removesuffix(PERCENT)} to {high}"


def precise(value: float) -> str:
    """A number with about four digits."""
    digits = 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}".replace("-", "\u2212")


def table(summary: Summary) -> str:
    """All of it, for a terminal: a row a measure, a column a model."""
    models = [model for model in store.models() if model in summary]
    lines = [f"{'mean (range) over seeds':32}" + "".join(f"{titles()[m]:>28}" for m in models)]
    for key, metric in (CLOUD | BETWEEN | OVER).items():
        cells = [cell(summary[m].get(key), metric) for m in models]
        columns = "".join(f"{mean + (f' ({ends})' if ends else ''):>28}" for mean, ends in cells)
        lines.append(f"{metric.title:32}{columns}")
    return "\n".join([*lines, "", *(f"{claim} {numbers}" for claim, numbers in sentences(summary))])
