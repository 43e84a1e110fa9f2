"""Every kind of marginal under every law: the kernels against the slow twin, and what they refuse."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from stresskit.domain import Innovation, SemiParametric
from stresskit.model.egarch import CAP
from stresskit.model.innovations import lower_quantile, mean_size
from stresskit.model.marginal import build_marginals
from tests.model.kinds import LEVEL, NEWS, marginals_of_kind
from tests.model.laws import LAWS
from tests.reference.paths import exact_maps, path_returns
from tests.shipped import draw, joint

SEED, STEPS, COPULA = 20261122, 12, 6.5
PAIR = np.array([[1.0, 0.6], [0.6, 1.0]])
INF = float("inf")

every_law = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
every_kind = pytest.mark.parametrize("kind", NEWS)


@every_law
@every_kind
def test_the_kernels_are_the_twin(kind: str, law: Innovation) -> None:
    """A residual is off by its map's error e (the copula's scale included), n steps by (1 + 3 n) e."""
    model = joint(marginals_of_kind(kind, law, 2), PAIR, COPULA)
    e = 3e-4 if isinstance(law, SemiParametric) else 9e-6
    start = 1.7 * model.marginals.long_run_variance
    returns, variance = draw(model, STEPS, 70, SEED, start=start)
    maps = exact_maps(model.marginals, COPULA)
    room = e * (1 + 3 * np.arange(STEPS))[:, None]
    for path in (0, 1, 63, 69):
        expected, after = path_returns(model, maps, start, SEED, path, STEPS)
        assert np.all(np.abs(returns[:, :, path] - expected) <= room * np.maximum(np.abs(expected), 0.013))
        assert np.all(np.abs(variance[:, :, path] / after - 1) <= 3 * room + 1e-9)


@every_law
@every_kind
def test_recovered_residuals_follow_the_law(kind: str, law: Innovation) -> None:
    """z = r / sqrt(h) with the variance that the path carries: KS and tail counts, families of 0.001 / 20."""
    model = joint(marginals_of_kind(kind, law), np.eye(1), 4.0)
    returns, after = draw(model, 20, 5000, 1)
    before = np.concatenate([np.full((1, 5000), LEVEL), after[:-1, 0]])
    z = np.sort((returns[:, 0] / np.sqrt(before)).ravel())
    p = (np.arange(z.size) + 0.5) / z.size
    distance = np.abs(np.searchsorted(z, lower_quantile(law, p)) / z.size - p).max()
    assert distance < stats.kstwobign.isf(5e-5) / np.sqrt(z.size)
    for level in (0.001, 0.01, 0.99, 0.999):
        below = int((z < lower_quantile(law, np.array([level]))[0]).sum())
        assert stats.binomtest(below, z.size, level).pvalue > 5e-5


@every_law
def test_an_egarch_path_follows_its_formula(law: Innovation) -> None:
    """From the returns alone, by the published recursion with the held z."""
    m = marginals_of_kind("egarch", law)
    returns, after = draw(joint(m, np.eye(1), 4.0), 30, 2000, 3)
    h, alpha, gamma, beta, omega = np.full(2000, LEVEL), m.alpha[0], m.gamma[0], m.beta[0], m.omega[0]
    for t in range(30):
        z = np.clip(returns[t, 0] / np.sqrt(h), -CAP, CAP)
        h = np.exp(omega + alpha * (np.abs(z) - mean_size(law)) + gamma * z + beta * np.log(h))
        np.testing.assert_allclose(after[t, 0], h, rtol=1e-9)
        h = after[t, 0]


def test_an_egarch_holds_the_news_of_an_extreme_move() -> None:
    m = marginals_of_kind("egarch", LAWS["student_t"])
    returns, after = draw(joint(m, np.eye(1), 2.2), 1, 400_000, 5)
    far = np.abs(returns[0, 0]) / np.sqrt(LEVEL) > CAP
    assert far.sum() > 10
    assert np.unique(after[0, 0, far & (returns[0, 0] > 0)].round(12)).size == 1
    assert after[0, 0].max() < LEVEL * np.exp(m.alpha[0] * CAP - m.gamma[0] * CAP + 0.01)


@every_law
@every_kind
def test_the_multiplier_scales_the_return_and_not_the_recursion(kind: str, law: Innovation) -> None:
    model = joint(marginals_of_kind(kind, law), np.eye(1), 4.0)
    calm, after_calm = draw(model, 8, 100)
    wild, after_wild = draw(model, 8, 100, multiplier=2.5)
    np.testing.assert_allclose(wild, np.maximum(2.5 * calm, -0.95), rtol=1e-12)
    assert np.array_equal(after_calm, after_wild)


@every_law
@every_kind
def test_tiles_blocks_and_chosen_assets_shift_no_draw(kind: str, law: Innovation) -> None:
    model = joint(marginals_of_kind(kind, law, 2), PAIR, COPULA)
    whole = draw(model, 5, 300, SEED)
    some = draw(model, 5, 37, SEED, used=np.array([1]), first=100)
    for a, b in zip(some, whole, strict=True):
        assert np.array_equal(a, b[:, [1], 100:137])


@every_law
@every_kind
def test_nan_in_a_start_variance_is_not_lost(kind: str, law: Innovation) -> None:
    model = joint(marginals_of_kind(kind, law, 2), PAIR, COPULA)
    returns, after = draw(model, 2, 10, SEED, start=np.array([LEVEL, np.nan]))
    assert np.isnan(returns[0, 1]).all()
    assert np.isfinite(returns[:, 0]).all()
    if kind != "constant":
        assert np.isnan(after[:, 1]).all()


@pytest.mark.parametrize("bad", [float("nan"), INF, -INF])
@pytest.mark.parametrize("name", ["mean", "omega", "alpha", "gamma", "beta"])
@every_kind
def test_nan_and_infinity_are_refused(kind: str, name: str, bad: float) -> None:
    whole = marginals_of_kind(kind, LAWS["skew_t"], 2)
    column = getattr(whole, name).copy()
    column[1] = bad
    with pytest.raises(ValueError, match="asset 1"):
        build_marginals(replace(whole, **{name: column}), 6.5, np.array([0, 1]))
    build_marginals(replace(whole, **{name: column}), 6.5, np.array([0]))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"beta": 1.0}, "1 - beta"),
        ({"beta": -0.1}, "beta"),
        ({"alpha": 30.0}, "alpha"),
        ({"omega": 100.0}, "omega"),
    ],
)
def test_an_egarch_that_explodes_is_refused(wrong: dict[str, float], message: str) -> None:
    whole = marginals_of_kind("egarch", LAWS["normal"])
    with pytest.raises(ValueError, match=message):
        build_marginals(replace(whole, **{k: np.array([v]) for k, v in wrong.items()}), 6.5, np.array([0]))
