"""Who may know what by name: the families of models stay in their file, the shape of MNIST in its folder."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from training.families import FAMILIES

ROOT = Path(__file__).parent.parent
EXPLORER = ROOT / "explorer"
TRAINING = ROOT / "training"
OWN_FOLDERS = (TRAINING / "families", TRAINING / "datasets" / "mnist")  # families; MNIST's shape
DEFAULTS = {  # files of the address's defaults -> the names that they may say
    EXPLORER / "address" / "page_fields.py": {"ae", "vae"},
}
SENTENCES = re.compile(  # a family in words: what a family says of itself stands in its file
    r"\bAEs?\b|\bVAEs?\b|\b(plain|variational) autoencoders?\b|training\.train (ae|vae|exact|classifier)\b",
    re.IGNORECASE,
)
WORDS = {  # files -> names of families that are plain words there
    EXPLORER / "latent" / "estimating.py": {"exact"},  # the exact log p(x), beside its estimates
}
QUOTED_IN_SCRIPTS = set(FAMILIES) - {"exact"}  # a word there, too
MNIST = {28, 784}  # the sides of MNIST's images, and their pixels
MNIST_IN_SCRIPTS = re.compile(r"(?<![\w.#])(28|784)(?![\w.%]|px)")
PYTHON = sorted(EXPLORER.rglob("*.py"))
ROOMS = sorted(path for path in TRAINING.rglob("*.py") if not path.is_relative_to(OWN_FOLDERS[0]))
ASSETS = sorted(
    path
    for path in (EXPLORER / "stage" / "assets").rglob("*")
    if path.suffix in (".js", ".css") and path.parent.name != "bundles"
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def texts(source: str) -> Iterator[str]:
    """All texts of a Python source, docstrings and parts of f-strings among them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def without_docstrings(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body[0] = ast.Pass()
    return ast.unparse(ast.fix_missing_locations(tree))


def numbers(source: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and type(node.value) is int:
            yield node.value


def families_in(source: str) -> set[str]:
    """What a Python source says of families: their names as texts of their own, or in sentences."""
    names = {text for text in texts(source) if text in FAMILIES}
    return names | {match[0] for text in texts(source) for match in SENTENCES.finditer(text)}


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_file_of_the_explorer_names_no_family(path: Path) -> None:
    assert families_in(path.read_text()) - DEFAULTS.get(path, set()) - WORDS.get(path, set()) == set()


@pytest.mark.parametrize("path", ROOMS, ids=name_of)
def test_a_room_of_training_names_no_family(path: Path) -> None:
    """In code: docstrings may say on which runs something was measured."""
    source = path.read_text()
    values = {text for text in texts(without_docstrings(source)) if text in FAMILIES}
    assert values - {"exact"} == set() and "'exact'" not in source and '["exact"]' not in source


@pytest.mark.parametrize("path", sorted(OWN_FOLDERS[0].glob("*.py")), ids=name_of)
def test_a_family_names_no_other(path: Path) -> None:
    own = {family.name for family in FAMILIES.values() if family.__module__.endswith(f".{path.stem}")}
    values = {text for text in texts(without_docstrings(path.read_text())) if text in FAMILIES}
    assert values <= own


@pytest.mark.parametrize("path", [path for path in ASSETS if path.suffix == ".js"], ids=name_of)
def test_a_script_names_no_family(path: Path) -> None:
    source = path.read_text()
    quoted = {name for name in QUOTED_IN_SCRIPTS for quote in "\"'`" if f"{quote}{name}{quote}" in source}
    assert quoted | {match[0] for match in SENTENCES.finditer(source)} == set()


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_file_of_the_explorer_does_not_know_the_shape_of_mnist(path: Path) -> None:
    source = path.read_text()
    assert MNIST & set(numbers(source)) == set()
    assert re.findall(r"\b(?:28|784)\b", " ".join(texts(source))) == []


@pytest.mark.parametrize(
    "path", [path for path in TRAINING.rglob("*.py") if not path.is_relative_to(OWN_FOLDERS[1])], ids=name_of
)
def test_a_room_of_training_does_not_know_the_shape_of_mnist(path: Path) -> None:
    source = path.read_text()
    assert MNIST & set(numbers(source)) == set()
    assert re.findall(r"\b784\b|28 x 28", " ".join(texts(source))) == []


@pytest.mark.parametrize("path", ASSETS, ids=name_of)
def test_an_asset_does_not_know_the_shape_of_mnist(path: Path) -> None:
    assert MNIST_IN_SCRIPTS.findall(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "if family == 'ae': pass",
        "names = ['exact']",
        "text = 'A plain autoencoder has none'",
        "help = f'for a VAE {x}'",
        "text = 'python -m training.train vae'",
    ],
)
def test_a_family_s_name_is_caught(source: str) -> None:
    assert families_in(source)


@pytest.mark.parametrize("source", ["text = 'the exact posterior'", "text = 'what the classifier sees'"])
def test_plain_words_are_no_names(source: str) -> None:
    assert not families_in(source)
