"""What scenarios cost a book, in whole grains of each asset's losses: an eighth of the memory to go through.

A scenario set does not fit into the caches beside a block of paths, so that going through it costs as much
as the memory it takes. Each asset's losses are therefore kept in 16 bits too, in units of a grain. They say
which scenarios may be in a tail; those are then computed in full.
"""

from typing import Any

import numpy as np

from stresskit.arrays import Float1D, Float2D, Short2D
from stresskit.numerics.aligned import aligned
from stresskit.numerics.jit import part

UNIT = 2.0**-24  # rounding of one operation in single precision
LARGEST = 32767
LANES = 32  # to a cache line
STRETCH = 512  # scenarios: their sums stay in the nearest cache


def in_grains(losses: Float2D) -> tuple[Short2D, Float1D]:
    """Losses (assets, scenarios) in whole grains, and the grain of each asset."""
    grain = np.maximum(np.abs(losses).max(axis=1, initial=0.0), np.finfo(float).tiny * LARGEST) / LARGEST
    coarse = aligned((losses.shape[0], -(-losses.shape[1] // LANES) * LANES), np.int16)
    coarse[:, : losses.shape[1]] = np.rint(losses / grain[:, None])
    return coarse, grain


@part
def add_grains(coarse: Any, first: Any, scale: Any, grain: Any, out: Any) -> None:
    """Add to out what the scenarios from `first` on cost exposures `scale` (assets,) of `grain` (assets,)."""
    last = scale.size - 1
    for i in range(0, last + 1, 2):  # two at a time: half the passes
        j = min(i + 1, last)
        x, y = np.float32(scale[i] * grain[i]), np.float32(scale[j] * grain[j] if j > i else 0.0)
        row, other = coarse[i, first : first + out.size], coarse[j, first : first + out.size]
        for s in range(out.size):
            out[s] = (out[s] + x * np.float32(row[s])) + y * np.float32(other[s])


@part
def coarse_losses(scenarios: Any, exposure: Any, start: Any, out: Any) -> None:
    """Fill out with what the scenarios from `start` on cost the book, but for `room_of` it."""
    for first in range(0, out.size, STRETCH):
        part_of = out[first : first + STRETCH]
        part_of[:] = np.float32(0.0)
        add_grains(scenarios.coarse, start + first, exposure, scenarios.grain, part_of)


@part
def add_coarse(scenarios: Any, others: Any, exposure: Any, i: Any, out: Any) -> None:
    """Fill out with the coarse losses of the others, and of an exposure to asset `i` beside them."""
    x, row = np.float32(exposure * scenarios.grain[i]), scenarios.coarse[i]
    for s in range(out.size):
        out[s] = others[s] + x * np.float32(row[s])


@part
def room_of(scenarios: Any, exposure: Any) -> Any:
    """By how much a coarse loss may be off, rounding in single precision included."""
    grains = gross = 0.0
    for i in range(exposure.size):
        grains += abs(exposure[i]) * scenarios.grain[i]
        gross += abs(exposure[i]) * scenarios.extreme[i]
    return 0.5 * grains + (exposure.size + 4) * UNIT * gross
