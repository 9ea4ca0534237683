"""`latent-explorer`, or `python -m explorer`: `streamlit run` on the app, from any folder."""

import sys
from pathlib import Path

from streamlit.web import cli

APP = Path(__file__).with_name("app.py")


def main() -> None:
    """Start the app; arguments are those of `streamlit run`, such as --server.port 8502."""
    cli.main(["run", str(APP), *sys.argv[1:]], prog_name="streamlit")


if __name__ == "__main__":
    main()
