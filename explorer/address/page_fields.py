"""What the address of each page may hold: Compare's scene, the question about one image, keys of widgets."""

from explorer import vocabulary
from explorer.address.fields import (
    MOST_CLASSES,
    Choice,
    Code,
    Each,
    Name,
    Number,
    Phrase,
    Switch,
    View,
    Whole,
    Wholes,
)
from explorer.address.schema import Schema

SIDES = ("left", "right")  # the two maps
MOST_CORNERS = 8  # of a walk

SCENE = Schema(  # of Compare: what its two maps show
    {
        "left": Name("ae"),  # the run of each map
        "right": Name("vae"),
        "tool": Choice("look", vocabulary.TOOLS),
        "range": Choice("own", vocabulary.RANGES),
        "spacing": Choice("linear", vocabulary.SPACINGS),
        "order": Choice("under", vocabulary.ORDERS),
        "layer": Choice("none", vocabulary.LAYER_CHOICES),
        "colour": Choice("class", vocabulary.COLOUR_CHOICES),
        "points": Switch(True),
        "manifold": Switch(True),
        "prior": Switch(True),
        "ellipses": Switch(False),
        "opacity": Number(0.55, 0, 1),
        "hidden": Wholes(most=MOST_CLASSES),  # classes greyed out, by number
        "pins": Each(dict.fromkeys(SIDES), Code()),
        "views": Each(dict.fromkeys(SIDES), View()),  # of a map that is zoomed or moved
        "shape": Choice("lasso", vocabulary.SHAPES),  # of a selection
        "select": Phrase(  # what is selected, unless by hand
            "", r"|class \d{1,3}|(error|misplaced) (left|right)", '"class 3", "error left", "misplaced right"'
        ),
        "walk": Wholes(low=-1, most=MOST_CORNERS),  # numbers of test images; -1 is the drawing
        "loop": Switch(False),
        "steps": Whole(14, 4, 30),  # pictures of a walk
        "source": Choice("prior", tuple(vocabulary.SOURCES)),  # of a sample
        "count": Whole(60, 10, 300),
        "seed": Whole(0, 0, 2**32 - 1),
        "image": Whole(0),  # number of the test image in question
    }
)
DEFAULT_RUNS = tuple(SCENE.fields[side].default for side in SIDES)  # of the two maps

QUESTION = Schema(  # of the pages about one image
    {
        "run": Name("vae"),
        "image": Whole(0, low=-1),  # number of a test image; -1 is the drawing
        "pixels": Choice("binarised", vocabulary.PIXEL_KINDS),
    }
)

# The keys of the widgets whose values stand in the address, and what they choose.
SAMPLING_TAB = "show"  # what the page Why not sample? shows
TEST_SET_RUNS = "tested"  # the runs of the page Test set
TEST_SET_ASPECT = "aspect"  # what that page shows of them
SEEDS_VIEW = "view"  # what the page Seeds shows
SEEDS_TURNED = "maps-turned"  # whether its maps are turned onto the first seed
SEEDS_RANGE = "maps-range"  # whether its maps have one range
TRAINING_RUNS = "runs"  # the runs of the page Training
