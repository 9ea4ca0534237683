"""What comes from outside works like what is there: toys.py is all that an extension touches."""

import json
from collections.abc import Iterator
from dataclasses import make_dataclass
from pathlib import Path

import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import library, live
from explorer.latent.values import AbsentError
from explorer.vocabulary import COLOURINGS, LAYERS, WALKS
from tests.toys import SLIPS, TINTS, Linear, registered
from training import evaluate, families, runs, train
from training.config import Settings, option
from training.families import build, configured
from training.fit.loop import LossOnly
from training.measures.metrics import METRICS

FAST = ["--epochs", "2", "--batch-size", "40", "--device", "cpu", "--no-binarize"]


@pytest.fixture(params=["slips", "tints"])
def run(request: pytest.FixtureRequest, no_runs: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a run of the toy family on one of the toy data sets, trained by the command."""
    with registered():
        command(monkeypatch, train.main, "linear", "--dataset", request.param, *FAST, "--noise", "0.2")
        library.forget()
        yield "linear"
    library.forget()


@pytest.fixture
def client(run: str) -> TestClient:
    return TestClient(Starlette(routes=live.routes), base_url="http://localhost:8501")


def command(monkeypatch: pytest.MonkeyPatch, main: object, *arguments: str) -> None:
    monkeypatch.setattr("sys.argv", ["command", *arguments])
    assert callable(main)
    main()


def test_it_is_trained_and_opened(run: str) -> None:
    opened = runs.load(run)
    model = runs.load_model(opened)
    assert isinstance(model, Linear) and model.config.noise == 0.2
    losses = [entry["test"]["loss"] for entry in opened.history]
    assert losses[-1] < losses[0] and opened.history[-1]["train"].keys() == {"loss", "error"}


def test_it_resumes_to_the_same_bits(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = runs.load(run).config
    settings = ["--dataset", config.dataset, *FAST, "--noise", "0.2", "--run", "cut"]
    with monkeypatch.context() as patch:
        step, calls = torch.optim.Adam.step, iter(range(1, 1000))

        def interrupted(self: torch.optim.Adam, closure: None = None) -> None:
            if next(calls) == 16:  # in the second epoch, between the steps of encoder and decoder
                raise KeyboardInterrupt
            step(self, closure)

        patch.setattr(torch.optim.Adam, "step", interrupted)
        with pytest.raises(SystemExit):
            command(patch, train.main, "linear", *settings)
    command(monkeypatch, train.main, "linear", "--run", "cut", "--resume")
    whole, cut = (runs.folder_of(name) / runs.WEIGHTS for name in (run, "cut"))
    assert whole.read_bytes() == cut.read_bytes()


def test_each_step_moves_its_own_part() -> None:
    with registered():
        model = build(configured("linear", dataset="slips"))
    parts = {step: {id(p) for p in model.optimised(step)} for step in model.steps}
    assert parts["encoder"] and parts["decoder"] and not parts["encoder"] & parts["decoder"]
    assert set.union(*parts.values()) == {id(p) for p in model.parameters()}


def test_it_is_measured(
    run: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command(monkeypatch, evaluate.main, run, "--json")
    capsys.readouterr()
    metrics = runs.load(run).metrics
    assert metrics["values"].keys() | metrics["left_out"].keys() == METRICS.keys()
    assert metrics["left_out"]["nll_binarised"] == "a linear autoencoder is no probabilistic model"
    labelled = runs.load(run).config.dataset == "tints"
    assert ("knn_5" in metrics["values"]) == labelled
    if not labelled:
        assert metrics["left_out"]["knn_5"] == "Slips has no labels"


def test_its_settings_are_flags_and_those_of_others_are_refused(
    no_runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with registered():
        with pytest.raises(ValueError, match="beta is 2; model 'linear' has no use for it"):
            configured("linear", beta=2)
        with pytest.raises(ValueError, match="noise is 3; it must be from 0 to 1"):
            configured("linear", noise=3)
        with pytest.raises(SystemExit):
            command(monkeypatch, train.main, "--help")
    assert "--noise" in capsys.readouterr().out


def test_the_explorer_opens_it_and_everything_answers_or_says_why_not(run: str) -> None:
    opened = library.open_map(run)
    dataset = {"slips": SLIPS, "tints": TINTS}[opened.dataset.name]
    assert opened.title == Linear.title and opened.dataset == dataset
    assert opened.codes.mean.shape == (120, 2) and opened.codes.sd is None
    for key, colouring in COLOURINGS.items():
        answers(lambda key=key: opened.point_values(key, run), possible=not colouring.needs)
    for key, layer in LAYERS.items():
        answers(
            lambda key=key: opened.layer(key, (-3.0, 3.0, -3.0, 3.0), 8), possible=not layer.needs_classifier
        )
    for kind in WALKS:
        way = opened.walk(kind, ((-1.0, 0.0), (1.0, 0.5)), 5, False)
        assert way.images.shape == (5, *dataset.shape)
    sample = opened.sample("gaussian", 10, 0)
    assert sample.images.shape == (10, *dataset.shape) and "no classifier" in sample.reason
    assert [stage.title for stage in opened.unfolded.stages] == ["z", "image"]
    with pytest.raises(AbsentError, match="A linear autoencoder is no probabilistic model"):
        _ = opened.spread


def answers(question: object, possible: bool) -> None:
    """It answers, or is refused with a sentence for people."""
    assert callable(question)
    try:
        question()
    except (ValueError, runs.RunError) as error:
        assert str(error), "a reason"
        assert not possible or "labels" in str(error)


def test_the_live_routes_answer_in_its_shape(run: str, client: TestClient) -> None:
    shape = library.open_map(run).dataset.shape
    size = shape[0] * shape[1] * shape[2]
    with client.websocket_connect("/live/decode") as socket:
        socket.send_text(json.dumps({"id": 7, "items": [{"run": run, "z": [0.5, -0.5]}]}))
        assert len(socket.receive_bytes()) == 4 + size
    listed = client.get("/live/runs").json()
    assert run in listed


def test_a_family_that_leaves_something_unsaid_is_refused() -> None:
    silent = type("Silent", (Linear,), {"name": "silent", "lacks": {}})
    with pytest.raises(TypeError, match=r"silent: each of encode, decode, .* must be in `abilities`, or"):
        families.register(silent)
    lossless = type("Lossless", (Linear,), {"name": "lossless", "terms": {}})
    with pytest.raises(TypeError, match="lossless: `terms` must name what is minimised"):
        families.register(lossless)
    shared = type("Shared", (Linear,), {"name": "shared", "optimised": families.Family.optimised})
    with pytest.raises(TypeError, match="shared: with several steps, `optimised` must say"):
        families.register(shared)
    settings = make_dataclass(
        "S",
        [
            ("noise", str, option("none", "")),
        ],
        bases=(Settings,),
        frozen=True,
    )
    other = type("Other", (Linear,), {"name": "other", "settings": settings})
    with registered(), pytest.raises(TypeError, match="other: setting 'noise' differs in type or choices"):
        families.register(other)
    assert not {"silent", "lossless", "shared", "other"} & families.FAMILIES.keys()


def test_a_classifier_of_images_without_labels_is_refused_before_anything_is_lost(
    classifier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (classifier / runs.WEIGHTS).read_bytes()
    with registered(), pytest.raises(SystemExit, match="Slips has no labels: a classifier has nothing to"):
        command(monkeypatch, train.main, "classifier", "--dataset", "slips", "--overwrite", *FAST)
    assert (classifier / runs.WEIGHTS).read_bytes() == before


def test_only_the_loss_reaches_the_parameters_of_other_steps_in_several_processes() -> None:
    with registered():
        model = build(configured("linear", dataset="slips"))
    batch = families.Batch(torch.rand(3, model.dataset.pixels), torch.randn(3, 2), torch.zeros(3).long())
    terms = LossOnly(model)(batch, "encoder")
    assert terms["loss"].requires_grad and not terms["error"].requires_grad
