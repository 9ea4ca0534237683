"""The address of the pages about one image: its run, its number and its pixels."""

from explorer import vocabulary
from explorer.address.fields import Choice, Name, Whole
from explorer.address.schema import Schema

QUESTION = Schema(
    {
        "run": Name("vae"),
        "image": Whole(0, low=-1),  # number of a test image; -1 is the drawing
        "pixels": Choice("binarised", vocabulary.PIXEL_KINDS),
    }
)
