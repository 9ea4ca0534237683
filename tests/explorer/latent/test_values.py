"""Values that colour the points, against independent forms."""

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from explorer.latent import coding, values
from explorer.latent.values import COLOURINGS, EncodedImages
from training import datasets
from training.families import build, configured
from training.integrals.grid import brute_log_marginal


def cloud(kind: str, seed: int = 0, count: int = 60) -> EncodedImages:
    torch.manual_seed(seed)
    model = build(configured(kind, width=16, encoder_blocks=0, decoder_blocks=0)).eval()
    model.requires_grad_(False)
    split = datasets.load("mnist", train=False)
    images, labels = split.images[:count], split.labels[:count]
    mean, logvar = coding.encode(model, images)
    return EncodedImages(
        f"{kind}{seed}", model, images, labels, mean, None if logvar is None else np.exp(logvar / 2)
    )


def grey(c: EncodedImages) -> torch.Tensor:
    return torch.tensor(c.images.reshape(-1, 784)).float() / 255


@pytest.mark.parametrize("name", COLOURINGS)
def test_every_colouring_has_a_finite_value_for_every_image_of_a_vae(name: str) -> None:
    numbers = COLOURINGS[name](cloud("vae"), cloud("ae"))
    assert numbers.shape == (60,) and numbers.dtype == np.float32 and np.isfinite(numbers).all()


def test_the_error_is_the_cross_entropy_at_the_code() -> None:
    c = cloud("ae")
    logits = c.model.decode(torch.tensor(c.mean))
    expected = -Bernoulli(logits=logits, validate_args=False).log_prob(grey(c)).sum(-1)
    np.testing.assert_allclose(values.error(c, c), expected.numpy(), rtol=1e-5)


def test_the_kl_is_that_of_torch() -> None:
    c = cloud("vae")
    assert c.sd is not None
    expected = kl_divergence(Normal(torch.tensor(c.mean), torch.tensor(c.sd)), Normal(0.0, 1.0)).sum(-1)
    np.testing.assert_allclose(values.kl(c, c), expected.numpy(), rtol=1e-4)


def test_the_likelihood_is_the_integral_over_the_plane() -> None:
    c = cloud("vae")

    def linear_form(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = c.model.decode(z)
        return logits, -torch.nn.functional.softplus(logits).sum(-1)

    expected = brute_log_marginal(linear_form, grey(c), grid=values.QUADRATURE_POINTS)
    np.testing.assert_allclose(values.likelihood(c, c), expected.numpy(), atol=1e-3)


@pytest.mark.parametrize("name", ["kl", "likelihood"])
def test_an_autoencoder_has_no_prior(name: str) -> None:
    with pytest.raises(ValueError, match=r"ae0 has no q\(z\|x\)"):
        COLOURINGS[name](cloud("ae"), cloud("ae"))


def test_neighbours_of_the_same_map_do_not_change() -> None:
    assert values.neighbours(cloud("vae"), cloud("vae")).max() == 0
    assert values.neighbours(cloud("vae"), cloud("vae", seed=3)).mean() > 0.1


def test_maps_of_different_images_have_no_common_neighbours() -> None:
    with pytest.raises(ValueError, match="different data sets"):
        values.neighbours(cloud("vae"), cloud("ae", count=50))
