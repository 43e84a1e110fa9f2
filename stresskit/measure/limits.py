"""Where the figures of a run stand against the limits of its config."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["met", "broken", "undecided"]

LIMIT_NAMES = (
    "p_liquidation",
    "p_closed_out",
    "p_shortfall",
    "expected_liquidation_cost",
    "loss_given_liquidation",
    "shortfall",
)


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that figure `name` of `mode` may be in `scenario`.

    `own` says that the config names the mode: the limit then concerns no other one.
    """

    name: str
    limit: float
    mode: str
    scenario: str
    own: bool = False


def status(figures: Mapping[str, Any], name: str, limit: float) -> Status:
    """Where figure `name` of one mode in one scenario stands.

    Broken: the point estimate is above the limit, whatever the interval says. Undecided: it is not,
    but the interval's upper end is. Met: the upper end is at or below the limit. A figure that is
    undefined because no path is liquidated has met its limit; otherwise it decides nothing.

    Raises
    ------
    ValueError
        If there is no limit of that name.
    """
    if name not in LIMIT_NAMES:
        raise ValueError(f"no limit is named {name}; there are {', '.join(LIMIT_NAMES)}")
    found = figures[name]
    if found["value"] is None:
        return "met" if figures["p_liquidation"]["value"] == 0 else "undecided"
    if found["value"] > limit:
        return "broken"
    return "undecided" if found["high"] > limit else "met"


def judged(figures: Mapping[str, Any], limit: Limit) -> dict[str, Any]:
    """A limit with its value and status, as it stands in ``metrics.json``."""
    found = figures[limit.name]
    entry = {
        "name": limit.name,
        "mode": limit.mode,
        "scenario": limit.scenario,
        "limit": limit.limit,
        "value": found["value"],
        "status": status(figures, limit.name, limit.limit),
    }
    return entry if found["value"] is not None else {**entry, "reason": found["reason"]}
