"""Liquidations of others at the open of every step: how far they have come, and what they do to the marks.

The closed form of the least fixed point that ``scenario/cascade.py`` describes. Marks are common to all
lives, and every life is looked at where they land, as after a gap.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stresskit.domain import Float1D, Float2D, ForcedSelling, Int1D
from stresskit.numerics.elementary import exp2, log2
from stresskit.numerics.jit import kernel
from stresskit.simulate.jumps import look


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Others in the simulated assets `rows` (k,), with their `push` (k,); of `what` the scenario states."""

    what: ForcedSelling
    rows: Int1D
    push: Float1D


@dataclass(slots=True)
class Sold:
    """Of one block: marks at the onset, and the share (k, paths) that is liquidated, by crowd."""

    known: dict[int, tuple[Float2D, Float2D]] = field(default_factory=dict)

    def of(self, crowd: Crowd, marks: Float2D) -> tuple[Float2D, Float2D]:
        """Reference and share of a crowd; its onset is where it is first asked for."""
        here = marks[crowd.rows]
        return self.known.setdefault(id(crowd.what), (here, np.zeros_like(here)))


@kernel
def press_on(
    marks: Any, rows: Any, push: Any, begin: Any, width: Any, side: Any, reference: Any, sold: Any
) -> None:
    """Liquidate others of what marks (assets, paths) they have come to, and move the marks by it.

    `push`, `begin` and `width` in powers of two; `reference`, `sold` (k, paths) are the crowd's state.
    """
    for k in range(rows.size):
        i, room = rows[k], width - push[k]
        for b in range(marks.shape[1]):
            before = sold[k, b]
            move = side * (log2(reference[k, b]) - log2(marks[i, b]))
            share = before
            if move > begin + width * before:
                alone = move - push[k] * before
                share = min((alone - begin) / room, 1.0) if room > 0.0 else 1.0
            if share > before:
                marks[i, b] *= exp2(-side * push[k] * (share - before))
                sold[k, b] = share


def sell(plan: Any, stretch: Any, space: Any, sold: Sold, step: tuple[int, float]) -> list[int]:
    """Liquidate others at the open of a step, and look; full evaluations by life.

    `plan`, `stretch`, `space` as of ``blocks``; `step`: its number, and the volatility multiplier of the step
    before.
    """
    first, multiplier = step
    for crowd in stretch.crowds:
        reference, share = sold.of(crowd, space.marks)
        what = crowd.what
        press_on(space.marks, crowd.rows, crowd.push, what.begin, what.width, what.side, reference, share)
    return look(plan, space, first, multiplier)
