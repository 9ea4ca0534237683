"""The rooms of the house: imports run one way, one heavy library a room, no pickle, one list of dependencies.

The walls are read from the sources (ast), so a new file is checked the day it is written.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# room: (what of ours it may import, its heavy libraries). It holds the modules below it; longest name wins.
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "training": ({"training"}, {"torch"}),  # the commands
    "training.protocol": (set(), set()),
    "training.kit": (set(), {"torch"}),
    "training.datasets": ({"training.kit"}, {"torch"}),
    "training.config": ({"training.datasets"}, set()),
    "training.networks": ({"training.datasets"}, {"torch"}),
    "training.likelihoods": ({"training.protocol"}, {"torch"}),
    "training.integrals": ({"training.kit", "training.likelihoods", "training.protocol"}, {"torch"}),
    "training.geometry": ({"training.kit"}, {"torch"}),
    "training.families": (
        {
            "training.config",
            "training.datasets",
            "training.integrals",
            "training.likelihoods",
            "training.networks",
        },
        {"torch"},
    ),
    "training.runs": ({"training.config", "training.families", "training.kit"}, {"torch"}),
    "training.fit": (
        {"training.config", "training.datasets", "training.families", "training.kit", "training.runs"},
        {"torch"},
    ),
    "training.measures": (
        {
            "training.datasets",
            "training.families",
            "training.integrals",
            "training.kit",
            "training.likelihoods",
            "training.protocol",
        },
        {"torch"},
    ),
    "training.study": (
        {
            "training.config",
            "training.datasets",
            "training.families",
            "training.geometry",
            "training.kit",
            "training.measures",
            "training.runs",
        },
        {"torch"},
    ),
    "explorer.latent": ({"training", "explorer.vocabulary"}, {"torch"}),
    "explorer.figures": (set(), {"plotly"}),
    "explorer.vocabulary": (set(), set()),
    "explorer.pages": (set(), set()),
    "explorer.address": ({"explorer.vocabulary", "training.kit.names"}, set()),
    "explorer.address.session": ({"explorer.address"}, {"streamlit"}),
    "explorer.library": (
        {
            "training.runs",
            "training.datasets",
            "training.families",
            "training.study.store",
            "training.study.comparison",
            "training.study.agreement",
            "training.integrals.moments",
            "training.config",
            "training.kit.names",
            "explorer.address.page_fields",
            "explorer.latent",
            "explorer.vocabulary",
        },
        set(),
    ),
    "explorer.library.cached": ({"training.kit.checkpoints"}, set()),
    "explorer.library.families": (
        {"training.config", "training.families", "training.runs", "explorer.latent"},
        set(),
    ),
    "explorer.packing": (set(), set()),
    "explorer.patience": (set(), {"starlette"}),
    "explorer.together": (
        {
            "explorer.latent",
            "explorer.packing",
            "training.config",
            "training.datasets",
            "training.families",
            "training.fit",
            "training.kit",
            "training.runs",
        },
        {"torch"},
    ),
    "explorer.hosting": (set(), {"streamlit"}),
    "explorer.refusals": ({"explorer.documents", "explorer.hosting", "explorer.live"}, {"starlette"}),
    "explorer.documents": (set(), {"starlette"}),
    "explorer.first_frame": (
        {"explorer.address.page_fields", "explorer.library", "explorer.pages"},
        set(),
    ),
    "explorer.history": (set(), set()),
    "explorer.loopback": ({"explorer.hosting"}, set()),
    "explorer.live": (
        {
            "explorer.hosting",
            "explorer.loopback",
            "explorer.patience",
            "explorer.address.page_fields",
            "explorer.latent",
            "explorer.library",
            "explorer.packing",
            "explorer.pages",
            "explorer.vocabulary",
            "training.datasets",
            "training.geometry.metric",
            "training.kit.checkpoints",
        },
        {"starlette"},
    ),
    "explorer.stage": ({"explorer.pages"}, {"streamlit"}),
    "explorer.views": (
        {
            "explorer.address",
            "explorer.figures",
            "explorer.latent.planes",
            "explorer.library",
            "explorer.vocabulary",
            "explorer.stage",
            "training.measures.metrics",
            "training.study.agreement",
            "training.study.verdicts",
        },
        {"streamlit"},
    ),
    "explorer.main": ({"explorer"}, {"streamlit"}),
    "explorer.app": ({"explorer"}, {"streamlit", "starlette"}),
    "explorer.__main__": (set(), {"streamlit"}),
    "explorer": (set(), set()),
}
HEAVY = {"torch": "torch", "torchvision": "torch", "safetensors": "torch"} | {
    name: name for name in ("plotly", "streamlit", "starlette")
}
PICKLES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
PICKLING = {("torch", "load"), ("torch", "save")}


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(source: str, module: str = "", package: bool = False) -> Iterator[str]:
    """Dotted names of all that a source imports, anywhere in it: "a.b" for `from a import b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".")[: len(module.split(".")) - node.level + package] if node.level else []
            start = ".".join([*parts, *([node.module] if node.module else [])])
            yield from (f"{start}.{alias.name}" for alias in node.names)


def below(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


def offences(source: str, module: str, package: bool = False) -> list[str]:
    """What a module imports, or calls, against the rules."""
    room = max((r for r in ROOMS if below(module, r)), key=len)
    ours, heavy = ROOMS[room]
    messages = []
    for name in imports(source, module, package):
        top = name.split(".")[0]
        if top in ("training", "explorer") and not any(below(name, r) for r in ours | {room}):
            messages.append(f"{module} imports {name}: {room} may import {sorted(ours) or 'nothing of ours'}")
        if top in HEAVY and HEAVY[top] not in heavy:
            messages.append(
                f"{module} imports {name}: the heavy libraries of {room} are {sorted(heavy) or 'none'}"
            )
    return messages + pickles(source, module)


def pickles(source: str, module: str) -> list[str]:
    messages = [f"{module} imports {n}" for n in imports(source) if n.split(".")[0] in PICKLES]
    messages += [f"{module} imports {n}" for n in imports(source) if tuple(n.split(".")) in PICKLING]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if (node.value.id, node.attr) in PICKLING:
                messages.append(f"{module} calls {node.value.id}.{node.attr}")
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            messages.append(f"{module} says allow_pickle")
    return messages


@pytest.mark.parametrize("path", sources("training", "explorer"), ids=module_of)
def test_a_module_stays_in_its_room(path: Path) -> None:
    assert offences(path.read_text(), module_of(path), path.name == "__init__.py") == []


@pytest.mark.parametrize("path", sources("tests"), ids=module_of)
def test_no_test_pickles(path: Path) -> None:
    assert pickles(path.read_text(), module_of(path)) == []


@pytest.mark.parametrize(
    "module, source",
    [
        ("training.runs", "import explorer.library"),
        ("training.runs", "def f():\n    from explorer import latent"),
        ("training.runs", "import streamlit as st"),
        ("training.runs", "import pickle"),
        ("training.runs", "import torch\ntorch.load('x')"),
        ("training.runs", "import torch\nkeep = torch.save"),
        ("training.runs", "from torch import save"),
        ("training.datasets", "import numpy as np\nnp.load('x', allow_pickle=True)"),
        ("explorer.latent.frame", "from explorer.library import images"),
        ("explorer.latent.frame", "from ..library import images"),
        ("explorer.latent.frame", "import plotly.graph_objects as go"),
        ("explorer.figures.curves", "import torch"),
        ("explorer.figures.curves", "from training import runs"),
        ("explorer.views.compare", "import plotly.express as px"),
        ("explorer.views.compare", "import torchvision"),
        ("explorer.views.compare", "from training import runs"),
        ("explorer.library", "from training import train"),
        ("explorer.library.opened", "from starlette.routing import Route"),
        ("explorer.live", "import streamlit"),
        ("explorer.address.session", "from explorer import library"),
        ("explorer.newcomer", "from training import runs"),
    ],
)
def test_a_broken_rule_is_caught(module: str, source: str) -> None:
    assert offences(source, module)


@pytest.mark.parametrize(
    "module, source",
    [
        ("training.train", "import torch\nfrom training import datasets, runs\nfrom . import fit"),
        ("explorer.latent.frame", "from training.families import LatentModel\nfrom .coding import encode"),
        ("explorer.library.opened", "from training import runs\nfrom training.datasets import load"),
        ("explorer.views.compare", "from explorer import library\nfrom explorer.address import session"),
        ("explorer.app", "import streamlit\nfrom starlette.routing import Route\nfrom explorer import live"),
        ("explorer.figures.curves", "import numpy, plotly\ntext = 'torch.load(pickle)'"),
    ],
)
def test_what_the_rules_allow_is_allowed(module: str, source: str) -> None:
    assert offences(source, module) == []


OWNERS = {  # of what Streamlit keeps -> the one file that may name it
    "session_state": "explorer.address.session",
    "query_params": "explorer.address.session",
    "cache_resource": "nobody: explorer.library.cached keeps what is computed",
    "cache_data": "nobody",
}


@pytest.mark.parametrize("name", OWNERS)
def test_what_is_kept_has_one_owner(name: str) -> None:
    use = re.compile(rf"\bst\.{name}\b")
    users = {module_of(path) for path in sources("explorer") if use.search(path.read_text())}
    assert users <= {OWNERS[name]}


PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def distribution(name: str) -> str:
    return re.sub("[-_.]+", "-", re.match(r"[\w.-]+", name).group()).lower()


def listed(*extras: str) -> set[str]:
    """The distributions that the project depends on, with those of these extras."""
    project = PYPROJECT["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    return {distribution(line) for lines in lists for line in lines}


@pytest.mark.parametrize("folders, extras", [(["training", "explorer"], []), (["tests"], ["test"])], ids=str)
def test_every_third_party_import_is_a_dependency(folders: list[str], extras: list[str]) -> None:
    paths = sources(*folders)
    used = {name.split(".")[0] for path in paths for name in imports(path.read_text(), module_of(path))}
    foreign = used - set(sys.stdlib_module_names) - {"training", "explorer", "tests", ""}
    known = packages_distributions()
    missing = {n for n in foreign if not {distribution(d) for d in known.get(n, [n])} & listed(*extras)}
    assert missing == set(), "imported, but not in pyproject.toml"


def test_there_is_one_list_of_dependencies() -> None:
    assert (ROOT / "requirements.txt").read_text() == "-e .[test]\n"
    assert not PYPROJECT["project"].get("dynamic")


def test_there_is_no_symbolic_link() -> None:
    """Windows and archives lose it."""
    inside = [path for top in ("explorer", "training", "tests", "docs") for path in (ROOT / top).rglob("*")]
    assert [path for path in [*inside, *ROOT.iterdir()] if path.is_symlink()] == []
