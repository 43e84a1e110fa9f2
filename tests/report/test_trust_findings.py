from typing import Any

import numpy as np
import pytest

from stresskit.report import trust_findings as found
from stresskit.report.forecast_points import autocorrelation, days_of, law_of, running_share
from stresskit.report.format import THIN as T


def p(*values: float | None) -> dict[str, Any]:
    return {str(i): {"p_value": value} for i, value in enumerate(values)}


def test_exceptions() -> None:
    told = {"failures": 48, "days": 2135, "expected": 21.35, "zone": "red"}
    assert found.exceptions(0.99, told).endswith(f"99{T}% VaR of the day before, 21.4 expected: red zone")


@pytest.mark.parametrize(("edge", "rejected"), [(0.05, 0), (0.0499, 1)])
def test_a_test_rejects_below_five_percent(edge: float, rejected: int) -> None:
    said = found.tests(0.99, p(edge, 0.5, None))
    assert said.startswith("1 of 2" if rejected else "None of 2")
    assert found.tests(0.99, p(None)).startswith("No test")


def test_law() -> None:
    assert "looks even" in found.law({"kolmogorov_smirnov": {"p_value": 0.05}})
    assert "does not look even" in found.law({"kolmogorov_smirnov": {"p_value": 0.049}})
    assert found.law({}).endswith("is not tested")


def test_residuals() -> None:
    assert found.residuals({"X": None}, 20).startswith("The snapshot does not say")
    assert found.residuals({"X": 0.05}, 20).startswith("No clustering")
    many = {str(i): 0.01 for i in range(6)}
    assert found.residuals(many, 20).endswith("of 6 of 6 assets: 0, 1, 2, 3 and 2 more")


@pytest.mark.parametrize(("late", "settled"), [(0.04, True), (0.0399, False), (0.0601, False)])
def test_an_estimate_has_settled_inside_its_interval(late: float, settled: bool) -> None:
    final = {"value": 0.05, "low": 0.04, "high": 0.06}
    said = found.convergence("a", "s", [late, 0.05], final)
    assert said.endswith("move it far" if settled else "take more")


@pytest.mark.parametrize(("half", "roughly"), [(0.0124, False), (0.0126, True)])
def test_an_interval_of_the_size_of_its_estimate_is_not_said_to_be_settled(
    half: float, roughly: bool
) -> None:
    final = {"value": 0.05, "low": 0.05 - half, "high": 0.05 + half}
    assert ("known only roughly" in found.convergence("a", "s", [0.05], final)) is roughly


def test_an_estimate_of_zero_is_told_by_its_bound() -> None:
    said = found.convergence("a", "s", [0.0], {"value": 0.0, "low": 0.0, "high": 0.001})
    assert said.endswith(f"is below 0.100{T}%: no path was liquidated")


def test_running_shares_end_at_the_whole() -> None:
    hit = np.array([True, False] * 500)
    at, share, worth = running_share(hit, np.ones(1000))
    assert at[-1] == worth[-1] == 1000.0
    assert share[-1] == 0.5
    weighted = running_share(hit, np.where(hit, 0.5, 1.5))
    assert weighted[1][-1] == pytest.approx(0.25)
    assert weighted[2][-1] < 1000.0


def test_exceptions_are_losses_beyond_the_var() -> None:
    series = {"level": 0.99, "time": ["2020-01-01", "2021-01-01"], "pnl": [-3.0, -2.0], "var": [2.0, 2.0]}
    days = days_of(series)
    assert days.exceptions.tolist() == [True, False]
    assert days.time == pytest.approx([2020.0, 2021.0], abs=0.01)


def test_an_even_law_is_on_the_line() -> None:
    law = law_of(((np.arange(2000) + 0.5) / 2000)[np.random.default_rng(0).permutation(2000)])
    assert law.shares == pytest.approx(0.05)
    assert law.scores == pytest.approx(law.theory, abs=0.02)
    assert np.abs(law.acf).max() < 0.1
    assert autocorrelation(np.array([1.0, -1.0] * 50))[0] == pytest.approx(-0.99)
