"""The laws of the dependences with memory: Rosenblatt transforms, frequencies, block lengths.

Given its state, each sampler's Rosenblatt transform is uniform and independent. At seeds 0 to 9, 2000
paths: Kolmogorov-Smirnov p-values above 1e-4 each, and rank correlations between any two coordinates
within 4.5 / sqrt(n); both thresholds are beyond the largest of the some 300 looks of a true law.
"""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from stresskit.domain import Bootstrap, Dcc, Dependence, JointModel, Regime
from tests.model.remembering import CORRELATION, FAR
from tests.reference.memory import correlation_of
from tests.shipped import draw, made

PATHS, STEPS, N = 2000, 6, 4
SEEDS = pytest.mark.parametrize("seed", range(10))


def innovations(dependence, nu, seed, steps=STEPS, paths=PATHS):
    """Innovations (steps, assets, paths) of constant volatility 1 %, and the variances observed."""
    given = JointModel(tuple("ABCD"), 86400, made(N, nu), dependence)
    returns, variance = draw(given, steps, paths, seed)
    return returns / 0.01, variance / 1e-4


def rosenblatt(x, matrix, nu):
    """Uniforms (assets, paths) of variates x (assets, paths) with a correlation (paths, assets, assets)."""
    root = np.linalg.cholesky(matrix)
    u = np.linalg.solve(root, x.T[..., None])[..., 0].T
    if np.isinf(nu):
        return stats.norm.cdf(u)
    found, distance = np.empty_like(u), np.zeros(u.shape[1])
    for i in range(len(u)):
        found[i] = stats.t.cdf(u[i] / np.sqrt((nu + distance) / (nu + i)), nu + i)
        distance += u[i] ** 2
    return found


def assert_uniform_and_independent(u):
    for row in u:
        assert stats.kstest(row, "uniform").pvalue > 1e-4
    for one, two in combinations(u, 2):
        assert abs(stats.spearmanr(one, two).statistic) < 4.5 / np.sqrt(len(one))


@SEEDS
def test_dcc_given_its_matrix(seed):
    nu = (6.0, np.inf)[seed % 2]
    model = Dcc(CORRELATION, 0.1, 0.85, nu)
    spread = np.sqrt(nu / (nu - 2)) if np.isfinite(nu) else 1.0
    e, _ = innovations(model, nu, seed)
    q, uniforms = np.broadcast_to(CORRELATION, (PATHS, N, N)), []
    for step in range(STEPS):
        r = np.array([correlation_of(matrix) for matrix in q])
        uniforms.append(rosenblatt(spread * e[step], r, nu))
        q = 0.05 * CORRELATION + 0.1 * np.einsum("ip,jp->pij", e[step], e[step]) + 0.85 * q
    assert_uniform_and_independent(np.concatenate([uniforms[0], uniforms[-1]]))


@SEEDS
def test_regime_given_its_state(seed):
    """Margins of t(6): calm variates are the innovations, crisis ones their quantiles under t(3)."""
    model = Regime(Dependence(CORRELATION, 6.0), Dependence(FAR, 3.0), 2.0, 0.8, 0.6)
    share = 0.2 / 0.6
    size = np.array([1.0, 2.0]) / np.sqrt(1 - share + 4 * share)
    r, seen = innovations(model, 6.0, seed)
    state = (seen[-2, 0] > 1).astype(int)  # of the last step: the venue observes it one step before
    variate = r[-1] / size[state] * np.sqrt(6 / 4)
    calm = rosenblatt(variate[:, state == 0], CORRELATION[None], 6.0)
    stressed = stats.t.ppf(stats.t.cdf(variate[:, state == 1], 6.0), 3.0)
    assert_uniform_and_independent(calm)
    assert_uniform_and_independent(rosenblatt(stressed, FAR[None], 3.0))


