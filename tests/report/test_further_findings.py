"""Sentences of the page of further stress tests, at the edges of their rules."""

import pytest

from stresskit.report import further_findings as found
from stresskit.report.format import THIN as T


def judged(calm: float, worst: float, low: float | None) -> dict[str, dict[str, float | None]]:
    return {"calm": {"value": calm}, "worst": {"value": worst}, "difference": {"low": low}}


@pytest.mark.parametrize("low", [None, -0.01, 0.0])
def test_worst_within_noise(low: float | None) -> None:
    told = found.worst("a", judged(0.01, 0.02, low), 0.05)
    assert told == "No plausible correlation clearly raises P(liquidation) of a"


def test_worst_against_the_limit() -> None:
    start = f"Correlation alone takes P(liquidation) of a from 1.00{T}% to"
    assert (
        found.worst("a", judged(0.01, 0.05, 1e-9), 0.05) == f"{start} 5.00{T}%, not past the limit of 5{T}%"
    )
    assert found.worst("a", judged(0.01, 0.05001, 0.01), 0.05).endswith(f"5.001{T}%, past the limit of 5{T}%")
    assert found.worst("a", judged(0.01, 0.02, 0.01), None) == f"{start} 2.00{T}%"
    assert found.worst("a", judged(0.01, 0.02, 0.01), 0.009) == f"{start} 2.00{T}%"  # above it when calm
    assert " from 0 to " in found.worst("a", judged(0.0, 0.02, 0.01), None)


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (9.5, 5.17, 17.5, "once in 9.50 years (5.17 to 17.5)"),
        (9.5, 5.17, None, "once in 9.50 years (5.17 to beyond)"),
        (1.0, None, None, "once in 1.00 years"),
        (0.5, 0.4, 0.8, "2.00 times a year (1.25 to 2.50)"),
        (0.5, 0.4, None, "2.00 times a year (0 to 2.50)"),
        (None, 12.0, None, "at most once in 12.0 years: no path got there"),
        (None, 1e6, None, "at most once in a million years: no path got there"),
        (None, None, None, "too rare"),
        (1e6, None, None, "less than once in a million years"),
        (999_000.0, None, None, f"once in 999{T}000 years"),
    ],
)
def test_once(value: float | None, low: float | None, high: float | None, said: str) -> None:
    assert found.once({"value": value, "low": low, "high": high, "reason": "too rare"}) == said


def test_liquidated() -> None:
    way = {"move": {"X": 0.2}, "hours": 72.0, "years": {"value": 2.0, "low": 1.0, "high": 4.0}}
    told = found.liquidated("a", "calm", {"paths": 3}, way)
    assert told == (
        f"The typical path that liquidates a in calm: X +20.0{T}% within 3.00{T}d; "
        "once in 2.00 years (1.00 to 4.00)"
    )
    assert found.liquidated("a", "calm", {"paths": 0}, None) == "No path is liquidated under a in calm"


def figures(share: float, largest: float) -> dict[str, object]:
    return {"uncovered": {"value": share}, "uncovered_path": {"value": share}, "largest_draw": largest}


def test_sufficiency() -> None:
    period = found.period_text("1d")
    assert period == f"1{T}d"
    none = found.sufficiency("a", period, [("calm", figures(0.0, 0.0))])
    assert none == f"What a asks covers every loss over 1{T}d that was simulated"
    one = found.sufficiency("a", period, [("calm", figures(0.0, 0.0)), ("broken", figures(0.1, 50.0))])
    assert one == (
        f"What a asks does not cover the loss of 10.0{T}% of 1{T}d periods in broken, by up to 50.0{T}USD"
    )
    both = found.sufficiency("a", period, [("calm", figures(0.2, 90.0)), ("broken", figures(0.1, 50.0))])
    assert both.endswith(f"20.0{T}% of 1{T}d periods in calm and 10.0{T}% in broken, by up to 90.0{T}USD")
