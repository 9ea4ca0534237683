"""The Dockerfile and .dockerignore, read as Docker reads them, as far as ours go."""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD, FINAL = 0, -1  # the stages


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage, each with its arguments on one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    stages: list[list[tuple[str, str]]] = []
    for line in filter(None, re.sub(r"\\\n\s*", "", text).splitlines()):
        name, _, arguments = line.partition(" ")
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, arguments))
    return stages


def arguments(instruction: str, stage: int = FINAL) -> list[str]:
    return [text for name, text in stages()[stage] if name == instruction]


def environment() -> dict[str, str]:
    """What ENV sets."""
    return dict(pair.split("=", 1) for line in arguments("ENV") for pair in line.split())


def command() -> list[str]:
    (line,) = arguments("CMD")
    return json.loads(line)


def health_check() -> list[str]:
    """The command of HEALTHCHECK, with this Python."""
    (line,) = arguments("HEALTHCHECK")
    return [sys.executable, *json.loads(line[line.index("CMD") + 3 :])[1:]]


def pattern(rule: str) -> re.Pattern[str]:
    """What a rule of .dockerignore matches, and all below it."""
    kinds = {"**/": "(?:.*/)?", "*": "[^/]*"}
    parts = re.split(r"(\*\*/|\*)", rule)
    return re.compile("".join(kinds.get(part, re.escape(part)) for part in parts) + "(?:/.*)?")


def context() -> list[str]:
    """The files that Docker is given: what .dockerignore leaves of a checkout. The last rule decides."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    rules = [(line.startswith("!"), pattern(line.lstrip("!"))) for line in lines]
    files: list[Path] = []
    for line in lines:
        top = ROOT / line[1:]
        if line.startswith("!"):
            files += [top] if top.is_file() else [path for path in top.rglob("*") if path.is_file()]
    names = [file.relative_to(ROOT).as_posix() for file in files]
    return [name for name in names if [kept for kept, rule in rules if rule.fullmatch(name)][-1]]