@SEEDS
def test_bootstrap_given_its_rows(seed):
    """The rank of the row is uniform, at every step, and fresh rows do not depend on the rows before."""
    table = np.sort(np.random.default_rng(1).standard_normal((997, N)), axis=0)
    e, _ = innovations(Bootstrap(table, 1.0), np.inf, seed)
    ranks = np.searchsorted(np.sort(e[:, 0].ravel()), e[:, 0])
    places = (stats.rankdata(ranks, axis=1) - 0.5) / PATHS
    uniform = np.unique(table[:, 0]).size
    assert uniform == 997
    for one, two in combinations(places, 2):
        assert abs(stats.spearmanr(one, two).statistic) < 4.5 / np.sqrt(PATHS)
    rows = row_of(e, table)
    for step in range(STEPS):
        counts = np.histogram(rows[step], bins=20, range=(0, 997))[0]
        expected = np.histogram(np.arange(997), bins=20, range=(0, 997))[0] * PATHS / 997
        assert stats.chisquare(counts, expected).pvalue > 1e-4


def row_of(e, table):
    """Which row each cross-section of innovations (steps, assets, paths) is."""
    unit = (table[:, 0] - table[:, 0].mean()) / table[:, 0].std()
    order = np.argsort(unit)
    near = np.clip(np.searchsorted(unit[order], e[:, 0] - 1e-9), 0, len(unit) - 1)
    found = order[near]
    np.testing.assert_allclose(unit[found], e[:, 0], atol=1e-8)
    return found


def test_blocks_have_the_geometric_lengths_they_should_and_wrap_around():
    table = np.random.default_rng(1).standard_normal((101, N))
    e, _ = innovations(Bootstrap(table, 5.0), np.inf, 3, steps=60, paths=4000)
    rows = row_of(e, table)
    follows = rows[1:] == (rows[:-1] + 1) % 101
    p = 0.8 + 0.2 / 101  # a fresh row may be the next one by chance
    assert abs(follows.mean() - p) < 4 * np.sqrt(p * (1 - p) / follows.size)
    assert (rows[1:][follows & (rows[:-1] == 100)] == 0).all()
    assert (follows & (rows[:-1] == 100)).any()
    fresh = ~follows[:30]
    for k in (1, 5, 15):
        lasts = np.array([follows[t + 1 : t + 1 + k].all(axis=0) for t in range(30)])[fresh]
        assert abs(lasts.mean() - p**k) < 4.5 * np.sqrt(p**k / lasts.size)


def test_cross_sections_stay_whole():
    table = np.random.default_rng(1).standard_normal((50, N)) * 3.0 + 1.0
    e, _ = innovations(Bootstrap(table, 3.0), np.inf, 0)
    unit = (table - table.mean(axis=0)) / table.std(axis=0)
    np.testing.assert_allclose(unit[row_of(e, table)].transpose(0, 2, 1), e, atol=1e-9)


@pytest.mark.parametrize("start", [None, 1.0, 0.0])
def test_long_run_frequencies_and_variance_of_the_regime(start):
    """Share of the crisis at each step as the chain says; E r^2 of the long run is the marginal's."""
    calm = Dependence(CORRELATION, np.inf)
    model = Regime(calm, Dependence(FAR, np.inf), 3.0, 0.95, 0.8, start)
    r, seen = innovations(model, np.inf, 5, steps=80, paths=5000)
    share = np.full(80, 0.2)
    p = 0.2 if start is None else start
    for step in range(80):
        p = p * 0.8 + (1 - p) * 0.05
        share[step] = p
    found = (seen[:, 0] > 1).mean(axis=1)
    assert np.all(np.abs(found - share) < 4.5 * np.sqrt(0.25 / 5000))
    if start is None:
        assert abs(found.mean() - 0.2) < 0.01
        assert (r**2).mean() == pytest.approx(1.0, abs=0.03)
        assert seen.mean() == pytest.approx(1.0, abs=0.03)
