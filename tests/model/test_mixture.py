"""Mixtures: which component draws, and what it draws."""

import numpy as np
import pytest
from scipy import special, stats

from stresskit.domain import Archimedean, Dependence, GroupedT, Mixture, Vine
from stresskit.model.dependence import build_copula
from tests.model.variates import drawn, probability
from tests.reference.copulas import first_is_drawn

R = np.array([[1, 0.5, 0.2], [0.5, 1, 0.1], [0.2, 0.1, 1]])
GROUPED = GroupedT(R, np.array([0, 1, 0]), np.array([3.0, 9.0]))
CLAYTON = Archimedean("clayton", 3.0, 3)
MIXTURE = Mixture(GROUPED, CLAYTON, 0.7)


def test_each_path_and_step_is_one_component_s_draw() -> None:
    """The elliptical component's scores within 6e-6 of the exact ones, the other's to the bit."""
    y = drawn(MIXTURE, 400, seed=2, step=7, first=30)
    first = np.array([first_is_drawn(0.7, 2, 30 + path, 7) for path in range(400)])
    assert 240 < first.sum() < 320
    grouped = special.ndtri(probability(GROUPED, drawn(GROUPED, 400, seed=2, step=7, first=30)))
    np.testing.assert_allclose(y[:, first], grouped[:, first], rtol=7e-6)
    assert np.array_equal(y[:, ~first], drawn(CLAYTON, 400, seed=2, step=7, first=30)[:, ~first])


def test_the_weight_shifts_no_components_draw() -> None:
    for weight, part in ((0.0, CLAYTON), (1.0, Dependence(R, np.inf))):
        mixture = Mixture(Dependence(R, np.inf), CLAYTON, weight)
        assert np.array_equal(drawn(mixture, 200), drawn(part, 200))


def test_chosen_assets_shift_no_draw() -> None:
    assert np.array_equal(drawn(MIXTURE, 100, used=(0, 2)), drawn(MIXTURE, 100)[[0, 2]])


@pytest.mark.parametrize("paths", [1, 15, 16, 17, 100])
def test_a_path_draws_the_same_whoever_falls_to_its_component_beside_it(paths: int) -> None:
    """Also where all fall to one: among so few, at these weights, that happens."""
    for weight in (0.05, 0.5, 0.95):
        mixture = Mixture(GROUPED, CLAYTON, weight)
        some, all_of_them = drawn(mixture, paths, first=70), drawn(mixture, 400)
        assert np.array_equal(some, all_of_them[:, 70 : 70 + paths])


def test_margins_are_normal() -> None:
    for row in drawn(MIXTURE, 100_000):
        assert stats.kstest(row, "norm").pvalue > 1e-4


@pytest.mark.parametrize("bad", [np.nan, -0.1, 1.1, np.inf])
def test_the_weight_is_a_probability(bad: float) -> None:
    with pytest.raises(ValueError, match="weight from 0 to 1"):
        build_copula(Mixture(GROUPED, CLAYTON, bad), np.arange(3))


def test_a_bad_component_is_refused() -> None:
    with pytest.raises(ValueError, match="theta of clayton"):
        build_copula(Mixture(GROUPED, Archimedean("clayton", np.nan, 3), 0.5), np.arange(3))
    for part in (MIXTURE, Vine("{}", 3)):
        with pytest.raises(ValueError, match="a mixture of two"):
            build_copula(Mixture(part, CLAYTON, 0.5), np.arange(3))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="of as many assets"):
        build_copula(Mixture(GROUPED, Archimedean("clayton", 2.0, 4), 0.5), np.arange(3))
