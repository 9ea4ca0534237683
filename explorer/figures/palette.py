"""The colours of the classes, told apart also with any colour blindness; one set for each background."""

# Found by search: the least distance of any two colours in OKLab, over normal vision and simulated
# protanopia, deuteranopia and tritanopia (Machado et al. 2009), was made large
# with some lightness and chroma kept, and a distance from the ink of the images; a test measures it.
LIGHT = (
    "#0b71ac", "#dfaf17", "#9e0afe", "#2cd3c3", "#723111",
    "#f06772", "#55197b", "#120bcc", "#b11c62", "#c47af6",
)  # fmt: skip
DARK = (
    "#9cacee", "#8ff16c", "#c769ff", "#08a7ac", "#2d852b",
    "#f71032", "#a002db", "#7f6ebc", "#ae2074", "#db9f08",
)  # fmt: skip


def class_colours(count: int, dark: bool) -> list[str]:
    """`count` colours; beyond ten they begin again (a legend and labels tell those apart)."""
    colours = DARK if dark else LIGHT
    return [colours[i % len(colours)] for i in range(count)]
