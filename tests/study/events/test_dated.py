"""Which of several dated files is used for a day."""

from datetime import date

import pytest

from stresskit.study.events.dated import Dated, family, on_the_day

FILES = [Dated("a-2023-08", "2023-08"), Dated("a-2024", "2024"), Dated("a-2026-09-01", "2026-09-01")]


@pytest.mark.parametrize(
    ("day", "name", "held"),
    [
        (date(2020, 3, 12), "a-2023-08", False),
        (date(2023, 7, 31), "a-2023-08", False),
        (date(2023, 8, 1), "a-2023-08", True),
        (date(2024, 1, 1), "a-2024", True),
        (date(2026, 8, 31), "a-2024", True),
        (date(2026, 9, 1), "a-2026-09-01", True),
    ],
)
def test_the_newest_table_that_is_not_younger_than_the_day(day, name, held):
    found = on_the_day(reversed(FILES), day)
    assert (found.name, found.held(day)) == (name, held)
    assert {family(name) for name, _ in FILES} == {"a"}
