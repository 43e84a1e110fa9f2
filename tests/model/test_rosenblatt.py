"""Every sampler against its own law: Rosenblatt's transform of the draws is uniform and independent.

Thresholds, over all seeds and kinds about 1,000 tests: p > 1e-5 for each Kolmogorov-Smirnov test,
and 4.5 standard errors for the correlation of each pair of rows, in level and in distance from 1/2.
"""

from itertools import combinations

import numpy as np
import pytest
from scipy import special, stats

from stresskit.domain import AnyDependence, Archimedean, Dependence, Float2D, GroupedT, Mixture
from stresskit.model.copula_density import log_density
from tests.model.variates import drawn
from tests.reference.rosenblatt import levels, rosenblatt

R = np.array([[1, 0.6, 0.3, 0.4], [0.6, 1, 0.2, 0.5], [0.3, 0.2, 1, 0.7], [0.4, 0.5, 0.7, 1]])
GROUPS = np.array([0, 1, 0, 1])
KINDS: dict[str, AnyDependence] = {
    "gaussian": Dependence(R, np.inf),
    "student_t": Dependence(R, 4.0),
    "grouped_t": GroupedT(R, GROUPS, np.array([3.0, 12.0])),
    "clayton": Archimedean("clayton", 2.0, 4),
    "survival_clayton": Archimedean("survival_clayton", 0.7, 4),
    "gumbel": Archimedean("gumbel", 2.0, 4),
    "survival_gumbel": Archimedean("survival_gumbel", 1.3, 4),
    "t_and_clayton": Mixture(Dependence(R, 4.0), Archimedean("clayton", 3.0, 4), 0.7),
    "gaussian_and_t": Mixture(
        Dependence(R, np.inf), Dependence(np.full((4, 4), 0.9) + 0.1 * np.eye(4), 3.0), 0.8
    ),
    "grouped_and_gumbel": Mixture(
        GroupedT(R, GROUPS, np.array([3.0, 12.0])), Archimedean("survival_gumbel", 2.5, 4), 0.4
    ),
}
PATHS, SMALLEST_P, ERRORS = 3000, 1e-5, 4.5


def uniforms(kind: str, seed: int, step: int = 0) -> Float2D:
    dependence = KINDS[kind]
    return rosenblatt(dependence, levels(dependence, drawn(dependence, PATHS, seed=seed, step=step)))


def assert_independent_uniform(v: Float2D) -> None:
    assert min(stats.kstest(row, "uniform").pvalue for row in v) > SMALLEST_P
    score, size = special.ndtri(np.clip(v, 1e-12, 1 - 1e-12)), np.abs(v - 0.5)
    for a, b in combinations(range(len(v)), 2):
        for x, y in ((score[a], score[b]), (size[a], size[b]), (score[a], size[b]), (size[a], score[b])):
            assert abs(np.corrcoef(x, y)[0, 1]) * np.sqrt(x.size) < ERRORS


def assert_law(drawn_from: AnyDependence, law: AnyDependence) -> None:
    for seed in range(10):
        u = levels(drawn_from, drawn(drawn_from, PATHS, seed=seed))
        assert_independent_uniform(rosenblatt(law, u))


@pytest.mark.parametrize("kind", KINDS)
def test_the_transform_is_uniform_and_independent(kind: str) -> None:
    assert_law(KINDS[kind], KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_steps_are_independent(kind: str) -> None:
    one, next_one = uniforms(kind, 0, step=1), uniforms(kind, 0, step=2)
    assert_independent_uniform(np.vstack([one[:2], next_one[:2]]))


@pytest.mark.parametrize("kind", ["clayton", "gumbel", "t_and_clayton"])
def test_the_test_sees_another_law(kind: str) -> None:
    """With a parameter a quarter off, the transform is not uniform and independent."""
    dependence = KINDS[kind]
    part = dependence.second if isinstance(dependence, Mixture) else dependence
    assert isinstance(part, Archimedean)
    other: AnyDependence = Archimedean(part.family, 1.25 * part.theta, 4)
    if isinstance(dependence, Mixture):
        other = Mixture(dependence.first, other, 0.35)  # type: ignore[arg-type]
    with pytest.raises(AssertionError):
        assert_law(dependence, other)


@pytest.mark.parametrize("kind", KINDS)
def test_the_density_is_the_transforms_slope(kind: str) -> None:
    """The product of the conditional laws' slopes, by central differences, is the density: 1e-4 relative."""
    dependence = KINDS[kind]
    u = np.random.default_rng(1).uniform(0.05, 0.95, (4, 40))
    slopes = np.ones(40)
    for k in range(4):
        step = np.zeros((4, 1))
        step[k] = 1e-5
        slopes *= (rosenblatt(dependence, u + step)[k] - rosenblatt(dependence, u - step)[k]) / 2e-5
    np.testing.assert_allclose(np.exp(log_density(dependence, u.T)), slopes, rtol=1e-4)
