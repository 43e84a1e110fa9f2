"""Conditional laws: the closed form, the kernel's draws, and a brute-force search among plain draws."""

import numpy as np
import pytest
from scipy import stats

from stresskit.domain import Archimedean, Dependence, GroupedT
from stresskit.model.conditional import build_conditional, conditional_law
from tests.golden_cases import golden
from tests.model.variates import drawn, filled

CASE = golden("copulas.json", "conditional_stress")
GIVEN, EXPECTED = CASE["inputs"], CASE["expected"]
R, SD = np.array(GIVEN["corr"]), np.array(GIVEN["sd"])
FALL = np.array([-0.3 / SD[0]])
FIRST = np.array([0])


@pytest.mark.parametrize("nu", [np.inf, 4.0])
def test_the_golden_stress(nu: float) -> None:
    """BTC falls by 30 %: location, covariance and the book's profit, normal and Student-t(4)."""
    law = conditional_law(Dependence(R, nu), FIRST, FALL)
    sd, exposure = SD[law.others], np.array(GIVEN["exposure"])
    np.testing.assert_allclose(sd * law.mean, EXPECTED["cond_mean_others"], rtol=1e-10)
    covariance = np.outer(sd, sd) * law.scale
    np.testing.assert_allclose(covariance / law.inflation, EXPECTED["cond_cov"], rtol=1e-10)
    profit = exposure[0] * -0.3 + exposure[law.others] @ (sd * law.mean)
    assert profit == pytest.approx(EXPECTED["pnl_mean"], rel=1e-10)
    spread = np.sqrt(exposure[law.others] @ covariance @ exposure[law.others])
    student = EXPECTED["t4"]
    if np.isinf(nu):
        assert spread == pytest.approx(EXPECTED["pnl_sd_normal"], rel=1e-10)
        assert (law.nu, law.inflation) == (np.inf, 1.0)
    else:
        assert spread == pytest.approx(student["pnl_scale"], rel=1e-10)
        assert law.inflation == pytest.approx(student["scale_factor"], rel=1e-10)
        assert law.distance == pytest.approx(student["d2"], rel=1e-10)
        assert law.nu == student["df"]


@pytest.mark.parametrize("nu", [np.inf, 4.0])
def test_the_draws_have_that_law(nu: float) -> None:
    named, values = np.array([1, 3]), np.array([-3.0, 1.0])
    law = conditional_law(Dependence(R, nu), named, values)
    y = filled(build_conditional(Dependence(R, nu), np.arange(4), named, values), 50_000)[:4]
    assert np.array_equal(y[named], np.repeat(values[:, None], 50_000, axis=1))
    e = np.linalg.solve(np.linalg.cholesky(law.scale), y[law.others] - law.mean[:, None])
    for row in e:
        assert (
            stats.kstest(row, "t" if np.isfinite(nu) else "norm", (law.nu,) if np.isfinite(nu) else ()).pvalue
            > 1e-3
        )
    assert abs(np.corrcoef(e)[0, 1]) * np.sqrt(50_000) < 5


@pytest.mark.parametrize("nu", [np.inf, 3.0])
def test_brute_force_agrees(nu: float) -> None:
    """Among 3 million plain draws, those whose first variate lies within 2 % of -2.5."""
    dependence = Dependence(R[:3, :3], nu)
    plain = np.concatenate([drawn(dependence, 500_000, seed=s) for s in range(6)], axis=1)
    near = plain[1:, np.abs(plain[0] + 2.5) < 0.05]
    copula = build_conditional(dependence, np.arange(3), FIRST, np.array([-2.5]))
    made = filled(copula, 20_000, seed=99)[1:3]
    for a, b in zip([*near, near[0] - near[1]], [*made, made[0] - made[1]], strict=True):
        assert stats.ks_2samp(a, b).pvalue > 1e-3


def test_given_nothing_it_is_the_copula_itself() -> None:
    none = np.array([], dtype=np.int64)
    for nu in (np.inf, 5.0):
        copula = build_conditional(Dependence(R, nu), np.arange(4), none, np.array([]))
        assert np.array_equal(filled(copula, 100)[:4], drawn(Dependence(R, nu), 100))


def test_chosen_assets_shift_no_draw() -> None:
    whole = filled(build_conditional(Dependence(R, 4.0), np.arange(4), FIRST, FALL), 64)
    some = filled(build_conditional(Dependence(R, 4.0), np.array([0, 3]), FIRST, FALL), 64)
    assert np.array_equal(some[:2], whole[[0, 3]])


def test_what_has_no_such_law_is_refused() -> None:
    for other in (GroupedT(R, np.array([0, 0, 1, 1]), np.array([3.0, 5.0])), Archimedean("clayton", 2.0, 4)):
        with pytest.raises(ValueError, match="a Gaussian or Student-t copula"):
            conditional_law(other, FIRST, FALL)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite value"):
        conditional_law(Dependence(R, 4.0), FIRST, np.array([bad]))


def test_redundant_names_are_refused() -> None:
    same = np.array([[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]])
    for matrix, named in ((same, [0, 1]), (R, [2, 2])):
        with pytest.raises(ValueError, match="do not determine each other"):
            conditional_law(Dependence(matrix, 4.0), np.array(named), np.array([1.0, 1.0]))
