"""The simulated paths of every shipped asset and frequency give back the law that they were drawn from.

From the returns alone the published recursion is run again: r -> h -> z = r / sqrt(h). The residuals
must be independent Student-t draws of unit variance, joined by the t copula. Seeds 0, 1, 2, nothing
chosen. Sizes by Bonferroni: a family of tests at one frequency is allowed a false alarm of 0.001 in
all, so each of its m tests is refused below p = 0.001 / m (m = 30 for ten assets and three seeds).
"""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from stresskit.domain import Float1D, Float2D, Float3D
from tests.model.test_elliptical import joint_tail, kendall
from tests.reference.paths import degrees_of
from tests.shipped import ASSETS, TEN_DAYS, draw, shipped

SEEDS = (0, 1, 2)
FAMILY = 0.001
SAMPLE = 240_000  # residuals an asset and seed: a multiple of the steps
LEVELS = (0.001, 0.01, 0.99, 0.999)
FLOOR = -0.95
PAIRS = np.triu_indices(len(ASSETS), 1)

each_step = pytest.mark.parametrize("step", TEN_DAYS)


@cache
def residuals(step: str, seed: int) -> Float3D:
    """Residuals (steps, assets, paths) recovered from the returns of ten days of paths.

    Where a return lies at its floor the residual is hidden; it is then taken from the variance that
    follows, which feels all of it.
    """
    model, steps = shipped(step), TEN_DAYS[step]
    m = model.marginals
    returns, after = draw(model, steps, SAMPLE // steps, seed)
    omega, alpha, gamma, beta = (getattr(m, n)[:, None] for n in ("omega", "alpha", "gamma", "beta"))
    h, z = np.repeat(m.long_run_variance[:, None], returns.shape[2], axis=1), np.empty_like(returns)
    for t in range(steps):
        e = returns[t].copy()
        hidden = e == FLOOR
        e[hidden] = -np.sqrt((after[t] - omega - beta * h) / (alpha + gamma))[hidden]
        z[t] = e / np.sqrt(h)
        h = omega + (alpha + gamma * (e < 0)) * e * e + beta * h
        np.testing.assert_allclose(after[t], h, rtol=1e-9)
    return z


def standard(step: str, asset: int) -> tuple[float, float]:
    """Degrees of freedom, and what to multiply a residual with to make it a plain Student-t."""
    nu = degrees_of(shipped(step).marginals, asset)
    return nu, float(np.sqrt(nu / (nu - 2)))


def of_asset(step: str, seed: int, asset: int) -> Float1D:
    return residuals(step, seed)[:, asset].ravel()


def copula_sample(step: str, seed: int) -> Float2D:
    """Residuals (assets, n), a column a path and step."""
    return residuals(step, seed).transpose(1, 0, 2).reshape(len(ASSETS), -1)


@each_step
def test_kolmogorov_smirnov(step: str, figures: list[str]) -> None:
    p = {}
    for i, asset in enumerate(ASSETS):
        nu, scale = standard(step, i)
        for seed in SEEDS:
            p[asset, seed] = stats.kstest(of_asset(step, seed, i) * scale, "t", (nu,)).pvalue
    worst = min(p, key=lambda at: p[at])
    figures.append(f"{step} KS of residuals: smallest p {p[worst]:.2g} of {len(p)} {worst}")
    assert p[worst] > FAMILY / len(p)


@each_step
@pytest.mark.parametrize("level", LEVELS)
def test_tail_quantiles(step: str, level: float, figures: list[str]) -> None:
    """As many residuals lie below the law's quantile as a binomial allows."""
    p = []
    for i in range(len(ASSETS)):
        nu, scale = standard(step, i)
        for seed in SEEDS:
            below = int((of_asset(step, seed, i) * scale < stats.t.ppf(level, nu)).sum())
            p.append(stats.binomtest(below, SAMPLE, level).pvalue)
    figures.append(f"{step} tail at {level:g}: smallest p {min(p):.2g} of {len(p)}")
    assert min(p) > FAMILY / len(p)


@each_step
def test_signs_and_sizes_do_not_repeat(step: str) -> None:
    """Neither a residual's sign nor its being above the median size tells anything of the next step's."""
    p = []
    for i in range(len(ASSETS)):
        nu, scale = standard(step, i)
        median = stats.t.ppf(0.75, nu)
        for seed in SEEDS:
            z = residuals(step, seed)[:, i] * scale
            for state in (z > 0, np.abs(z) > median):
                same = state[1:] == state[:-1]
                p.append(stats.binomtest(int(same.sum()), same.size, 0.5).pvalue)
    assert min(p) > FAMILY / len(p)


@each_step
def test_kendalls_tau_of_every_pair(step: str) -> None:
    """Against 2/pi asin(rho): 45 pairs within four standard errors, by 200 batches of 200."""
    expected = 2 / np.pi * np.arcsin(shipped(step).dependence.correlation)[PAIRS]
    batches = np.split(copula_sample(step, 0)[:, :40_000], 200, axis=1)
    tau = np.array([kendall(part)[PAIRS] for part in batches])
    error = tau.std(axis=0, ddof=1) / np.sqrt(len(tau))
    assert np.all(np.abs(tau.mean(axis=0) - expected) < 4 * error)


@each_step
def test_the_joint_tail_of_every_pair_at_one_percent(step: str) -> None:
    """Both in their worst, or both in their best, hundredth: C(u, u) within four binomial errors."""
    dependence = shipped(step).dependence
    x = np.hstack([copula_sample(step, seed) for seed in SEEDS])
    edges = [stats.t.ppf(0.01, nu) / scale for nu, scale in (standard(step, i) for i in range(len(ASSETS)))]
    low, high = (x < np.array(edges)[:, None]), (x > -np.array(edges)[:, None])
    for i, j in zip(*PAIRS, strict=True):
        p = joint_tail(float(dependence.correlation[i, j]), dependence.nu, 0.01)
        for side in (low, high):
            found = (side[i] & side[j]).mean()
            assert abs(found - p) < 4 * np.sqrt(p * (1 - p) / x.shape[1]), (ASSETS[i], ASSETS[j])
