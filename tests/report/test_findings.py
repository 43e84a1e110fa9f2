from typing import Any

import pytest

from stresskit.report import findings
from stresskit.report.format import THIN as T


def est(value: float | None, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    if value is None:
        return {"value": None, "low": None, "high": None, "reason": "none"}
    return {"value": value, "low": value if low is None else low, "high": value if high is None else high}


def test_recommendation() -> None:
    assert findings.recommendation("cross", "cross", False) == "Keep cross, the present mode"
    assert findings.recommendation("b", "a", True) == "Switch from a to b; it breaks a limit"


def test_survival() -> None:
    assert (
        findings.survival("cross", [("calm", est(0.0)), ("bad", est(0.0))])
        == "No path is liquidated under cross"
    )
    mixed = findings.survival("cross", [("calm", est(0.0)), ("bad", est(0.1))])
    assert mixed == f"cross is liquidated on no path in calm and on 10.0{T}% of paths in bad"


def test_spread() -> None:
    assert (
        findings.spread([("a", est(0.0)), ("b", est(0.0))])
        == "No mode is liquidated on any path of these scenarios"
    )
    assert findings.spread([("a", est(0.1))]) == f"P(liquidation) is 10.0{T}% for a"
    assert "every mode" in findings.spread([("a", est(0.1)), ("b", est(0.1))])
    assert findings.spread([("a", est(0.0)), ("b", est(0.2))]) == (
        f"P(liquidation) runs from 0{T}% (a) to 20.0{T}% (b)"
    )


@pytest.mark.parametrize(
    ("low", "high", "clear"), [(0.0, 0.02, False), (1e-9, 0.02, True), (-0.02, -1e-9, True)]
)
def test_a_difference_counts_only_if_its_interval_excludes_zero(low: float, high: float, clear: bool) -> None:
    found = findings.paired("cross", [("var", "bad", est((low + high) / 2, low, high))])
    assert found.startswith("No material difference") is not clear
    if clear:
        assert ("more often" in found) is (low > 0)


def test_the_clearest_difference_is_told_and_undefined_ones_are_passed_over() -> None:
    found = [("var", "a", est(0.01, 0.005, 0.02)), ("var", "b", est(-0.3, -0.4, -0.2)), ("x", "c", est(None))]
    assert findings.paired("cross", found) == f"In b, var is liquidated less often than cross, by 30.0{T}pp"
    assert findings.paired("cross", found[2:]).startswith("No material difference")


def test_fan() -> None:
    assert findings.fan("calm", "cross", 100.0, 0.6, 100.0).endswith(f"band ends at 0.600{T}USD")
    assert findings.fan("calm", "cross", 100.0, 0.5, 100.0).endswith("band ends at zero")
    assert findings.fan("calm", "cross", 0.0, 0.0, 100.0).endswith("half of the paths end with nothing")


def test_equity_that_stays() -> None:
    assert findings.fan("calm", "cross", 100.0, 99.9, 100.0).endswith(f"equity stays at 100{T}USD")
    assert "band ends at" in findings.fan("calm", "cross", 100.0, 99.8, 100.0)


def test_a_cluster_must_be_large_and_beyond_chance() -> None:
    def told(*heights: float, paths: int = 10_000) -> str:
        return findings.hazard("a", "s", heights, ["0 h", "1 d", "2 d", "3 d", "4 d"], paths)

    assert told(0.0, 0.0, 0.0, 0.0) == "No path is liquidated under a in s"
    few = told(0.0, 0.019, 0.0, 0.0, paths=1000)
    assert few == "Fewer than 20 paths are liquidated under a in s: too few to say when"
    assert "cluster" in told(0.0, 0.020, 0.0, 0.0, paths=1000)
    assert told(0.1, 0.1, 0.1, 0.14).endswith("the whole horizon")
    peak = told(0.1, 0.2, 0.1, 0.1)
    assert peak.endswith(f"cluster between 1 d and 2 d: 40.0{T}% of all of them")
    assert told(0.1, 0.2, 0.1, 0.1, paths=110).endswith("the whole horizon")
    assert told(0.1, 0.2, 0.1, 0.1, paths=210) == peak


def test_closed_out() -> None:
    assert findings.closed_out("a", "s", est(0.0), est(0.0)).startswith("Nothing is forced shut")
    assert findings.closed_out("a", "s", est(0.1), est(0.1)).startswith("Every liquidation")
    assert findings.closed_out("a", "s", est(0.1), est(0.02)).startswith(f"20.0{T}% of the liquidations")


def test_losses_say_when_liquidation_is_the_tail() -> None:
    market, own = {"0.95": est(1.0), "0.99": est(100.0)}, {"0.95": est(1.0), "0.99": est(150.0)}

    def told(p: float, own: Any = own) -> str:
        return findings.losses("a", "s", est(p), est(50.0), market, own)

    assert told(0.0).startswith("Without liquidations")
    assert told(0.01) == f"Liquidation adds 50.0{T}USD to the 99{T}% VaR of a in s"
    assert (
        told(0.011) == f"a in s: more than 1{T}% of paths are liquidated, so the 99{T}% tail is liquidation"
    )
    assert told(0.01, {"0.99": est(70.0)}) == f"Liquidation takes 30.0{T}USD from the 99{T}% VaR of a in s"
    slight = f"Liquidation hardly changes the 99{T}% VaR of a in s"
    assert told(0.01, {"0.99": est(100.4)}) == told(0.01, {"0.99": est(99.6)}) == slight
    assert told(0.01, {"0.99": est(100.6)}) == f"Liquidation adds 0.600{T}USD to the 99{T}% VaR of a in s"
    assert told(0.01, {"0.99": est(None)}) == f"a in s loses 50.0{T}USD when it is liquidated"


def test_tails() -> None:
    assert findings.tails("a", "s", {"0.99": est(None)}, {"0.99": est(1.0)}).startswith("Too few paths")
    assert findings.tails("a", "s", {"0.99": est(2.0)}, {"0.99": est(1.0)}) == (
        f"ES 99{T}% of a in s: 1.00{T}USD with liquidation, 2.00{T}USD mark-to-market"
    )


def test_efficiency_names_a_mode_only_if_no_interval_reaches_it() -> None:
    first, near, far = (
        ("a", 10.0, est(0.1, 0.09, 0.11)),
        ("b", 5.0, est(0.12, 0.11, 0.13)),
        ("c", 5.0, est(0.2)),
    )
    assert "no mode is clearly" in findings.efficiency("s", [first, near, far])
    assert "a is liquidated least" in findings.efficiency("s", [first, far])
    assert findings.efficiency("s", [first]) == f"a is liquidated on 10.0{T}% of paths in s"


def test_changed() -> None:
    assert findings.changed(1, 0).startswith("Nothing is stressed")
    assert findings.changed(2, 1) == "1 of 2 scenarios bends the calm model"
    assert findings.changed(3, 2) == "2 of 3 scenarios bend the calm model"


def test_drawdown() -> None:
    assert findings.drawdown("a", "s", 0.25).startswith(f"One path in twenty falls by 25.0{T}% or more")
    assert "loses everything" in findings.drawdown("a", "s", 1.0)
    assert "never falls on nineteen paths" in findings.drawdown("a", "s", 0.0)


def test_worst() -> None:
    assert findings.worst("a", "s", [1.0, 2.0], 0).startswith(
        "None of the 2 worst paths under a in s is liquidated"
    )
    assert findings.worst("a", "s", [2.0, 2.0], 2) == (
        f"All of the 2 worst paths under a in s are liquidated; they lose 2.00{T}USD each"
    )
    assert findings.worst("a", "s", [1.0, 2.0], 1).startswith(
        "1 of the 2 worst paths under a in s is liquidated"
    )


def test_change() -> None:
    assert (
        findings.change(None, "4 %", ["s"])
        == "Nothing needs to change for P(liquidation) of at most 4 % in s."
    )
    assert findings.change([], "4 %", ["s"]).startswith("No single change was found")
    assert findings.change(["x", "y"], "4 %", ["s", "t"]).endswith("at most 4 % in s and t: x, or y.")


def test_thinning() -> None:
    assert findings.thinning("a", "s", 1.0001, None) == (
        "a in s: 39 of 40 paths end with 1.0001 times their maintenance or more"
    )
    assert findings.thinning("a", "s", 0.0, "3.00 d") == (
        "a in s: within 3.00 d one path in forty is at its requirement, or shut"
    )
