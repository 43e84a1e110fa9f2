"""Which of several dated files held on a day: the newest that is not younger, else the oldest of all."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from stresskit.margin.rulebook import age_in_days


class Dated(NamedTuple):
    """A file by its name and date."""

    name: str
    as_of: str

    def held(self, day: date) -> bool:
        """Whether it is not younger than a day; a date without a day counts from its first."""
        return age_in_days(self.as_of, day) >= 0


def family(name: str) -> str:
    """The name without its date: ``okx-pm`` of ``okx-pm-2025-01``."""
    return re.sub(r"-\d{4}(-\d\d){0,2}$", "", name)


def on_the_day(files: Iterable[Dated], day: date) -> Dated:
    """Of the files of one family the one to use for a day."""
    by_age = sorted(files, key=lambda file: age_in_days(file.as_of, day))
    return next((file for file in by_age if file.held(day)), by_age[-1])
