from stresskit.report import margin_findings as findings
from stresskit.report.format import THIN as T


def test_requirement() -> None:
    assert findings.requirement([("a", 100.0)]) == f"a asks 100{T}USD of maintenance margin"
    told = findings.requirement([("a", 100.0), ("b", 250.0), ("c", 40.0), ("d", 100.4), ("e", 100.6)])
    assert told.endswith(f"b 2.50× as much; c 40.0{T}% of it; d the same; e 1.01× as much")
    assert findings.requirement([("a", 0.0), ("b", 5.0)]).endswith(f"b 5.00{T}USD")


def test_parts_and_utilisation() -> None:
    assert findings.largest_part([("x", 0.0)], "a") == "a asks no maintenance margin"
    assert findings.largest_part([("x", 5.0)], "a") == "x is the only position of the account"
    assert findings.largest_part([("x", 50.0), ("y", 50.0)], "a").startswith("All positions add the same")
    assert findings.largest_part([("x", 50.4), ("y", 49.6)], "a").startswith("x adds most")
    assert findings.utilisation({}, "a") == "No risk factor uses equity under a"
    assert findings.utilisation({"X": 0.1, "Y": 0.1}, "a").startswith("Every asset uses the same")
    assert findings.utilisation({"X": 0.1, "Y": -0.1}, "a").startswith("X uses most")
    tied = {"X": 0.1, "Y": 0.1, "Z": 0.05}
    assert findings.utilisation(tied, "a") == f"X and Y use most of the equity under a: 10.0{T}% each"
    assert findings.largest_part(list(tied.items()), "a") == (
        f"X and Y add most under a: 40.0{T}% of the maintenance each"
    )


def test_nearest() -> None:
    assert "no mark that moves alone" in findings.nearest({}, "a")
    assert "no mark that moves alone" in findings.nearest({"X": 1.0001}, "a")
    assert "a rise of X" in findings.nearest({"X": 1.0}, "a")
    assert (
        findings.nearest({"X": -0.5, "Y": 0.4}, "a")
        == f"Under a, a rise of Y by 40.0{T}% alone is liquidation"
    )
    assert "a fall of X" in findings.nearest({"X": -0.3, "Y": 0.4}, "a")


def test_bounds() -> None:
    assert findings.bounds_hit({}).endswith("not recorded")
    assert findings.bounds_hit({"X": None, "Y": []}).endswith("not recorded")
    assert findings.bounds_hit({"X": [], "Y": []}).startswith("No parameter")
    assert findings.bounds_hit({"X": ["nu at 2.1"], "Y": []}).endswith("at a bound for X")


def test_concentration() -> None:
    assert findings.concentration({"x": 0.0}) == "No exposure"
    assert findings.concentration({"x": -5.0}).endswith("all of the exposure: x")
    assert findings.concentration({"x": 5.0, "y": -5.0}).startswith("2 positions of the same size, 50.0")
    assert findings.concentration({"x": 5.0, "y": -15.0}) == f"y holds most of the exposure: 75.0{T}%"
