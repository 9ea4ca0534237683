"""The gaps of a run's test images, as training.measures.gaps.described kept them, checked when read."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

LARGEST_NUMBER = 1e9  # nats, images, and numbers of images
MOST_CLASSES = 1_000
MOST_WORST = 100  # images that are kept by number
MOST_BINS = 1_000  # of a histogram

Real = Annotated[float, Meta(gt=-LARGEST_NUMBER, lt=LARGEST_NUMBER)]
Edge = Annotated[float, Meta(gt=0, lt=LARGEST_NUMBER)]
Number = Annotated[int, Meta(ge=0, lt=int(LARGEST_NUMBER))]


class Summary(msgspec.Struct):
    """Of some gaps: how many images, mean and quantiles in nats, and how many in each bin."""

    images: Annotated[int, Meta(ge=1, lt=int(LARGEST_NUMBER))]
    mean: Real
    median: Real
    p90: Real
    p99: Real
    counts: Annotated[list[Number], Meta(min_length=2, max_length=MOST_BINS)]


class Worst(msgspec.Struct):
    """An image of a large gap."""

    image: Number
    label: Number
    gap: Real
    log_p: Real
    elbo: Real


class Gaps(msgspec.Struct):
    """Edges of the bins, all images, those of each class, and the worst; every histogram has these bins."""

    edges: Annotated[list[Edge], Meta(min_length=3, max_length=MOST_BINS + 1)]
    all: Summary
    classes: Annotated[dict[str, Summary], Meta(max_length=MOST_CLASSES)]
    worst: Annotated[list[Worst], Meta(max_length=MOST_WORST)]

    def __post_init__(self) -> None:
        if any(a >= b for a, b in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError("the edges of the bins must ascend")
        for summary in (self.all, *self.classes.values()):
            if len(summary.counts) != len(self.edges) - 1:
                raise ValueError("every histogram must have as many counts as there are bins")
        if len({case.image for case in self.worst}) < len(self.worst):
            raise ValueError("an image is among the worst once")


def checked(value: Any) -> dict[str, Any]:
    """The gaps, if they have this form; else nothing, as of a run that was not measured."""
    try:
        gaps: dict[str, Any] = msgspec.to_builtins(msgspec.convert(value, Gaps))
    except (msgspec.ValidationError, ValueError, OverflowError):
        return {}
    return gaps
