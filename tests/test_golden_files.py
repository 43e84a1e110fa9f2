"""No golden case lies unread: a glob collects its file, or a test names it."""

import json
from pathlib import Path

import pytest

from tests.golden_cases import GOLDEN

TESTS = GOLDEN.parent
COLLECTED = {
    "cross_margin*.json": "margin/test_golden_venues.py",
    "portfolio_margin_*.json": "margin/test_golden_portfolio.py",
    "liquidation_*.json": "liquidation/test_auction.py",
}
LISTS = {"test_golden_coverage.py"}  # says where a case is restated, and reads none
SOURCES = [path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py") if path.name not in LISTS]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_case_is_read(path: Path) -> None:
    file = json.loads(path.read_text(encoding="utf-8"))
    names = [case["id"] for case in file.get("cases", ())]
    assert len(names) == len(set(names))
    if any(path.match(pattern) for pattern in COLLECTED):
        return
    wanted = names or [path.name]
    unread = [name for name in wanted if not any(f'{name}"' in source for source in SOURCES)]
    assert unread == []


@pytest.mark.parametrize(("pattern", "test"), COLLECTED.items())
def test_the_globs_are_those_of_the_tests(pattern: str, test: str) -> None:
    assert f'cases_like("{pattern}")' in (TESTS / test).read_text(encoding="utf-8")
