"""What the first page tells of the owner's actions and of hedges over several accounts."""

from types import SimpleNamespace
from typing import Any

from stresskit.report.format import THIN as T
from stresskit.report.owner import owner

ESTIMATE = {"value": 0.02, "low": 0.01, "high": 0.03}
DOLLARS = {"value": 80.0, "low": 70.0, "high": 90.0}


def told(actions: dict[str, Any] | None, stranded: dict[str, Any] | None = None, **found: Any) -> list[str]:
    metrics = {} if stranded is None else {"stranded": {"calm": stranded}}
    account: Any = SimpleNamespace(
        config={"actions": actions} if actions else {},
        base="cross",
        calm="calm",
        mode=lambda *_: found,
        results=SimpleNamespace(metrics=metrics),
    )
    return [block["text"] for block in owner(account)]


def test_nobody_acts() -> None:
    assert told(None) == []


def test_every_action_is_told_in_words() -> None:
    actions = {
        "top_up": {"amount": 2000.0, "at_ratio": 2.0, "delay": "4h", "times": 1},
        "deleverage": {"share": 0.25, "at_ratio": 1.5, "delay": "0h", "times": 3},
        "transfer": None,
    }
    (line,) = told(actions, p_top_up=ESTIMATE, expected_top_up=DOLLARS)
    assert line == (
        f"The owner acts: adds 2{T}000{T}USD when equity / maintenance is seen at 2.00 or below, 4h later, "
        f"once a path; closes 25.0{T}% of every position when equity / maintenance is seen at 1.50 or below, "
        f"at most 3 times a path. Under cross in calm money is added on 2.00{T}% (1.00 to 3.00{T}%) of "
        f"paths, 80.0{T}USD a path on average."
    )


def test_transfers_and_stranded_hedges() -> None:
    actions = {"transfer": {"giver": "b", "amount": 500.0, "at_ratio": 8.0, "delay": "2h", "times": 5}}
    lost = {"any": ESTIMATE, "closed_out": {"a": {"value": 0.015}, "b": {"value": 0.005}}}
    first, second = told(actions, lost, p_transfer=ESTIMATE, expected_received=DOLLARS, expected_sent=DOLLARS)
    assert f"sends up to 500{T}USD from account b" in first
    assert first.endswith(f"on average 80.0{T}USD received and 80.0{T}USD sent a path.")
    assert second.endswith(f"while another lives on: a on 1.50{T}%, b on 0.500{T}%.")
