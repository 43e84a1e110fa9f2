"""An upper bound of a book's expected shortfall for which no scenario must be ranked.

For any t ``ES(x) <= t + sum_s (L_s - t)+ / count``, with equality at the edge of the tail. t is chosen a
little beyond where tails begin: then only the scenarios farthest out can lose more, and the bound is a few
percent too high. They are kept in single precision; its rounding is added to the bound.

Source: Rockafellar, Uryasev, "Optimization of conditional value-at-risk", Journal of Risk 2 (2000).
"""

from typing import Any

import numpy as np

from stresskit.margin.far_scenarios import length_of
from stresskit.numerics.jit import part

LANES = 256  # scenarios at a time
UNIT = 2.0**-24  # rounding of one operation in single precision
SUMMED = 1e-5  # of a sum of as many terms as there are scenarios to a lane


@part
def excess_of(coarse: Any, exposure: Any, level: Any, loss: Any, total: Any) -> Any:
    """Sum over the scenarios of what a book loses beyond `level`; `loss`, `total` (LANES,) are scratch."""
    total[:] = 0.0
    for first in range(0, coarse.shape[1], LANES):
        piece = loss[: min(LANES, coarse.shape[1] - first)]
        piece[:] = -level
        for i in range(exposure.size):
            x, row = np.float32(exposure[i]), coarse[i, first : first + LANES]
            for s in range(piece.size):
                piece[s] += x * row[s]
        for s in range(piece.size):
            total[s] += piece[s] if piece[s] > 0.0 else np.float32(0.0)
    found = 0.0
    for s in range(total.size):
        found += total[s]
    return found


@part
def shortfall_bound(scenarios: Any, exposure: Any, count: Any, breakdown: Any) -> Any:
    """At least the expected shortfall of the book, a few percent more at most as a rule."""
    coarse, gross = scenarios.coarse, 0.0
    level = np.float32(scenarios.beyond * length_of(scenarios.root, exposure))
    for i in range(exposure.size):
        gross += abs(exposure[i]) * scenarios.extreme[i]
    beyond = excess_of(coarse, exposure, level, breakdown.lanes[0], breakdown.lanes[1])
    rounding = (exposure.size + 4) * UNIT * (gross + level) * coarse.shape[1]
    return level + ((1.0 + SUMMED) * beyond + rounding) / count
