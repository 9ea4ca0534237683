"""python -m explorer.library RUN ...: keep the codes of runs beside them, where computing them takes long."""

import argparse

from explorer import library
from explorer.library import stored_codes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m explorer.library", description=__doc__)
    parser.add_argument("run", nargs="+", help="a run without an encoder")
    for name in parser.parse_args().run:
        try:
            run = library.open_map(name)
            run.require("evidence")
            path = stored_codes.keep_beside(run.run, run.model, run.test)
        except (*library.FAILURES, ValueError) as error:
            parser.exit(1, f"error: {error}\n")
        print(f"{path}: the codes of {len(run.test.images):,} images")


if __name__ == "__main__":
    main()
