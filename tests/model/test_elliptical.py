"""The copulas against exact mathematics: orthants, Kendall's tau, and the joint tail at a finite level."""

import numpy as np
import pytest
from scipy import integrate, stats

from stresskit.domain import Dependence, Float2D
from stresskit.model.elliptical import GaussianCopula, StudentTCopula, build_elliptical
from tests.golden_cases import golden
from tests.shipped import draw, joint, made

PATHS = 200_000
ORTHANTS = golden("models.json", "elliptical_orthants")
KENDALL = golden("models.json", "elliptical_kendall")


def sample(correlation: Float2D, nu: float, steps: int = 1, paths: int = PATHS) -> Float2D:
    """Innovations (assets, steps x paths) of one copula: constant volatility, margins of the copula's law."""
    model = joint(made(len(correlation), nu), correlation, nu)
    returns, _ = draw(model, steps, paths)
    return returns.transpose(1, 0, 2).reshape(len(correlation), -1)


def equicorrelated(rho: float, n: int) -> Float2D:
    matrix = np.full((n, n), rho)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def kendall(x: Float2D) -> Float2D:
    """All pairs' tau (assets, assets) of a sample (assets, n) without ties."""
    n = x.shape[1]
    signs = np.sign(x[:, :, None] - x[:, None, :]).reshape(len(x), -1)
    return signs @ signs.T / (n * (n - 1))


def joint_tail(rho: float, nu: float, u: float) -> float:
    """C(u, u) of the Student-t copula: one coordinate's density times the other's conditional law."""
    edge = stats.t.ppf(u, nu)

    def both(y: float) -> float:
        given = (edge - rho * y) / np.sqrt((1 - rho**2) * (nu + y * y) / (nu + 1))
        return float(stats.t.pdf(y, nu) * stats.t.cdf(given, nu + 1))

    return float(integrate.quad(both, -np.inf, edge, epsabs=1e-14)[0])


@pytest.mark.parametrize("nu", [3.0, 6.5, np.inf])
def test_orthants(nu: float) -> None:
    """All coordinates positive: a probability that needs no margin and no tail."""
    expected = ORTHANTS["expected"]
    triple = np.array(ORTHANTS["inputs"]["triple"])
    cases = [(equicorrelated(0.5, d), 1 / (d + 1)) for d in (3, 5, 9)]
    cases += [(equicorrelated(0.5, 2), expected["pair"]), (triple, expected["triple"])]
    for correlation, p in cases:
        x = sample(correlation, nu)
        for side in (x > 0, x < 0):
            found = side.all(axis=0).mean()
            assert abs(found - p) < 4 * np.sqrt(p * (1 - p) / PATHS)


@pytest.mark.parametrize("nu", [3.0, 6.5, np.inf])
def test_kendalls_tau_is_that_of_every_elliptical_law(nu: float) -> None:
    """100 batches of 300: within four standard errors of the batches' mean."""
    for rho, tau in zip(KENDALL["inputs"]["rho"], KENDALL["expected"]["tau"], strict=True):
        x = sample(equicorrelated(rho, 2), nu, paths=30_000)
        batches = np.array([kendall(part)[0, 1] for part in np.split(x, 100, axis=1)])
        assert abs(batches.mean() - tau) < 4 * batches.std(ddof=1) / 10


@pytest.mark.parametrize(("rho", "nu"), [(0.5, 3.0), (0.7, 6.5), (0.0, 4.0), (-0.5, 4.0)])
def test_the_joint_tail_at_one_percent(rho: float, nu: float) -> None:
    """Against C(u, u) itself, not its limit: at 1 % the two still differ."""
    x = sample(equicorrelated(rho, 2), nu, steps=5)
    p, edge = joint_tail(rho, nu, 0.01), stats.t.ppf(0.01, nu) * np.sqrt((nu - 2) / nu) * 0.01
    for both in ((x < edge).all(axis=0), (x > -edge).all(axis=0)):
        assert abs(both.mean() - p) < 4 * np.sqrt(p * (1 - p) / both.size)


def test_the_joint_tail_formula_against_known_laws() -> None:
    assert joint_tail(0.0, 1e7, 0.01) == pytest.approx(1e-4, rel=1e-4)
    assert joint_tail(0.5, 4.0, 0.5) == pytest.approx(1 / 3, abs=1e-9)


def test_one_chi_square_is_shared_by_all_assets() -> None:
    """Uncorrelated assets are not independent: their sizes move together, and not so in the Gaussian."""
    for nu, dependent in ((4.0, True), (np.inf, False)):
        x = np.log(np.abs(sample(np.eye(2), nu)))
        found = np.corrcoef(x)[0, 1] * np.sqrt(PATHS)
        assert found > 50 if dependent else abs(found) < 4


def test_a_sign_matrix_makes_legs_that_move_as_one() -> None:
    x = sample(np.outer([1, -1, 1], [1, -1, 1]).astype(float), 6.5, paths=1000)
    np.testing.assert_allclose(x[1], -x[0], rtol=1e-12)
    np.testing.assert_allclose(x[2], x[0], rtol=1e-12)


def test_the_degrees_of_freedom_choose_the_kind() -> None:
    used = np.arange(2)
    assert isinstance(build_elliptical(Dependence(np.eye(2), np.inf), used), GaussianCopula)
    assert isinstance(build_elliptical(Dependence(np.eye(2), 5.0), used), StudentTCopula)


def test_unused_assets_need_no_rows_and_padding_is_zero() -> None:
    """Rows of the whole factor: what is used above cannot depend on what is used below."""
    matrix = equicorrelated(0.6, 10)
    whole = build_elliptical(Dependence(matrix, 5.0), np.arange(10)).factor
    some = build_elliptical(Dependence(matrix, 5.0), np.array([1, 6])).factor
    assert some.shape == (4, 8)
    assert np.array_equal(some[:2], whole[[1, 6], :8])
    assert not some[2:].any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_refused(bad: float) -> None:
    matrix = np.eye(3)
    matrix[0, 2] = matrix[2, 0] = bad
    with pytest.raises(ValueError, match="finite"):
        build_elliptical(Dependence(matrix, 5.0), np.arange(3))


@pytest.mark.parametrize("nu", [np.nan, -np.inf, 2.0, 0.0])
def test_degrees_of_freedom_are_more_than_two(nu: float) -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        build_elliptical(Dependence(np.eye(2), nu), np.arange(2))


def test_what_is_not_a_correlation_matrix_is_refused() -> None:
    with pytest.raises(ValueError, match="positive semidefinite"):
        build_elliptical(
            Dependence(np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]), 5.0), np.arange(3)
        )
