"""A figure and how sure it is."""

from typing import NamedTuple


class Estimate(NamedTuple):
    """A figure with its 95 % Monte Carlo interval; all None with a `reason` where undefined."""

    value: float | None
    low: float | None
    high: float | None
    reason: str | None = None
