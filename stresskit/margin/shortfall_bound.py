"""An upper bound of a book's expected shortfall for which no scenario must be ranked.

For any t ``ES(x) <= t + sum_s (L_s - t)+ / count``, with equality at the edge of the tail. t is chosen a
little beyond where tails begin: then only the scenarios farthest out can lose more, and the bound is a few
percent too high. Coarse losses are enough; t is lowered by their room.

Source: Rockafellar, Uryasev, "Optimization of conditional value-at-risk", Journal of Risk 2 (2000).
"""

from typing import Any

import numpy as np

from stresskit.margin.coarse_losses import UNIT, add_grains, room_of
from stresskit.margin.far_scenarios import length_of
from stresskit.numerics.jit import part


@part
def excess_of(scenarios: Any, exposure: Any, level: Any, loss: Any, total: Any) -> Any:
    """Sum over the scenarios of what a book loses beyond `level`; `loss`, `total` (lanes,) are scratch."""
    total[:] = np.float32(0.0)
    for first in range(0, scenarios.beyond, loss.size):
        piece = loss[: min(loss.size, scenarios.beyond - first)]
        piece[:] = np.float32(-level)
        add_grains(scenarios.coarse, first, exposure, scenarios.grain, piece)
        for s in range(piece.size):
            total[s] += piece[s] if piece[s] > 0.0 else np.float32(0.0)
    found = 0.0
    for s in range(total.size):
        found += total[s]
    return found


@part
def shortfall_bound(scenarios: Any, exposure: Any, count: Any, breakdown: Any) -> Any:
    """Bound of the mean of the `count` largest losses of the book."""
    level, lanes = scenarios.cut * length_of(scenarios.root, exposure), breakdown.lanes
    room = room_of(scenarios, exposure) + (exposure.size + 4) * UNIT * level
    beyond = excess_of(scenarios, exposure, level - room, lanes[0], lanes[1])
    summed = (2.0 + scenarios.beyond / lanes.shape[1]) * UNIT  # as many terms as stand in a lane
    return level + (1.0 + summed) * beyond / count
