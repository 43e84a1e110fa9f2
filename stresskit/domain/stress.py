"""What a scenario makes of a calm model."""

from dataclasses import dataclass, field
from typing import Any

from stresskit.domain.dependence import AnyDependence


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A stretch of steps ``[first, last)`` that is drawn from one stressed model.

    `volatility_multiplier` scales the returns but not the variance recursion.
    """

    first: int
    last: int
    dependence: AnyDependence
    volatility_multiplier: float


@dataclass(frozen=True, slots=True, eq=False)
class StressedModel:
    """What a scenario makes of a calm model and of the venue, and an account of the change.

    `segments` are consecutive and cover the horizon; `venue` holds what effects on the venue's side
    left for the simulation, None without any; effects on the market hand it on untouched.
    """

    segments: tuple[Segment, ...]
    notes: dict[str, Any] = field(default_factory=dict)
    venue: Any = None
