"""What an events table is asked: which events, at which venues, on how many paths."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import get_args

from stresskit.config.fault import did_you_mean
from stresskit.errors import ConfigError, Problem
from stresskit.scenario.historical import EventName
from stresskit.study.events.offered import shelf

ASSUMED_FEE = 0.005


@dataclass(frozen=True, slots=True)
class Ask:
    """Which cells the table has.

    Attributes
    ----------
    events, venues : none: all that are shipped.
    paths : of every cell; None: those of the config.
    fee : liquidation fee where a venue's is not known; such cells say so.
    """

    events: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    paths: int | None = None
    fee: float = ASSUMED_FEE

    def chosen_events(self) -> list[str]:
        """Names of the events in the order of their days.

        Raises
        ------
        ConfigError
            If one is not shipped.
        """
        return _chosen("--event", self.events, get_args(EventName))

    def chosen_venues(self) -> list[str]:
        """Names of the venues.

        Raises
        ------
        ConfigError
            If no rulebook of one is shipped.
        """
        known = sorted({book.tables.venue for book in shelf()})
        return _chosen("--venue", self.venues, known)


def _chosen(option: str, wanted: Collection[str], known: Collection[str]) -> list[str]:
    problems = list(_unknown(option, wanted, known))
    if problems:
        raise ConfigError(problems)
    return [name for name in known if not wanted or name in wanted]


def _unknown(option: str, wanted: Collection[str], known: Collection[str]) -> Iterator[Problem]:
    for name in wanted:
        if name not in known:
            expected = f"one of {', '.join(known)}{did_you_mean(name, known)}"
            yield Problem(f"{option} {name}", "", expected)
