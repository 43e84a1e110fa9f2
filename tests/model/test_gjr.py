"""The recursion of one asset against its formula, step by step, and what it refuses."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from stresskit.domain import Float1D
from stresskit.model.gjr import FLOOR, build_gjr, step_asset
from stresskit.numerics.jit import kernel
from tests.shipped import draw, joint, made

ONE = np.array([0])
GJR = {"mean": 1e-3, "omega": 2e-5, "alpha": 0.05, "gamma": 0.1, "beta": 0.85}
Y = np.concatenate([-np.geomspace(1e-3, 8, 200), np.geomspace(1e-3, 8, 200)])


@kernel
def one_step(model: Any, multiplier: Any, y: Any, x: Any, h: Any, returns: Any, variance: Any) -> None:
    step_asset(model, 0, multiplier, y, x, h, returns, variance)


def step(
    y: Float1D, h: float, multiplier: float = 1.0, copula_nu: float = 6.5, **law: float
) -> tuple[Float1D, ...]:
    """Returns and the variances that follow."""
    state, returns, variance = np.full(y.size, h), np.empty(y.size), np.empty(y.size)
    one_step(
        build_gjr(made(**law), copula_nu, ONE), multiplier, y, np.empty(y.size), state, returns, variance
    )
    assert np.array_equal(state, variance, equal_nan=True)
    return returns, variance


def residual(y: Float1D, nu: float) -> Float1D:
    """The innovation that a variate of a copula of 6.5 degrees of freedom stands for."""
    tail = stats.t.sf(np.abs(y), 6.5)
    return np.sign(y) * stats.t.isf(tail, nu) * np.sqrt((nu - 2) / nu)


@pytest.mark.parametrize("nu", [3.5, 8.0])
@pytest.mark.parametrize("h", [1e-6, 4e-4])
def test_one_step_is_the_formula(nu: float, h: float) -> None:
    returns, variance = step(Y, h, nu=nu, **GJR)
    e = np.sqrt(h) * residual(Y, nu)
    np.testing.assert_allclose(returns - GJR["mean"], e, rtol=2e-5, atol=1e-17)
    news = GJR["alpha"] + GJR["gamma"] * (e < 0)
    np.testing.assert_allclose(variance, GJR["omega"] + news * e**2 + GJR["beta"] * h, rtol=2e-5)


def test_the_next_variance_follows_from_the_return() -> None:
    """Exactly: what a reader of returns computes by the published recursion is what the path carries."""
    returns, variance = step(Y, 4e-4, nu=4.0, **GJR)
    e = returns - GJR["mean"]
    news = GJR["alpha"] + GJR["gamma"] * (e < 0)
    np.testing.assert_allclose(variance, GJR["omega"] + news * e**2 + GJR["beta"] * 4e-4, rtol=1e-12)


def test_the_multiplier_scales_the_return_and_not_the_recursion() -> None:
    calm, after_calm = step(Y, 4e-4, nu=4.0, **GJR)
    wild, after_wild = step(Y, 4e-4, multiplier=2.5, nu=4.0, **GJR)
    np.testing.assert_allclose(wild - GJR["mean"], np.maximum(2.5 * (calm - GJR["mean"]), FLOOR), rtol=1e-11)
    assert np.array_equal(after_calm, after_wild)


def test_a_fall_is_floored_and_the_variance_feels_all_of_it() -> None:
    returns, variance = step(
        np.array([-30.0, 30.0]), 0.01, nu=3.0, omega=1e-4, alpha=0.1, gamma=0.1, beta=0.8
    )
    fall = np.sqrt(0.01) * residual(np.array([30.0]), 3.0)[0]
    assert fall > 0.95
    assert returns[0] == FLOOR == -0.95
    assert returns[1] == pytest.approx(fall, rel=2e-5)
    assert variance[0] == pytest.approx(1e-4 + 0.2 * fall**2 + 0.8 * 0.01, rel=5e-5)


def test_garch_is_symmetric_and_constant_volatility_is_constant() -> None:
    _, garch = step(Y, 4e-4, nu=4.0, omega=2e-5, alpha=0.05, beta=0.85)
    assert np.array_equal(garch[:200], garch[200:])
    _, constant = step(Y, 4e-4, nu=4.0, omega=4e-4)
    assert np.all(constant == 4e-4)


def test_leverage_may_be_inverted() -> None:
    """A negative gamma, as some assets have: rises stir more than falls."""
    _, variance = step(np.array([-2.0, 2.0]), 4e-4, nu=4.0, omega=2e-5, alpha=0.08, gamma=-0.08, beta=0.85)
    assert variance[0] == pytest.approx(2e-5 + 0.85 * 4e-4, rel=1e-12)
    assert variance[1] > variance[0]


def test_nan_is_never_lost() -> None:
    returns, variance = step(np.array([np.nan, 1.0]), 4e-4, nu=4.0, **GJR)
    assert np.isnan(returns[0])
    assert np.isnan(variance[0])
    assert np.isfinite(returns[1])
    assert np.isfinite(variance[1])
    returns, variance = step(np.array([1.0]), float("nan"), nu=4.0, **GJR)
    assert np.isnan(returns[0])
    assert np.isnan(variance[0])


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("name", ["mean", "omega", "alpha", "gamma", "beta"])
def test_nan_and_infinity_are_refused(name: str, bad: float) -> None:
    marginals = replace(made(2), **{name: np.array([0.01, bad])})
    with pytest.raises(ValueError, match="asset 1"):
        build_gjr(marginals, 6.5, np.array([0, 1]))
    build_gjr(marginals, 6.5, ONE)


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("omega", {"omega": -1e-9}),
        ("alpha:", {"alpha": -0.01, "gamma": 0.02}),
        ("alpha . gamma", {"alpha": 0.05, "gamma": -0.06}),
        ("beta", {"beta": -0.1}),
    ],
)
def test_what_could_make_a_variance_negative_is_refused(name: str, law: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=name):
        build_gjr(made(**law), 6.5, ONE)


@pytest.mark.parametrize("nu", [2.0, float("nan"), float("-inf")])
def test_innovations_without_a_variance_are_refused(nu: float) -> None:
    with pytest.raises(ValueError, match="above 2"):
        build_gjr(made(nu=nu), 6.5, ONE)
    with pytest.raises(ValueError, match="above 2"):
        build_gjr(made(), nu, ONE)


def test_a_path_of_constant_volatility_is_white_noise() -> None:
    returns, variance = draw(joint(made(omega=1e-4), np.eye(1)), 16, 20_000)
    assert np.all(variance == 1e-4)
    assert stats.kstest(returns.ravel() / 0.01, "norm").pvalue > 0.001
