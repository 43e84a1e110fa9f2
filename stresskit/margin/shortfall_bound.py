"""An upper bound of a book's expected shortfall for which no scenario must be ranked.

For any t ``ES(x) <= t + sum_s (L_s - t)+ / count``, with equality at the edge of the tail. t is chosen a
little beyond where tails begin: then only the scenarios farthest out can lose more, and the bound is a few
percent too high. Coarse losses are enough; t is lowered by their room.

Source: Rockafellar, Uryasev, "Optimization of conditional value-at-risk", Journal of Risk 2 (2000).
"""

from typing import Any

import numpy as np

from stresskit.margin.coarse_losses import coarse_losses, put_pairs, room_of, unit_of
from stresskit.margin.far_scenarios import length_of
from stresskit.numerics.jit import part
from stresskit.numerics.sums import LANES

UNIT = 2.0**-24  # rounding of one operation in single precision


@part
def excess_of(rough: Any, level: Any, total: Any) -> Any:
    """Sum of what is beyond `level` of losses in whole units; `total` (lanes,) is scratch."""
    total[:] = np.float32(0.0)
    cut = np.int32(level)
    for first in range(0, rough.size, total.size):
        piece = rough[first : first + total.size]
        for s in range(piece.size):
            total[s] += np.float32(max(piece[s], cut) - cut)
    found = 0.0
    for s in range(total.size):
        found += total[s]
    return found


@part
def shortfall_bound(scenarios: Any, exposure: Any, count: Any, breakdown: Any) -> Any:
    """Bound of the mean of the `count` largest losses of the book."""
    length = length_of(scenarios.root, exposure)
    level, unit = scenarios.cut * length, unit_of(scenarios, exposure, length)
    put_pairs(scenarios, exposure, -1, unit, breakdown.pairs)
    rough, total = breakdown.rough[0], breakdown.lanes
    coarse_losses(scenarios.coarse, breakdown.pairs, 0, rough[: -(-scenarios.beyond // LANES) * LANES])
    cut = int(level / unit) - room_of(scenarios, exposure, unit)
    beyond = excess_of(rough[: scenarios.beyond], cut, total)
    summed = (2.0 + scenarios.beyond / total.size) * UNIT  # as many terms as stand in a lane
    return level + (1.0 + summed) * unit * beyond / count
