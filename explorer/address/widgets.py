"""The keys of the widgets whose values stand in the address, and what they choose."""

SAMPLING_SCENE = "show"  # which scene of the page Why not sample?
TEST_SET_RUNS = "tested"  # the runs of the page Test set
TEST_SET_ASPECT = "aspect"  # what that page shows of them
SEEDS_VIEW = "view"  # what the page Seeds shows
SEEDS_TURNED = "maps-turned"  # whether its maps are turned onto the first seed
SEEDS_RANGE = "maps-range"  # whether its maps have one range
TRAINING_RUNS = "runs"  # the runs of the page Training
