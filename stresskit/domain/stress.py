"""What a scenario makes of a calm model, and of the venue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from stresskit.arrays import Float1D, Float2D, Float3D, Int1D
from stresskit.domain.dependence import AnyDependence, Dependence


@dataclass(frozen=True, slots=True, eq=False)
class Completion:
    """How assets that a move does not name move beside those that it does.

    By their law given the named ones, or those of them at the places `given`, under `dependence` and the
    model's marginals, over a time in which returns have `variance` (assets,); `multiplier` scales them.
    `stream` numbers the draws: moves of the same stream take the same ones, no step of a path does.
    """

    dependence: Dependence
    variance: Float1D
    multiplier: float
    stream: int
    given: Int1D | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """Where the assets stand: simple `returns` (named,) of the places `named`.

    The others are completed by `law`; they stay where they are if they shall (`stay`) or there is none.
    """

    named: Int1D
    returns: Float1D
    law: Completion | None = None
    stay: bool = False

    @property
    def condition(self) -> tuple[Int1D, Float1D]:
        """Places and returns that the others' law is conditioned on."""
        if self.law is None or self.law.given is None:
            return self.named, self.returns
        return self.law.given, self.returns[np.searchsorted(self.named, self.law.given)]


@dataclass(frozen=True, slots=True, eq=False)
class Shock:
    """A course that the marks are given, beside the returns that are drawn as ever.

    All moves are counted from where the event began. `since`: where the marks stand when the shock
    begins (None: there). `gaps`: where they jump to, one after the other, at the open of the segment's
    first step; margin is looked at after each, and nothing lies between. `ramp`: where they go from
    there in `steps` equal parts, one in every step of the segment, as a part of its return.
    """

    since: Move | None = None
    gaps: tuple[Move, ...] = ()
    ramp: Move | None = None
    steps: int = 1

    @property
    def landed(self) -> Move | None:
        """Where the marks stand after the gaps."""
        return self.gaps[-1] if self.gaps else self.since


class ForcedSelling(NamedTuple):
    """Others' positions in the assets at the places `named` (k,) that are liquidated as their marks move.

    In powers of two of the mark, against them: `begin`, the move from the onset at which the first is
    liquidated; `width`, from there to the last; `push` (k,), what all of them together move the mark.
    `side`: 1 where they are long, -1 where they are short.
    """

    named: Int1D
    push: Float1D
    begin: float
    width: float
    side: float


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A stretch of steps ``[first, last)`` that is drawn from one stressed model.

    `volatility_multiplier` scales the returns but not the variance recursion; `loudness` (assets,) scales
    those of each asset with its conditional variance, None: nothing; `shocks` move the marks, and so does
    the `selling` of others.
    """

    first: int
    last: int
    dependence: AnyDependence
    volatility_multiplier: float
    shocks: tuple[Shock, ...] = ()
    selling: tuple[ForcedSelling, ...] = ()
    loudness: Float1D | None = None


class Deleveraging(NamedTuple):
    """Auto-deleveraging of winning legs once the insurance fund cannot pay for others' bankruptcies.

    `move`: from the onset, as a fraction, at which the others are bankrupt; `fund` in USD; `notional` of the
    others' bankrupt positions in each asset, USD; `share` of a winning leg that is closed; `at_mark`: 1
    where it is closed at the mark, 0 at the bankruptcy price; `most` USD that are closed of the winning legs
    of an asset.
    """

    move: float
    fund: float
    notional: float
    share: float
    at_mark: float
    most: float = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class VenueStress:
    """What the venue does differently over steps ``[first, last)``; several may overlap and then compound.

    `depth`, `spread`: multipliers of market depth and half-spread; `margin`: multiplier of the maintenance
    requirement, in force where the observed volatility of some asset is at least `trigger` times its
    long-run level (0: always); `halted`: nobody acts until the last step's end; `funding`: rate by asset
    that is added to each 8 hours; `worth`: what a unit of an asset is worth as collateral, over what it was;
    `counted`: what of every coin's value counts, over what did; `deleveraging`: of winning legs.
    """

    first: int
    last: int
    depth: float = 1.0
    spread: float = 1.0
    margin: float = 1.0
    trigger: float = 0.0
    halted: bool = False
    funding: Mapping[str, float] = field(default_factory=dict)
    worth: Mapping[str, float] = field(default_factory=dict)
    counted: float = 1.0
    deleveraging: Deleveraging | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """Recorded prices on the first steps of a run, relative to the start, of the simulated assets.

    `mark`, `last` (steps, looks, assets): the looks of each step in order, the last one its end;
    `variance`, `shock` (steps, assets): the variance of the coming step and the innovation of this one.
    """

    mark: Float3D
    last: Float3D
    variance: Float2D
    shock: Float2D
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class StressedModel:
    """What a scenario makes of a calm model and of the venue, and an account of the change.

    `segments` are consecutive and cover the horizon; `venue`: what changes on the venue's side, which
    effects on the market hand on untouched; `tape`: recorded prices in place of drawn ones.
    """

    segments: tuple[Segment, ...]
    notes: dict[str, Any] = field(default_factory=dict)
    venue: tuple[VenueStress, ...] = ()
    tape: Tape | None = None
