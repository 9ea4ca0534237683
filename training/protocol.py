"""Numbers that a computation and its description share. No library, so that words need none."""

SEEDS = (0, 1, 2, 3, 4)  # of the binarisations
ELBO_SAMPLES = 16  # codes an image
IW_SAMPLES = 500  # codes an image, of the importance-weighted bound
GRID = 512  # points a side of the midpoint rule
EXTENT = 6.0  # of the square [-EXTENT, EXTENT]^2 that integrals cover
# Standard deviation of p(x|z) under the Gaussian likelihood; near the square root of the MSE that a
# two-dimensional code reaches on MNIST, which is the maximum-likelihood choice (Rybkin et al. 2021).
GAUSSIAN_SD = 0.2
CELLS = 4096  # a side, of the cells in which the mass of q(z) is taken
CONFIDENCE_BINS = 15  # of the probability of a classifier's answer
NEIGHBOURS = (1, 5, 20)  # nearest codes that vote on a label
TRUSTED_NEIGHBOURS = 5  # that trustworthiness looks at
HOLE_LEVEL = 0.01  # share of clouds drawn from the prior whose gaps count as holes
