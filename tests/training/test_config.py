"""The configuration: every wrong value is refused in the user's words; the flags are its fields."""

import argparse
import json
import math
from dataclasses import FrozenInstanceError, asdict
from pathlib import Path
from typing import Any

import pytest

from training import runs
from training.config import Settings
from training.families import FAMILIES, add_options, all_fields, configured, saved
from training.families import fields_of as settings_of
from training.runs.records import RunError

FIELDS = all_fields()
CHOICES = {
    name: tuple(f.metadata["choices"])
    for name, owners in FIELDS.items()
    for f in owners.values()
    if "choices" in f.metadata
} | {"model": tuple(FAMILIES)}


def parse(*arguments: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return vars(parser.parse_args(arguments))


@pytest.mark.parametrize("field", CHOICES)
@pytest.mark.parametrize("value", ["wrong", "", None, 3, ["vae"]])
def test_an_unknown_name_is_answered_with_the_allowed_ones(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{field} is ") as caught:
        configured(**{"model": "vae"} | {field: value})
    assert all(allowed in str(caught.value) for allowed in CHOICES[field])


@pytest.mark.parametrize(
    "field, value, says",
    [
        ("lr", 0.0, "at least 1e-09"),
        ("lr", -1e-3, "at least"),
        ("lr", math.nan, "at least"),
        ("lr", math.inf, "at least"),
        ("lr", "fast", "a number"),
        ("lr", True, "a number"),
        ("clip", 0, "at least"),
        ("clip", -1.0, "at least"),
        ("beta", -0.1, "at least 0"),
        ("beta", math.nan, "at least 0"),
        ("latent_dim", 0, "from 1 to 1,000"),
        ("width", 0, "from 1 to 10,000"),
        ("width", 1.5, "a whole number"),
        ("width", 16.0, "a whole number"),
        ("epochs", 0, "from 1"),
        ("epochs", "60", "a whole number"),
        ("epochs", True, "a whole number"),
        ("epochs", None, "a whole number"),
        ("batch_size", 0, "at least 1"),
        ("encoder_blocks", -1, "from 0"),
        ("holdout", -1, "at least 0"),
        ("limit", -5, "at least 0"),
        ("snapshots", 1, "at least 2"),
        ("seed", -1, "from 0"),
        ("seed", 2**32, "to 4,294,967,295"),
        ("binarize", 1, "true and false"),
        ("binarize", "yes", "true and false"),
    ],
)
def test_a_value_of_another_type_or_range_names_field_and_limits(field: str, value: Any, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{field} is ") as caught:
        configured(**{"model": "vae", field: value})
    assert says in str(caught.value)


def test_values_at_their_limits_are_allowed() -> None:
    configured(
        "vae", latent_dim=1, beta=0, encoder_blocks=0, decoder_blocks=0, epochs=1, batch_size=1, snapshots=2
    )
    configured("vae", seed=2**32 - 1, lr=1e-9, beta=1)


def test_a_configuration_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        configured("ae").lr = 1.0  # type: ignore[misc]


def test_every_field_is_a_flag_of_the_same_meaning() -> None:
    other: dict[str, Any] = {
        "dataset": "kmnist",
        "likelihood": "gaussian",
        "device": "cpu",
        "binarize": False,
    }
    for name in FIELDS:
        owner, f = next(iter(FIELDS[name].items()))
        flag, value = "--" + f.name.replace("_", "-"), other.get(f.name)
        if f.name == "binarize":
            assert parse("ae", "--no-binarize") == {"model": "ae", "binarize": False}
            assert parse("ae", "--binarize") == {"model": "ae", "binarize": True}
            continue
        value = f.default + 1 if value is None else value
        assert parse(owner, flag, str(value)) == {"model": owner, f.name: value}


def test_flags_that_are_not_given_leave_the_defaults() -> None:
    assert parse("vae") == {"model": "vae"}
    assert configured(**parse("vae")) == configured("vae")


@pytest.mark.parametrize(
    "arguments, says",
    [
        ([], "model"),
        (["gan"], "'ae', 'vae'"),
        (["ae", "--epochs", "1.5"], "--epochs"),
        (["ae", "--lr", "fast"], "--lr"),
        (["ae", "--device", "tpu"], "cuda"),
        (["ae", "--dataset", "cifar"], "kmnist"),
    ],
)
def test_the_command_line_refuses_with_the_flag_and_its_choices(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(*arguments)
    assert says in capsys.readouterr().err


def test_help_names_every_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse("--help")
    text = capsys.readouterr().out
    assert all("--" + name.replace("_", "-") in text for name in FIELDS)


@pytest.mark.parametrize(
    "field, value",
    [
        ("epochs", "60"),
        ("epochs", 1.5),
        ("epochs", True),
        ("epochs", None),
        ("lr", "0.002"),
        ("lr", -1),
        ("lr", math.nan),
        ("beta", [1]),
        ("binarize", 1),
        ("dataset", "cifar"),
        ("dataset", {}),
        ("width", 10**9),
        ("lr", 10**400),
        ("surprise", 1),
    ],
)
def test_a_hand_edited_configuration_is_checked(tmp_path: Path, field: str, value: Any) -> None:
    values = {"format": runs.FORMAT} | saved(configured("vae")) | {field: value}
    (tmp_path / runs.CONFIG).write_text(json.dumps(values))
    with pytest.raises(RunError, match=field) as caught:
        runs.load_config(tmp_path)
    assert runs.CONFIG in str(caught.value)


def test_a_configuration_without_a_model_is_an_error(tmp_path: Path) -> None:
    (tmp_path / runs.CONFIG).write_text(json.dumps({"format": runs.FORMAT}))
    with pytest.raises(RunError, match="model"):
        runs.load_config(tmp_path)


OTHER: dict[str, Any] = {"likelihood": "gaussian"}
USELESS = [(model, name) for model in FAMILIES for name, owners in FIELDS.items() if model not in owners]


@pytest.mark.parametrize("model, field", USELESS)
def test_a_setting_without_meaning_for_the_model_is_refused(model: str, field: str) -> None:
    default = next(iter(FIELDS[field].values())).default
    value = OTHER.get(field) or default + 1
    with pytest.raises(ValueError, match=f"^{field} is {value!r}; model '{model}' has no use for it"):
        configured(model, **{field: value})
    assert configured(model, **{field: default}) == configured(model)


def test_every_family_has_its_defaults() -> None:
    for model, family in FAMILIES.items():
        assert family.name == family.settings.model == configured(model).model == model
        assert asdict(configured(model)) == {name: f.default for name, f in settings_of(model).items()}
        assert asdict(configured(model, epochs=3)) == asdict(configured(model)) | {"epochs": 3}
    exact, classifier = configured("exact"), configured("classifier")
    assert (exact.batch_size, exact.epochs, exact.lr, exact.snapshots) == (256, 90, 3e-3, 12)
    assert (classifier.binarize, classifier.epochs, classifier.snapshots) == (False, 4, 2)
    with pytest.raises(ValueError, match="allowed are ae, vae, exact, classifier"):
        configured("gan")


def test_settings_of_two_families_that_share_a_name_share_their_type_and_limits() -> None:
    for name, owners in FIELDS.items():
        assert (
            len({(type(f.default), f.metadata.get("low"), f.metadata.get("high")) for f in owners.values()})
            == 1
        )
        assert len({f.metadata["help"] for f in owners.values()}) == 1, name


def test_help_tells_the_defaults_of_every_model(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse("--help")
    text = " ".join(capsys.readouterr().out.split())
    assert "(default: 84; exact: 90; classifier: 4)" in text
    assert "(default: True; classifier: False)" in text
    assert "(default: 2; not for exact, classifier)" in text
    assert "(default: 1.0; not for ae, exact, classifier)" in text


def with_all(config: Settings) -> dict[str, Any]:
    """A configuration as older versions kept it: with the defaults of settings that mean nothing to it."""
    return {name: next(iter(owners.values())).default for name, owners in FIELDS.items()} | saved(config)


@pytest.mark.parametrize("model", FAMILIES)
@pytest.mark.parametrize("fields_of", [with_all, saved], ids=["with all fields", "as it is saved"])
def test_a_kept_configuration_comes_back(model: str, fields_of, tmp_path: Path) -> None:
    config = configured(model, seed=3)
    (tmp_path / runs.CONFIG).write_text(json.dumps({"format": runs.FORMAT} | fields_of(config)))
    assert runs.load_config(tmp_path) == config
    assert saved(config) == {"model": model} | asdict(config)
