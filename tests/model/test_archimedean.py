"""Clayton and Gumbel: slow twins, margins, Kendall's tau, the joint tail at 1 %, refusals."""

import numpy as np
import pytest
from scipy import special, stats

from stresskit.domain import Archimedean, Family
from stresskit.model.dependence import build_copula
from tests.golden_cases import golden
from tests.model.test_elliptical import kendall
from tests.model.variates import drawn
from tests.reference.copulas import scores

CASES: list[tuple[Family, float]] = [
    ("clayton", 0.01), ("clayton", 2.0), ("survival_clayton", 2.0), ("clayton", 20.0),
    ("gumbel", 1.001), ("gumbel", 2.0), ("survival_gumbel", 2.0), ("gumbel", 20.0),
]  # fmt: skip
KNOWN = golden("copulas.json", "archimedean_constants")["expected"]


@pytest.mark.parametrize(("family", "theta"), CASES)
def test_the_kernel_is_the_twin(family: Family, theta: float) -> None:
    """Within the score's bound: 1e-5 of the smaller tail probability."""
    dependence = Archimedean(family, theta, 6)
    y = drawn(dependence, 300, seed=9, step=4, first=50)
    expected = np.array([scores(dependence, 9, 50 + path, 4) for path in range(300)]).T
    np.testing.assert_array_less(
        np.abs(special.ndtr(-np.abs(y)) / special.ndtr(-np.abs(expected)) - 1), 1.1e-5
    )
    assert np.array_equal(np.sign(y), np.sign(expected))


@pytest.mark.parametrize(("family", "theta"), CASES)
def test_margins_are_normal(family: Family, theta: float) -> None:
    for row in drawn(Archimedean(family, theta, 3), 100_000):
        assert stats.kstest(row, "norm").pvalue > 1e-4


@pytest.mark.parametrize("family", ["clayton", "gumbel"])
def test_kendalls_tau(family: Family) -> None:
    """100 batches of 300: within four standard errors of the batches' mean."""
    for theta, (tau, *_) in KNOWN[family].items():
        batches = np.split(drawn(Archimedean(family, float(theta), 2), 30_000), 100, axis=1)
        found = np.array([kendall(part)[0, 1] for part in batches])
        assert abs(found.mean() - tau) < 4 * found.std(ddof=1) / 10


@pytest.mark.parametrize(
    ("family", "theta"), [("clayton", 0.5), ("clayton", 2.0), ("gumbel", 1.5), ("gumbel", 3.0)]
)
def test_the_joint_tails_at_one_percent(family: Family, theta: float) -> None:
    """Against C(u, u) itself on the lower side and 2u - 1 + C(1 - u, 1 - u) on the upper one."""
    y, n = drawn(Archimedean(family, theta, 2), 500_000), 500_000

    def diagonal(u: float) -> float:
        if family == "clayton":
            return float((2 * u**-theta - 1) ** (-1 / theta))
        return float(u ** (2 ** (1 / theta)))

    low, high = diagonal(0.01), 1 - 2 * 0.99 + diagonal(0.99)
    edge = special.ndtri(0.01)
    for both, p in (((y < edge).all(axis=0), low), ((y > -edge).all(axis=0), high)):
        assert abs(both.mean() - p) < 4 * np.sqrt(p * (1 - p) / n)


def test_a_survival_form_is_the_mirror_image() -> None:
    for family in ("clayton", "gumbel"):
        mirror = drawn(Archimedean(f"survival_{family}", 2.0, 3), 500)  # type: ignore[arg-type]
        assert np.array_equal(mirror, -drawn(Archimedean(family, 2.0, 3), 500))  # type: ignore[arg-type]


@pytest.mark.parametrize("family", ["clayton", "gumbel"])
def test_chosen_assets_and_blocks_shift_no_draw(family: Family) -> None:
    dependence = Archimedean(family, 2.0, 10)
    whole = drawn(dependence, 300)
    assert np.array_equal(drawn(dependence, 37, first=100, used=(1, 5, 9)), whole[[1, 5, 9], 100:137])
    assert np.array_equal(drawn(Archimedean(family, 2.0, 9), 300), whole[:9])


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -1.0, 20.1])
def test_theta_has_a_range(bad: float) -> None:
    for family in ("clayton", "survival_gumbel"):
        with pytest.raises(ValueError, match="theta of"):
            build_copula(Archimedean(family, bad, 2), np.arange(2))  # type: ignore[arg-type]


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ValueError, match="an Archimedean family"):
        build_copula(Archimedean("frank", 2.0, 2), np.arange(2))  # type: ignore[arg-type]
