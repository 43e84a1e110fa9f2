"""What a report says of a model: every kind that a run can have been drawn from."""

from typing import Any

import pytest

from stresskit.report.format import THIN
from stresskit.report.model_text import dependence_text, law_text, volatility_text

CALM = {"kind": "gaussian"}
CRISIS = {"kind": "student_t", "nu": 3.5}
DEPENDENCES: dict[str, tuple[dict[str, Any], str]] = {
    "of an older run": ({"nu": None}, "Gaussian copula"),
    "gaussian": ({"kind": "gaussian", "nu": None}, "Gaussian copula"),
    "student_t": ({"kind": "student_t", "nu": 6.758}, "t copula with 6.76 degrees of freedom"),
    "grouped_t": (
        {"kind": "grouped_t", "groups": [["BTC", "ETH"], ["SOL"]], "nu": [5.0, 8.0]},
        "grouped t copula, degrees of freedom 5.00 for BTC, ETH; 8.00 for SOL",
    ),
    "gumbel": ({"kind": "gumbel", "theta": 2.0}, "Gumbel copula, θ 2.00"),
    "mixture": (
        {
            "kind": "mixture",
            "weight": 0.25,
            "first": CALM,
            "second": {"kind": "survival_clayton", "theta": 1},
        },
        f"mixture of two copulas: 25.0{THIN}% Gaussian copula, 75.0{THIN}% survival Clayton copula, θ 1.00",
    ),
    "vine": ({"kind": "vine"}, "regular vine copula"),
    "dcc": (
        {"kind": "dcc", "a": 0.02, "b": 0.97, "nu": 8.0},
        "dynamic conditional correlation, a 0.0200, b 0.970, t copula with 8.00 degrees of freedom",
    ),
    "regime": (
        {
            "kind": "regime",
            "multiplier": 2.0,
            "stay_calm": 0.99,
            "stay_crisis": 0.9,
            "calm": CALM,
            "crisis": CRISIS,
        },
        f"two regimes, innovations 2.00× as large in crisis; calm: Gaussian copula, kept with "
        f"99.0{THIN}% a step; crisis: t copula with 3.50 degrees of freedom, kept with 90.0{THIN}%",
    ),
    "bootstrap": (
        {"kind": "bootstrap", "rows": 41225, "mean_block": 120.0},
        f"filtered historical simulation from 41{THIN}225 rows, blocks of 120 steps in the mean",
    ),
}


@pytest.mark.parametrize("case", DEPENDENCES)
def test_dependences(case: str) -> None:
    found, text = DEPENDENCES[case]
    assert dependence_text(found) == text


@pytest.mark.parametrize(
    ("law", "text"),
    [
        ({"law": "student_t", "nu": None}, "normal"),
        ({"law": "student_t", "nu": 3.5}, "t, ν 3.50"),
        ({"law": "skew_t", "eta": 4.0, "lambda": -0.05}, "skewed t, η 4.00, λ −0.0500"),
        ({"law": "semi_parametric", "shape": [0.2, 0.1]}, "empirical, Pareto tails ξ 0.200 and 0.100"),
    ],
)
def test_laws(law: dict[str, Any], text: str) -> None:
    assert law_text(law) == text


def test_volatilities() -> None:
    assert volatility_text({"kind": "ewma"}) == "exponentially weighted volatility"
    assert volatility_text({"kind": "egarch", "mean": "constant"}).endswith(" around a constant mean")
