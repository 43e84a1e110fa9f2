"""Portfolio margin as venues published it: every printed term of every case without an option."""

import json
from typing import Any

import pytest

from tests.golden_cases import cases_like
from tests.margin.golden_portfolio import RULES
from tests.shared_folder import shared

CASES = cases_like("portfolio_margin_*.json")
SOLD = cases_like("liquidation_*.json")  # auctions: see tests/liquidation

WITH_OPTIONS = (
    "BIT-1",
    "BYB-3",
    "DRV-PM2-105",
    "DRV-PM2-12",
    "DRV-PM2-13",
    "DRV-PM2-34",
    "DRV-PM2-41",
    "DRV-PM2-60",
)
LIQUIDATION = (
    *("DRV-DISC-600", "DRV-DISC-8160", "DRV-DISC-960"),
    *("DRV-LIQ-Test1-1", "DRV-LIQ-Test4-1", "DRV-LIQ-Test5-1", "DRV-LIQ-Test5-2", "DRV-LIQ-Test6-1"),
    "DRV-MAXP-0",
)
REFERENCE_ONLY = ("DER-C",)  # the portfolio is not printed
NOT_COVERED = sorted((*WITH_OPTIONS, *LIQUIDATION, *REFERENCE_ONLY))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_term(case: dict[str, Any]) -> None:
    found = RULES[case["rule"]](case["inputs"], case["parameters"])
    assert set(found) == set(case["expected"])
    tolerance = {"rel": 0.0, "abs": 0.0, **case["tolerance"]}
    for term, expected in case["expected"].items():
        assert found[term] == pytest.approx(expected, rel=tolerance["rel"], abs=tolerance["abs"]), term


def test_each_case_says_what_it_proves_and_where_it_comes_from() -> None:
    for case in CASES:
        assert all(case[key] for key in ("proves", "source", "dated", "venue", "tolerance"))


def test_what_is_not_covered_is_listed_by_name() -> None:
    path = shared("golden/portfolio_margin.json")
    given = {case["id"]: case for case in json.loads(path.read_text())["cases"]}
    covered = {case["id"] for case in CASES}
    assert sorted(LIQUIDATION) == sorted(case["id"] for case in SOLD)
    assert sorted(set(given) - covered) == NOT_COVERED
    assert covered <= set(given)
    for name in WITH_OPTIONS:
        inputs = given[name]["inputs"]
        assert inputs.get("options") or "option" in inputs or "short_put_strike" in inputs
    for name in covered:
        assert not given[name]["inputs"].get("options")


def test_every_term_that_the_source_prints_is_here_unchanged() -> None:
    path = shared("golden/portfolio_margin.json")
    given = {case["id"]: case for case in json.loads(path.read_text())["cases"]}
    for case in CASES:
        assert case["expected"] == given[case["id"]]["expected"], case["id"]
        assert case["tolerance"] == given[case["id"]]["tolerance"], case["id"]
