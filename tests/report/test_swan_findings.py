from typing import Any

import pytest

from stresskit.report import swan_findings as found
from stresskit.report.format import THIN as T

NEVER: dict[str, Any] = {"status": "none", "limit": 0.05, "value": None}


def test_breakdown() -> None:
    assert found.breakdown("a", {**NEVER, "limit": None}) == "a has no limit to break"
    assert found.breakdown("a", NEVER) == "a stays within its limit however far correlations break"
    assert found.breakdown("a", {**NEVER, "status": "at_0"}).endswith("before anything breaks")
    passed = {"status": "found", "limit": 0.05, "value": 0.625}
    assert found.breakdown("a", passed).endswith(f"once correlations are 62.5{T}% of the way to breaking")


def test_the_first_mode_whose_hedge_fails_is_told() -> None:
    failed = {"status": "found", "value": 0.25}
    assert found.illusion([]).endswith("covers the loss at every strength")
    assert found.illusion([("a", NEVER)]).endswith("covers the loss at every strength")
    assert found.illusion([("a", NEVER), ("b", failed)]).startswith(
        "The hedge of b is an illusion from strength 0.250"
    )
    assert "from the start" in found.illusion([("b", {"status": "at_0", "value": 0.0})])


@pytest.mark.parametrize(("edge", "dead"), [(1.0, True), (1.0 + 1e-12, False), (None, False)])
def test_a_cell_at_one_is_a_liquidation(edge: float | None, dead: bool) -> None:
    told = {"moves": [-0.1, 0.0], "multipliers": [1.0, 2.0], "ratio": [[2.0, edge], [3.0, 2.0]], "pairs": []}
    said = found.matrix("a", told)
    if dead:
        assert (
            said == f"a is liquidated in 1 of 4 cells, first when all prices move −10.0{T}%"
            " at 2 times the volatility"
        )
    else:
        assert said == "a survives all 4 joint moves of price and volatility"


def test_the_mildest_cell_and_the_pair() -> None:
    told = {"moves": [-0.1, 0.0], "multipliers": [1.0, 2.0], "ratio": [[0.5, 0.4], [3.0, 0.9]], "pairs": []}
    assert found.matrix("a", told).endswith(
        "in 3 of 4 cells, first with prices as they are at 2 times the volatility"
    )
    pair = {"assets": ["X", "Y"], "ratio": [[0.5, None], [3.0, 1.0]]}
    alive = {**told, "ratio": [[2.0, 2.0], [2.0, 2.0]], "pairs": [pair]}
    assert found.matrix("a", alive).endswith("volatility, but not 2 of 3 moves of X against Y")


def test_tornado() -> None:
    assert found.tornado("a", [("x", 5.0, 5.0)]) == "No single factor moves a"
    told = found.tornado("a", [("x", 4.0, 6.0), ("y", 1.0001, 9.0)])
    assert told == "y does most to a: equity over maintenance 1.0001 to 9.00"
    assert found.tornado("a", [("y", 1.0, 9.0)]).endswith("and liquidates it")


@pytest.mark.parametrize(
    ("years", "said"),
    [
        (None, "too rare to say how often"),
        (1e6, "less than once in a million years"),
        (999_000.0, f"once in 999{T}000 years"),
        (1.0, "once in 1.00 years"),
        (0.5, "2.00 times a year"),
    ],
)
def test_often(years: float | None, said: str) -> None:
    assert found.often({"years": years, "reason": "too rare to say how often"}) == said


def test_reverse() -> None:
    assert "already" in found.reverse("a", 1.0, {"status": "breached"})
    assert found.reverse("a", 24.0, {"status": "none"}).startswith(f"No single step of 24{T}h")
    told = found.reverse("a", 1.0, {"status": "found", "move": {"X": 0.01, "Y": -0.2}})
    assert told == f"a is liquidated most plausibly by Y −20.0{T}%, X +1.00{T}% in 1{T}h"
    assert found.moves({str(i): 0.1 for i in range(6)}).endswith("and 2 smaller")


@pytest.mark.parametrize(("edge", "likely"), [(0.5, 0), (0.5001, 1)])
def test_venues(edge: float, likely: int) -> None:
    assert found.venues([("x", 0.0)]).startswith("No path")
    assert found.venues([("x", edge), ("y", 0.0)]).startswith(
        f"More likely than not liquidated in {likely} of 2"
    )


def test_events() -> None:
    assert found.events("a", [("x", 0.0), ("y", 0.0)], 0.05).startswith("None of 2 past events")
    assert found.events("a", [("x", 0.05), ("y", 0.06)], 0.05) == (
        f"1 of 2 past events liquidate a on more than 5.00{T}% of paths; the worst is y: 6.00{T}% of paths"
    )
    assert found.events("a", [("x", 0.1)], None).startswith(f"Of 1 past events the worst is x: 10.0{T}%")
