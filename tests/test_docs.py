"""README and docs: short, with links that lead somewhere, commands that exist and examples that run."""

import importlib.util
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"-m ((?:training|tests|explorer)[\w.]*)([^`\n&]*)")
FLAG = re.compile(r"--[a-z][\w-]*")
PATH = re.compile(r"`((?:training|explorer|tests|docs|checkpoints|deploy)/[\w./-]*)`")
OTHERS_FLAGS = {"--server", "--browser", "--nproc_per_node", "--scale"}  # of Streamlit, torchrun and Compose
MADE_ELSEWHERE = {"training/shipped"}  # by building a wheel


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def slugs(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_bytes()) <= 7_000


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text()):
        if link.startswith("http"):
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        assert not anchor or anchor in slugs(target), link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_is_there(page: Path) -> None:
    paths = set(PATH.findall(page.read_text())) - MADE_ELSEWHERE
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_every_page_of_the_docs_is_linked_from_the_readme() -> None:
    linked = {link.partition("#")[0] for link in LINK.findall((ROOT / "README.md").read_text())}
    assert {name_of(page) for page in PAGES[1:]} <= linked


@cache
def help_of(module: str) -> str:
    """What a command prints for --help; "" for one that takes no arguments."""
    spec = importlib.util.find_spec(module)
    assert spec and spec.origin, f"{module} is no module"
    if "argparse" not in Path(spec.origin).read_text():
        return ""
    command = [sys.executable, "-m", module, "--help"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def commands() -> list[tuple[str, str]]:
    """The modules that README and docs run, each with its arguments."""
    matches = {match for page in PAGES for match in COMMAND.findall(page.read_text())}
    return sorted((module, arguments.strip()) for module, arguments in matches)


@pytest.mark.parametrize("module, arguments", commands(), ids=" ".join)
def test_every_command_exists_with_its_flags_and_models(module: str, arguments: str) -> None:
    text = help_of(module)
    for word in arguments.split():
        if FLAG.fullmatch(word) and word not in OTHERS_FLAGS:
            assert word in FLAG.findall(text)
    if module == "training.train" and arguments:
        models = re.search(r"\{([\w,-]+)\}\s*\n\nTrain", text)
        assert models and arguments.split()[0] in models[1].split(",")


def test_every_flag_that_is_named_exists() -> None:
    modules = {module for module, _ in commands()}
    known = {flag for module in modules for flag in FLAG.findall(help_of(module))}
    for page in PAGES:
        spans = re.findall(r"`(--[^`]+)`", page.read_text())
        flags = {flag for span in spans for flag in FLAG.findall(span)}
        assert flags - OTHERS_FLAGS <= known, name_of(page)


def test_the_tree_of_the_readme_is_that_of_the_project() -> None:
    (tree,) = re.findall(r"```\n(training/ .*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    folder = ROOT
    for line in tree.splitlines():
        name = line.split()[0]
        folder = folder if line.startswith(" ") else ROOT / name
        assert (folder if folder == ROOT / name else folder / name).exists(), name
