"""The browser's history: Back leads to what a person did before, one step at a time."""

from pathlib import Path

SCRIPT = b"<script>%b</script>" % Path(__file__).with_suffix(".js").read_bytes()


def markup() -> bytes:
    """The script that watches over the steps."""
    return SCRIPT
