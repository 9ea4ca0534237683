"""How many of MNIST's test digits, cropped to their ink, fall short as uploaded pictures.

    python -m tests.benchmarks.pictures [2000]

Each is taken dark on light and light on dark, cropped to all of its ink and to what is darker than 40 of 255.
It falls short if it is refused, taken for several, or differs by 14 of 255 or more from the test image, up to
a pixel of shift.
"""

import sys

import numpy as np

from tests.explorer.latent.test_drawing import fall_short
from training import datasets


def main(count: int) -> None:
    test = datasets.load("mnist", train=False)
    numbers = np.sort(np.random.default_rng(0).permutation(len(test.images))[:count])
    for more_than in (0, 40):
        short = fall_short(test.images[numbers, 0], more_than)
        names = ", ".join(str(numbers[k]) for k in sorted(set(short)))
        print(f"cropped to ink above {more_than}: {len(short)} of {2 * count} pictures fall short ({names})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
