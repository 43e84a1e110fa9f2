"""What a scenario makes of a calm model."""

from dataclasses import dataclass
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
    """What a scenario makes of a calm model: consecutive segments and an account of the change."""

    segments: tuple[Segment, ...]
    notes: dict[str, Any]
