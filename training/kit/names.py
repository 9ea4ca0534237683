"""Names of folders that people choose: any plain file name. No library, so that addresses need none."""

import re

# No path on any system, no control or invisible character, and nothing that a command line takes for an
# option, a folder for hidden, or a system for the name without it: at the start ".", "-", space, at the end
# space and ".".
FORBIDDEN = r"/\\\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
PATTERN = rf"^(?!.:)(?![.\- ])[^{FORBIDDEN}]{{1,64}}(?<![. ])\Z"
RULE = (
    "a name has 1 to 64 characters, no slash and no control character; it begins with no '.', '-' or space, "
    "and ends with no '.' or space"
)


def is_plain(name: str) -> bool:
    """Whether this can name a folder."""
    return re.match(PATTERN, name) is not None
