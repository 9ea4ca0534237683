"""Fetch a data set: python -m training.data NAME."""

import argparse
from pathlib import Path

from training.datasets import DATASETS, DataError, cache_folder, load
from training.kit import interrupts


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.data", description="Fetch a data set.")
    parser.add_argument("dataset", choices=tuple(DATASETS))
    parser.add_argument("--data-root", type=Path, help=f"folder of the data sets (default: {cache_folder()})")
    args = parser.parse_args()
    try:
        with interrupts.exit_on_interrupt(lambda: "Interrupted. The same command begins the download again."):
            for train in (True, False):
                split = load(args.dataset, train, args.data_root, download=True)
                print(f"{args.dataset} {'train' if train else 'test'}: {len(split.images):,} images")
    except DataError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    main()
