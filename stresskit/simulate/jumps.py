"""Moves of the marks that a scenario gives, beside the returns that are drawn.

A **gap** falls at the open of a step: the marks jump, margin is looked at where they land, and nothing
is looked for in between, because a price that jumps is nowhere in between. What a liquidation there
loses beyond the equity is shortfall. A **ramp** is a part of the step's return: a Brownian bridge given
its two ends does not depend on the drift, so that the bridge of the step stays what it is.

The volatility that the model remembers is not touched: a given move says nothing of what follows.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D, Float2D, Int1D, Tile
from stresskit.model.completion import complete_moves
from stresskit.model.joint import Sampler
from stresskit.numerics.elementary import exp2, log2
from stresskit.numerics.jit import kernel
from stresskit.simulate.bridge import Bridge

AHEAD = 1 << 24  # of all steps of a path: the place of a completion's draws


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Where the assets stand relative to where an event began.

    `fixed` (assets,): the same on every path, for assets that are `known` (assets,); the others are drawn
    from `sampler`, whose rows `rows` (assets,) are the simulated assets, with `variance` (sampled
    assets,) and `multiplier`, at the draws `stream`.
    """

    fixed: Float1D
    known: npt.NDArray[np.bool_]
    sampler: Sampler | None = None
    rows: Int1D | None = None
    variance: Float1D | None = None
    multiplier: float = 1.0
    stream: int = 0

    def ratio(self, seed: int, path: int, paths: int) -> Float2D:
        """Marks over those at the event's begin (assets, paths)."""
        stated = np.repeat(self.fixed[:, None], paths, axis=1)
        if self.sampler is None or self.variance is None:
            return stated
        step = AHEAD + self.stream
        moves, _ = complete_moves(self.sampler, self.variance, seed, path, paths, step, self.multiplier)
        return np.where(self.known[:, None], stated, 1.0 + moves[self.rows])


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What a shock does to the marks of a stretch; `share`: the part of the ramp in each step."""

    since: Level | None
    gaps: tuple[Level, ...]
    ramp: Level | None
    share: float


@kernel
def nudge(marks: Any, ratio: Any, share: Any) -> None:
    """Multiply marks (assets, paths) by ``ratio ** share``."""
    for i in range(marks.shape[0]):
        for b in range(marks.shape[1]):
            marks[i, b] *= exp2(share * log2(ratio[i, b]))


def landings(course: Course, seed: int, path: int, paths: int) -> list[Float2D]:
    """Factors (assets, paths) of the gaps, each on the marks after the one before."""
    stand = course.since.ratio(seed, path, paths) if course.since else np.ones(1)
    found = []
    for level in course.gaps:
        there = level.ratio(seed, path, paths)
        found.append(there / stand)
        stand = there
    return found


Ramp = tuple[Float2D, float]


def ramps_of(courses: tuple[Course, ...], seed: int, path: int, paths: int) -> list[Ramp]:
    """Factor (assets, paths) of every ramp of a stretch, and the part of it in each step."""
    found = []
    for course in courses:
        if course.ramp is None:
            continue
        landed = course.gaps[-1] if course.gaps else course.since
        there = course.ramp.ratio(seed, path, paths)
        whole = there / landed.ratio(seed, path, paths) if landed else there
        found.append((np.ascontiguousarray(whole), course.share))
    return found


def climb(ramps: list[Ramp], marks: Float2D) -> None:
    """Take the marks (assets, paths) through a step's part of every ramp."""
    for factor, share in ramps:
        nudge(marks, factor, share)


def jump(plan: Any, stretch: Any, space: Any, multiplier: float, path: int, evaluated: list[int]) -> None:
    """Put the marks where each gap of the stretch lands, and look there; full evaluations are counted.

    `plan`, `stretch` and `space` as of ``blocks``; `multiplier` is that of the step before.
    """
    for course in stretch.courses:
        for factor in landings(course, plan.seed, path, space.paths):
            space.marks[:] *= factor
            for i, count in enumerate(look(plan, space, stretch.first, multiplier)):
                evaluated[i] += count


def look(plan: Any, space: Any, first: int, multiplier: float) -> list[int]:
    """Look at margin where a gap at the open of step `first` has put the marks; full evaluations by life.

    A bridge of no variance finds nothing between two looks; with it no kernel is compiled anew.
    """
    tile = Tile(space.tile_marks[:1], space.tile_variance[:1], multiplier)
    tile.marks[0], tile.variance[0] = space.marks, space.eve[1]
    bridge = None
    if plan.bridged:
        assets = len(space.marks)
        still, nowhere = np.zeros_like(space.eve[1]), np.zeros((assets, assets))
        bridge = Bridge(space.eve[0], still, multiplier, nowhere, plan.seed, space.number)
    spell = plan.spell(first)
    found = [
        one.through(replace(c, dues=None), tile, first, plan.always, bridge, spell)
        for c, one in zip(plan.present(first), space.lives, strict=True)
    ]
    space.eve[0][:] = space.marks
    return found
