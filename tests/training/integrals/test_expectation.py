"""E_q[log p(x|z)] by quadrature: against closed forms and a mean over many codes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.training.integrals.test_grid import images
from training import runs
from training.families import Autoencoder, LatentModel
from training.integrals.bounds import posterior_samples
from training.integrals.expectation import LATTICE_STEP, NARROW, expected_log_likelihood

SHIPPED = Path(__file__).parents[3] / "checkpoints"
NARROW_SD, MIXED_SD, WIDE_SD = (0.05, 0.02), (0.6, 0.02), (0.6, 0.3)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Autoencoder]:
    monkeypatch.setenv("CHECKPOINTS", str(SHIPPED))
    yield runs.load_as(LatentModel, runs.load("vae"))


def around(n: int) -> Tensor:
    return torch.randn(n, 2, generator=torch.Generator().manual_seed(0))


def test_each_rule_has_its_kind_of_code() -> None:
    assert max(NARROW_SD) <= NARROW < min(WIDE_SD) and min(MIXED_SD) <= LATTICE_STEP < NARROW < max(MIXED_SD)


@pytest.mark.parametrize("sd", [NARROW_SD, MIXED_SD, WIDE_SD])
def test_logits_linear_in_z_have_a_closed_form(sd: tuple[float, float]) -> None:
    """With a Gaussian likelihood and means linear in z: log N(x; W m, s^2) - tr(W^T W S) / 2 s^2."""
    weight = torch.randn(2, 7, generator=torch.Generator().manual_seed(1)) * 0.02
    x, mean = torch.rand(20, 7, generator=torch.Generator().manual_seed(2)), around(20)
    logvar = 2 * torch.tensor(sd).log().expand(20, 2)
    value = expected_log_likelihood(lambda z: torch.logit(0.5 + z @ weight), x, mean, logvar, "gaussian")
    middle = torch.distributions.Normal(0.5 + mean @ weight, 0.2).log_prob(x).sum(1)
    spread = 0.5 * (weight**2 * torch.tensor(sd)[:, None] ** 2).sum() / 0.2**2
    torch.testing.assert_close(value, (middle - spread).double(), atol=2e-4, rtol=0)


@pytest.mark.parametrize("sd", [NARROW_SD, MIXED_SD, WIDE_SD])
def test_a_mean_over_many_codes_comes_near(model: Autoencoder, sd: tuple[float, float]) -> None:
    x, mean, logvar = images(3), around(3), 2 * torch.tensor(sd).log().expand(3, 2)
    expected = expected_log_likelihood(model.decode, x, mean, logvar)
    _, drawn = posterior_samples(model.decode, x, mean, logvar, 4000, torch.Generator().manual_seed(3))
    chance = drawn.std(1) / 4000**0.5
    assert ((expected - drawn.double().mean(1)).abs() < 4 * chance + 1e-3).all()


def test_all_kinds_at_once_stay_in_their_order() -> None:
    weight = torch.randn(2, 9, generator=torch.Generator().manual_seed(4))
    x, mean = torch.rand(6, 9, generator=torch.Generator().manual_seed(5)).round(), around(6)
    logvar = 2 * torch.tensor([WIDE_SD, NARROW_SD, MIXED_SD, WIDE_SD, MIXED_SD, NARROW_SD]).log()
    done: list[float] = []

    def expected(which: slice) -> Tensor:
        part = (x[which], mean[which], logvar[which])
        return expected_log_likelihood(lambda z: z @ weight, *part, report=done.append)

    together = expected(slice(None))
    assert sum(done) == pytest.approx(1)
    alone = torch.cat([expected(slice(i, i + 1)) for i in range(6)])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)
