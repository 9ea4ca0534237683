"""Where every nat of log p(x) goes, for one image and one run. Torch in, numpy out."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import map_coordinates

from explorer.latent.frame import Window
from training.families import LatentModel
from training.integrals import adaptive, gaussian
from training.integrals.adaptive import LogLikelihood
from training.integrals.adaptive import Posterior as Posterior  # what others get from here
from training.integrals.gaussian import Gaussian
from training.integrals.moments import SCAN_EXTENT, SCAN_SIDE

FAINT_BELOW = 6.0  # nats below the peak of p(z|x): what is fainter holds a thousandth of it
NARROW_CELL = 1 / 48  # a cell of a picture of p(z|x) that is narrower is decoded, not interpolated


@dataclass(frozen=True)
class Account:
    """An image's nats: log_evidence = elbo + gap, elbo = -reconstruction - kl; and q, the encoder's.

    gap: KL(q || p(z|x)), E_q and log p(x) in it summed over other codes than in elbo and log_evidence.
    residual: elbo + gap - log_evidence: 0 but for the errors of all these sums. spacing, codes, error: of the
    lattice that log_evidence was summed on. mode (2,); mean, sd (2,); box (2, 2): the least and the largest
    z where p(z|x) is within FAINT_BELOW nats of its peak.
    """

    log_evidence: float
    error: float
    spacing: float
    codes: int
    reconstruction: float
    kl: float
    elbo: float
    gap: float
    residual: float
    mode: np.ndarray
    box: np.ndarray
    mean: np.ndarray
    sd: np.ndarray


@dataclass(frozen=True)
class Step:
    """A moment of the search for the best q: which search it is, the q and its ELBO in nats.

    phase: "encoder" or "mode", where an axis-parallel q began, or "tilted", the better one set free.
    """

    phase: str
    mean: np.ndarray
    tril: np.ndarray
    elbo: float


def likelihood(model: LatentModel, x: np.ndarray) -> LogLikelihood:
    return adaptive.log_likelihood_of(model.linear_form, model.likelihood, torch.from_numpy(x))


def posterior(model: LatentModel, x: np.ndarray) -> Posterior:
    """p(z|x) on a lattice that follows it; x: (c * h * w,) float32."""
    image = torch.from_numpy(x)
    return adaptive.posterior_of(likelihood(model, x), model.scan(image[None]), image)


def encoded(model: LatentModel, x: np.ndarray) -> Gaussian:
    """The encoder's q(z|x). Raises ValueError where there is none."""
    mean, logvar = model.encode(torch.from_numpy(x)[None])
    if logvar is None:
        raise ValueError("the model has no q(z|x)")
    return gaussian.diagonal(mean[0], logvar[0])


def account(model: LatentModel, x: np.ndarray, posterior: Posterior) -> Account:
    """All the numbers of one image. Raises ValueError where there is no q(z|x)."""
    q = encoded(model, x)
    log_likelihood = likelihood(model, x)
    with ThreadPoolExecutor(1) as pool:  # torch has one thread here; a wide q takes half a second for each
        bounding = pool.submit(gaussian.bound, log_likelihood, q)
        log_normaliser = posterior.lattice.independent_log_evidence
        gap = gaussian.kl_to_posterior(log_likelihood, q, log_normaliser)  # here, where it may be given up
        bound = bounding.result()
    if not np.isfinite(bound.elbo + gap):
        raise ValueError("the ELBO of this image is no finite number: the encoder's weights are spoiled")
    bright = posterior.lattice.z[
        posterior.lattice.log_joint > posterior.lattice.log_joint.max() - FAINT_BELOW
    ]
    return Account(
        log_evidence=posterior.log_evidence,
        error=posterior.error,
        spacing=posterior.lattice.spacing,
        codes=len(posterior.lattice.index),
        reconstruction=bound.reconstruction,
        kl=bound.kl,
        elbo=bound.elbo,
        gap=gap,
        residual=bound.elbo + gap - posterior.log_evidence,
        mode=posterior.lattice.mode.numpy(),
        box=torch.stack([bright.amin(0), bright.amax(0)]).numpy(),
        mean=q.mean.numpy(),
        sd=q.tril.diagonal().numpy(),
    )


def search(model: LatentModel, x: np.ndarray, posterior: Posterior) -> Iterator[Step]:
    """Better and better q: axis-parallel from the encoder's and from the mode, then the better one set free.

    The last step of each phase has its ELBO by the finer quadrature of `account`. Raises ValueError.
    """
    log_likelihood = likelihood(model, x)
    starts = {"encoder": encoded(model, x), "mode": gaussian.at_mode(posterior)}
    ends: dict[str, tuple[Gaussian, float]] = {}
    for phase, start in starts.items():
        ends[phase] = yield from improved(log_likelihood, phase, start)
    best = max(ends.values(), key=lambda end: end[1])
    yield from improved(log_likelihood, "tilted", best[0])


def improved(
    log_likelihood: LogLikelihood, phase: str, start: Gaussian
) -> Generator[Step, None, tuple[Gaussian, float]]:
    """The steps of one phase; its end, with its ELBO, is the value of `yield from`."""
    q = start
    for q, elbo in gaussian.improved(log_likelihood, start, tilted=phase == "tilted"):
        if not np.isfinite(elbo):
            raise ValueError("the ELBO of this image is no finite number: no better q can be searched for")
        yield Step(phase, q.mean.numpy(), q.tril.numpy(), elbo)
    elbo = gaussian.bound(log_likelihood, q).elbo
    yield Step(phase, q.mean.numpy(), q.tril.numpy(), elbo)
    return q, elbo


def picture(
    model: LatentModel, x: np.ndarray, posterior: Posterior, window: Window, count: int
) -> np.ndarray:
    """log p(z|x) in nats at the centres of count x count cells of a window: float32, row 0 at the top.

    From the scan of the plane where cells are wide, decoded anew where they are narrow; -inf beyond the scan.
    """
    shares = (np.arange(count) + 0.5) / count
    across = window.left + shares * (window.right - window.left)
    down = window.top - shares * (window.top - window.bottom)
    image = torch.from_numpy(x)
    if across[1] - across[0] < NARROW_CELL:
        z1, z2 = np.meshgrid(across, down)
        z = torch.from_numpy(np.stack([z1.ravel(), z2.ravel()], 1).astype(np.float32))
        with torch.no_grad():
            joint = adaptive.log_joint(likelihood(model, x), z, image).numpy().reshape(count, count)
    else:
        scanned = model.scan(image[None])
        known = (scanned.a @ (image @ scanned.basis) + scanned.b).view(SCAN_SIDE, SCAN_SIDE).numpy()
        places = [(v + SCAN_EXTENT) * (SCAN_SIDE - 1) / (2 * SCAN_EXTENT) for v in np.meshgrid(across, down)]
        joint = map_coordinates(known, places, order=3, mode="constant", cval=-np.inf, prefilter=True)
    return (joint - posterior.log_evidence).astype(np.float32)
