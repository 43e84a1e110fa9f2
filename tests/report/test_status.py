from typing import Any

import pytest

from stresskit.report.format import THIN
from stresskit.report.status import (
    BROKEN,
    MET,
    UNDECIDED,
    UNLIMITED,
    gravest_first,
    in_words,
    limit_sentence,
    standing,
    status,
)


def limit(
    state: str, value: float | None = 0.04, bound: float = 0.05, name: str = "p_liquidation"
) -> dict[str, Any]:
    found = {
        "name": name,
        "mode": "cross",
        "scenario": "calm",
        "limit": bound,
        "value": value,
        "status": state,
    }
    return found if value is not None else {**found, "reason": "no path is liquidated"}


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], UNLIMITED),
        (["met"], MET),
        (["met", "undecided"], UNDECIDED),
        (["undecided", "met", "broken"], BROKEN),
    ],
)
def test_the_gravest_limit_decides(states: list[str], expected: object) -> None:
    assert status([limit(state) for state in states]) == expected


def test_signs_words_and_tones_differ() -> None:
    for part in zip(BROKEN, MET, UNDECIDED, UNLIMITED, strict=True):
        assert len(set(part)) == 4


@pytest.mark.parametrize(
    ("value", "high", "expected"),
    [(0.05, 0.05, "met"), (0.05, 0.0501, "undecided"), (0.0501, 0.06, "broken"), (None, None, "undecided")],
)
def test_standing_follows_the_rule_of_limits(value: float | None, high: float | None, expected: str) -> None:
    assert standing({"value": value, "low": value, "high": high}, 0.05) == expected


def test_sentences() -> None:
    wide = {"value": 0.04998, "low": 0.048, "high": 0.052}
    assert limit_sentence(limit("undecided", 0.04998), wide, "cross") == (
        f"P(liquidation) of cross in calm is 4.998{THIN}%, not above the limit of 5{THIN}%, "
        f"but its interval reaches 5.20{THIN}%."
    )
    assert "above the limit of" in limit_sentence(limit("broken", 0.06), {**wide, "value": 0.06}, "cross")
    assert "within the limit of" in limit_sentence(
        limit("met"), {**wide, "value": 0.04, "high": 0.045}, "cross"
    )
    missing = limit_sentence(limit("met", None, 100.0, "loss_given_liquidation"), {"value": None}, "cross")
    assert missing == (
        "Loss if liquidated of cross in calm is undefined (no path is liquidated); "
        f"the limit is 100{THIN}USD."
    )


def test_the_gravest_comes_first() -> None:
    met, near, broken, worse = (
        limit("met"),
        limit("undecided", 0.05),
        limit("broken", 0.06),
        limit("broken", 0.2),
    )
    zero = limit("broken", 0.01, 0.0)
    assert gravest_first([met, near, broken, worse, zero]) == [zero, worse, broken, near, met]


def test_keys_are_put_into_words() -> None:
    assert in_words("x breaks p_liquidation in a: 1") == "x breaks P(liquidation) in a: 1"
    assert in_words("my_p_liquidation_mode stays") == "my_p_liquidation_mode stays"
    assert in_words("a shortfall") == "a shortfall"


def test_figures_of_the_verdict_are_written_as_everywhere() -> None:
    told = in_words("a, b2 ask the same initial margin, 10,000.00 USD, and b2 is liquidated least")
    assert told == "a, b2 ask the same initial margin, 10\u202f000 USD, and b2 is liquidated least"
    told = in_words("P lies between -33.10 and +29.04 percentage points in scenario s1.25: they differ.")
    assert told == "P lies between −33.1 and +29.0 percentage points in scenario s1.25: they differ."
    told = in_words("a breaks p_liquidation in scenario s: 0.05003 against a limit of 0.05.")
    assert told == "a breaks P(liquidation) in scenario s: 5.003\u202f% against a limit of 5\u202f%."
    told = in_words("a breaks expected_liquidation_cost in scenario s: 12.34 against a limit of 10.")
    assert told == "a breaks expected liquidation cost in scenario s: 12.34 against a limit of 10."
