"""What the first page says of how sure it is and of what to change."""

from dataclasses import replace
from typing import Any

import pytest

from stresskit.report.certainty import certainty
from stresskit.report.remedy import remedy
from stresskit.report.view import Account, accounts
from stresskit.results import Results


def with_estimate(account: Account, mode: str, estimate: dict[str, float]) -> Account:
    calm = account.figures[account.calm]
    modes = {**calm["modes"], mode: {**calm["modes"][mode], "p_liquidation": estimate}}
    return replace(account, figures={**account.figures, account.calm: {**calm, "modes": modes}})


@pytest.mark.parametrize(
    ("estimate", "told"),
    [
        ({"value": 0.0, "low": 0.0, "high": 0.002}, "below 0.200\u202f% (95 %)"),
        ({"value": 1.0, "low": 0.99, "high": 1.0}, "above 99.0\u202f% (95 %)"),
        ({"value": 0.5, "low": 0.4, "high": 0.6}, "within 40.0 to 60.0\u202f% (95 %)"),
    ],
)
def test_what_chance_leaves_open(results: Results, estimate: dict[str, float], told: str) -> None:
    (account,) = accounts(results)
    mode = account.verdict["mode"] or account.base
    found = certainty(with_estimate(account, mode, estimate))
    assert told in found
    assert "the error of the model is larger" in found


def test_it_is_said_of_the_mode_to_choose(results: Results) -> None:
    (account,) = accounts(results)
    other = account.modes[-1]
    told = certainty(replace(account, verdict={**account.verdict, "mode": other}))
    assert f"P(liquidation) of {account.label(other)} in" in told


def test_other_models_are_told_where_there_are_some(results: Results) -> None:
    (account,) = accounts(results)
    mode = account.verdict["mode"] or account.base
    band = {"lowest": 0.01, "highest": 0.04}
    spread = {account.calm: {"modes": {mode: {"p_liquidation": band}}}}
    told = certainty(replace(account, envelope={"models": {"a": {}, "b": {}}, "spread": spread}))
    assert told.endswith("over 3 models: 1.00\u202f% to 4.00\u202f%.")


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ([], "no limit asks for it"),
        ([{"status": "met"}], "nothing, the limits are met"),
        ([{"status": "met"}, {"status": "broken"}], "more collateral or a smaller book"),
        ([{"status": "undecided"}], "more collateral or a smaller book"),
    ],
)
def test_what_to_change_is_always_said(results: Results, limits: list[dict[str, Any]], told: str) -> None:
    (account,) = accounts(results)
    stated = [{**limit, "mode": account.base} for limit in limits]
    for mode, ask in ((account.base, "What to change: "), ("another", "What else to change: ")):
        (line,) = remedy(replace(account, verdict={**account.verdict, "mode": mode, "limits": stated}))
        assert line.startswith(ask)
        assert told in line
