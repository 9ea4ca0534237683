"""The colours of the classes, told apart also with any colour blindness; one set for each background."""

# Found by search: the least distance of any two colours in OKLab, over normal vision and simulated
# protanopia, deuteranopia and tritanopia (Machado et al. 2009), is as large as could be; a test measures it.
LIGHT = (
    "#5d94f9", "#f95315", "#823ec5", "#17ccd6", "#a24715",
    "#0e133f", "#5d2642", "#3a119d", "#08607e", "#c76ca9",
)  # fmt: skip
DARK = (
    "#6fd5fd", "#ff8d23", "#af97ff", "#538bbc", "#a37c17",
    "#d6cf96", "#9f4382", "#7251dd", "#d2fe48", "#ff5276",
)  # fmt: skip


def class_colours(count: int, dark: bool) -> list[str]:
    """`count` colours; beyond ten they begin again (a legend and labels tell those apart)."""
    colours = DARK if dark else LIGHT
    return [colours[i % len(colours)] for i in range(count)]
