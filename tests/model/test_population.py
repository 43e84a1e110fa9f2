"""What large samples of paths look like, against an independent program with numpy's random numbers.

Most of these laws have no fourth moment, so nothing here is a sample variance or kurtosis: the mean
of abs(r), quantiles of r and of sigma, and the autocorrelation of truncated abs(r). Each statistic is
computed on every batch of paths; the two programs' means over batches must agree within four combined
standard errors. Seed 0 for the engine, 1 for numpy, nothing chosen.
"""

from functools import cache

import numpy as np
import pytest

from stresskit.domain import Float1D, Float2D
from tests.reference.paths import degrees_of, simulate_gjr
from tests.shipped import ASSETS, draw, shipped

STEPS, BATCHES, BATCH = 120, 100, 300
LAGS = (1, 5, 20)
OF_RETURNS = (0.001, 0.01, 0.1, 0.9, 0.99, 0.999)
OF_SIGMA = (0.01, 0.25, 0.5, 0.75, 0.9, 0.99)
NAMES = [
    "E|r|",
    *(f"r {q}" for q in OF_RETURNS),
    *(f"sigma {q}" for q in OF_SIGMA),
    *(f"acf {k}" for k in LAGS),
]

each_step = pytest.mark.parametrize("step", ["1h", "1d"])


def statistics(returns: Float2D, variance: Float2D, cut: float) -> Float1D:
    """All statistics of one batch (steps, paths); sizes are truncated at `cut`."""
    size, late = np.abs(returns), slice(STEPS // 4, None, 5)
    short = np.minimum(size, cut)
    x = short - short.mean()
    acf = [(x[k:] * x[:-k]).mean() / (x * x).mean() for k in LAGS]
    quantiles = np.quantile(returns[late], OF_RETURNS), np.quantile(np.sqrt(variance[late]), OF_SIGMA)
    return np.concatenate([[size.mean()], *quantiles, acf])


def by_batch(returns: Float2D, variance: Float2D, cut: float) -> Float2D:
    """Statistics (batches, statistic) of paths (steps, batches x paths)."""
    columns = [slice(first, first + BATCH) for first in range(0, returns.shape[1], BATCH)]
    return np.array([statistics(returns[:, c], variance[:, c], cut) for c in columns])


def before(after: Float2D, start: float) -> Float2D:
    """The variances that returns were drawn with, from those that follow them."""
    return np.vstack([np.full((1, after.shape[1]), start), after[:-1]])


@cache
def engine(step: str) -> list[Float2D]:
    """Statistics of every asset by the kernels, from twice the long-run variance."""
    model = shipped(step)
    long_run = model.marginals.long_run_variance
    found: list[list[Float2D]] = [[] for _ in ASSETS]
    for first in range(0, BATCHES * BATCH, 5 * BATCH):
        returns, after = draw(model, STEPS, 5 * BATCH, start=2 * long_run, first=first)
        for i, batches in enumerate(found):
            h = before(after[:, i], 2 * long_run[i])
            batches.append(by_batch(returns[:, i], h, 3 * np.sqrt(long_run[i])))
    return [np.vstack(batches) for batches in found]


def distance(one: Float2D, other: Float2D) -> Float1D:
    """Difference of the batches' means in combined standard errors."""
    error = np.sqrt(one.var(axis=0, ddof=1) / len(one) + other.var(axis=0, ddof=1) / len(other))
    return (one.mean(axis=0) - other.mean(axis=0)) / error


@each_step
@pytest.mark.parametrize("asset", range(len(ASSETS)), ids=ASSETS)
def test_against_an_independent_program(step: str, asset: int) -> None:
    marginals = shipped(step).marginals
    long_run = float(marginals.long_run_variance[asset])
    generator = np.random.default_rng([1, asset])
    twin = simulate_gjr(marginals, asset, 2 * long_run, STEPS, BATCHES * BATCH, generator)
    apart = distance(engine(step)[asset], by_batch(*twin, 3 * np.sqrt(long_run)))
    assert np.abs(apart).max() < 4, dict(zip(NAMES, apart.round(2), strict=True))


@each_step
def test_paths_cluster(step: str) -> None:
    """The autocorrelation of sizes is there, and falls with the lag."""
    for values in engine(step):
        acf, error = values.mean(axis=0)[-3:], values.std(axis=0, ddof=1)[-3:] / np.sqrt(BATCHES)
        assert acf[0] > acf[2] > 0
        assert acf[0] > 5 * error[0]


def test_against_arch() -> None:
    """The same statistics of BTC by the hour, simulated by the ``arch`` package from its own state."""
    from arch import arch_model

    model, seen = shipped("1h"), np.random.default_rng(2).standard_normal(250)
    m = model.marginals
    law = [m.omega[0] * 1e4, m.alpha[0], m.gamma[0], m.beta[0], degrees_of(m, 0)]
    fixed = arch_model(seen, mean="Zero", vol="GARCH", p=1, o=1, q=1, dist="t", rescale=False).fix(law)
    shape = {"horizon": STEPS, "simulations": BATCHES * BATCH, "reindex": False}
    paths = fixed.forecast(**shape, method="simulation", random_state=np.random.RandomState(3)).simulations
    theirs, h = paths.values[-1].T / 100, paths.residual_variances[-1].T / 1e4
    used, cut = np.array([0]), 3 * np.sqrt(float(m.long_run_variance[0]))
    returns, after = draw(model, STEPS, BATCHES * BATCH, used=used, start=h[0, :1].copy())
    ours = by_batch(returns[:, 0], before(after[:, 0], h[0, 0]), cut)
    apart = distance(ours, by_batch(theirs, h, cut))
    assert np.abs(apart).max() < 4, dict(zip(NAMES, apart.round(2), strict=True))
