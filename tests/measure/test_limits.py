import pytest

from stresskit.measure.limits import LIMIT_NAMES, Limit, judged, status


def figures(value, high, p_liquidation=0.1):
    found = {"value": value, "low": 0.0, "high": high}
    if value is None:
        found = {"value": None, "low": None, "high": None, "reason": "so it is"}
    hits = {"value": p_liquidation, "low": 0.0, "high": 1.0}
    return {**dict.fromkeys(LIMIT_NAMES, found), "p_liquidation": hits}


@pytest.mark.parametrize(
    ("value", "high", "expected"),
    [
        (0.05, 0.06, "undecided"),
        (0.05 + 1e-12, 0.06, "broken"),
        (0.049, 0.05, "met"),
        (0.049, 0.05 + 1e-12, "undecided"),
        (0.05, 0.05, "met"),
        (0.9, 0.9, "broken"),
    ],
)
def test_edges(value, high, expected):
    assert status(figures(value, high), "p_shortfall", 0.05) == expected


def test_undefined_because_nothing_happened_is_met():
    found = judged(figures(None, None, 0.0), Limit("loss_given_liquidation", 10.0, "cross", "calm"))
    assert found == {
        "name": "loss_given_liquidation",
        "mode": "cross",
        "scenario": "calm",
        "limit": 10.0,
        "value": None,
        "status": "met",
        "reason": "so it is",
    }


def test_undefined_for_another_cause_decides_nothing():
    assert status(figures(None, None), "loss_given_liquidation", 10.0) == "undecided"


def test_defined_value_needs_no_reason():
    found = judged(figures(0.2, 0.3), Limit("shortfall", 0.1, "cross", "calm"))
    assert (found["value"], found["status"]) == (0.2, "broken")
    assert "reason" not in found


def test_unknown_name_is_refused():
    with pytest.raises(ValueError, match="no limit is named es"):
        status(figures(0.1, 0.2), "es", 0.5)
