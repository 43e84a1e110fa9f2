"""What rounding becomes in a life that is liquidated again and again.

A closing ends where the account is just healthy again, and what rounding left of its equity decides the next
one: after thirty of them a book can show a million times as much. No tolerance holds for all such lives. So
where one differs from the twin's by more than the tolerance, it is held to what the twin itself makes of a
little more cash, and a little less, at the start.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from tests.reference.account import Account, Life

LITTLE = 1e-12  # of gross


class Blur:
    """The lives of a twin with a little less and a little more cash, lived when first asked for."""

    def __init__(self, account: Account, twin: Life, live: Callable[[Account], Life]) -> None:
        """`live`: how the twin lived with `account`."""
        self.account, self.twin, self._live = account, twin, live

    @cached_property
    def lives(self) -> list[Life]:
        """Both of them."""
        cash, little = self.account.cash, LITTLE * self.account.gross()
        return [self._live(self.account._replace(cash=cash + more)) for more in (-little, little)]

    def of(self, apart: Callable[[Life, Life], float]) -> float:
        """How far `apart` they are from the twin."""
        return max(float(apart(self.twin, one)) for one in self.lives)

    def same(self, name: str, found: Any) -> bool:
        """Whether a step or a leg is the twin's, or hangs on rounding."""
        return bool(found == getattr(self.twin, name)) or self.of(_difference(name)) > 0

    def near(self, name: str, found: float, room: float) -> bool:
        """Whether an amount is the twin's within `room`."""
        gap = abs(found - getattr(self.twin, name))
        return bool(gap <= room or gap <= room + self.of(_difference(name)))

    def near_ratio(self, found: float, room: float) -> bool:
        """Whether the lowest ratio is the twin's within `room` of money."""
        gap = self.twin.ratio_error(found)
        return bool(gap <= room or gap <= room + self.of(lambda a, b: a.ratio_error(b.lowest_ratio)))


def _difference(name: str) -> Callable[[Life, Life], float]:
    return lambda one, other: abs(getattr(one, name) - getattr(other, name))
