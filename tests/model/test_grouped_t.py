"""The grouped t copula: its margins, its joint tails, and the Student-t copula it becomes."""

import math

import numpy as np
import pytest
from scipy import stats

from stresskit.domain import Dependence, GroupedT
from stresskit.model.dependence import build_copula, variate_nu
from tests.model.variates import drawn
from tests.reference.paths import CHI_SQUARE, box_muller, normals
from tests.reference.philox import words

R = np.array([[1, 0.6, 0.3, 0.4], [0.6, 1, 0.2, 0.5], [0.3, 0.2, 1, 0.7], [0.4, 0.5, 0.7, 1]])
GROUPED = GroupedT(R, np.array([0, 1, 0, 1]), np.array([3.0, 12.0]))
PATHS = 200_000


def twin(dependence: GroupedT, seed: int, path: int, step: int) -> np.ndarray:
    """One path and step in plain Python, with scipy's exact chi-square quantiles."""
    y = np.linalg.cholesky(dependence.correlation) @ normals(seed, path, step, len(dependence.group))
    x, _ = box_muller(*words(seed, path, step, CHI_SQUARE, 0)[:2])
    for i, group in enumerate(dependence.group):
        nu = dependence.nu[group]
        chi = stats.chi2.ppf(stats.norm.cdf(x), nu) if x < 0 else stats.chi2.isf(stats.norm.sf(x), nu)
        y[i] *= math.sqrt(nu / chi)
    return y


def test_the_kernel_is_the_twin() -> None:
    """Within the bound of the chi-square scale, 2.5e-5 from 3 degrees of freedom."""
    y = drawn(GROUPED, 200, seed=5, step=3, first=40)
    expected = np.array([twin(GROUPED, 5, 40 + path, 3) for path in range(200)]).T
    np.testing.assert_allclose(y, expected, rtol=2.5e-5)


def test_equal_degrees_of_freedom_are_the_student_t_copula_bit_for_bit() -> None:
    grouped = GroupedT(R, np.array([2, 0, 1, 0]), np.array([6.5, 6.5, 6.5]))
    assert np.array_equal(drawn(grouped, 500, seed=3), drawn(Dependence(R, 6.5), 500, seed=3))


def test_a_group_of_its_own_shifts_no_draw_of_the_others() -> None:
    apart = GroupedT(R, np.array([0, 1, 0, 2]), np.array([3.0, 12.0, 5.0]))
    assert np.array_equal(drawn(apart, 300)[:3], drawn(GROUPED, 300)[:3])


def test_chosen_assets_draw_what_the_whole_draws() -> None:
    assert np.array_equal(drawn(GROUPED, 64, used=(1, 3)), drawn(GROUPED, 64)[[1, 3]])
    assert build_copula(GROUPED, np.array([1, 3])).scale.shape == (1, 16)


def test_each_asset_has_its_groups_law() -> None:
    y = drawn(GROUPED, PATHS)
    for row, nu in zip(y, variate_nu(GROUPED, np.arange(4)), strict=True):
        assert stats.kstest(row, "t", (nu,)).pvalue > 0.001


def test_groups_fall_together() -> None:
    """Uncorrelated assets of two groups: their sizes move together, because one normal drives both scales."""
    apart = GroupedT(np.eye(2), np.array([0, 1]), np.array([3.0, 5.0]))
    sizes = np.log(np.abs(drawn(apart, PATHS)))
    assert np.corrcoef(sizes)[0, 1] * np.sqrt(PATHS) > 50


@pytest.mark.parametrize("bad", [2.0, np.nan, np.inf, -1.0])
def test_degrees_of_freedom_are_finite_and_above_two(bad: float) -> None:
    with pytest.raises(ValueError, match="above 2 for each group"):
        build_copula(GroupedT(R, np.array([0, 1, 0, 1]), np.array([3.0, bad])), np.arange(4))


@pytest.mark.parametrize("group", [[0, 1, 2, 0], [0, 1, -1, 0], [0, 1, 0]])
def test_every_asset_has_a_group(group: list[int]) -> None:
    with pytest.raises(ValueError, match="a group from 0 to 1"):
        build_copula(GroupedT(R, np.array(group), np.array([3.0, 5.0])), np.arange(4))


def test_nan_in_the_correlation_is_refused() -> None:
    broken = R.copy()
    broken[0, 1] = broken[1, 0] = np.nan
    with pytest.raises(ValueError, match="finite"):
        build_copula(GroupedT(broken, np.array([0, 1, 0, 1]), np.array([3.0, 5.0])), np.arange(4))
