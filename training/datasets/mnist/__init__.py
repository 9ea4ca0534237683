"""MNIST: its files, which come with the project, and the form of its images, which its relatives share."""

SIDE = 28  # pixels of an image's edge
SHAPE = (1, SIDE, SIDE)
PIXELS = SIDE * SIDE
