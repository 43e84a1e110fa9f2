"""The cross-margin cases of the venues, every one that any file holds."""

import json

import pytest

from tests.golden_cases import cases_like
from tests.margin.golden_cross import RULES
from tests.shared_folder import shared

CASES = cases_like("cross_margin*.json")
NOT_COVERED: list[str] = []  # a case that no rule here computes is named, with the reason


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case):
    assert RULES[case["what"]](case["inputs"]) == pytest.approx(
        case["expected"], rel=0, abs=case["tolerance"]
    )


def test_each_case_is_there_once_and_says_what_it_proves():
    assert len(CASES) == len({case["id"] for case in CASES})
    assert {case["what"] for case in CASES} == set(RULES)
    assert all(case["source"] and case["proves"] and case["origin"] for case in CASES)


def test_no_case_of_the_source_is_missing_and_none_was_changed():
    given = {case["id"]: case for case in json.loads(shared("golden/cross_margin.json").read_text())}
    assert sorted(set(given) - {case["id"] for case in CASES}) == NOT_COVERED
    for case in CASES:
        source = given[case["id"]]
        for key in ("expected", "tolerance", "venue", "what"):
            assert case[key] == source[key], case["id"]
