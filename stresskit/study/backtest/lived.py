"""What would have happened to an account along the prices that came: the same rules, no simulation."""

import numpy as np

from stresskit.domain import Float1D, Float2D, Tile
from stresskit.simulate.blocks import Contender
from stresskit.simulate.isolated_life import life_of


def lived(contender: Contender, marks: Float2D, variance: Float2D, begin: Float1D) -> int:
    """Step of the first forced closing, counted from 1; 0 at the start, -1 for none.

    Parameters
    ----------
    contender : account under one rule and policy.
    marks : array (steps, assets)
        Prices after each step, relative to the start.
    variance : array (steps, assets)
        Variance of the coming step, as known after each step.
    begin : array (assets,)
        Variance of the first step.
    """
    life = life_of(contender, begin, (len(marks), begin.size, 1), deleverages=False)
    life.begin(contender, contender, begin, always=True)
    if life.record.first_step[0] == 0:
        return 0
    life.through(contender, Tile(_column(marks), _column(variance), 1.0), 0, True, None, None)
    return int(life.record.first_step[0])


def _column(values: Float2D) -> "np.ndarray[tuple[int, int, int], np.dtype[np.float64]]":
    found: np.ndarray[tuple[int, int, int], np.dtype[np.float64]] = np.ascontiguousarray(values)[
        :, :, None
    ].copy()
    return found
