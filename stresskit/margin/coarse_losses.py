"""What scenarios cost a book, in whole numbers: an eighth of the memory to go through, and of the work.

A scenario set does not fit into the caches beside a block of paths, so that going through it costs as much
as the memory it takes. Each asset's losses are therefore kept in 16 bits too, in units of a grain, and a
book's exposures are taken in 16 bits, in units of what all its losses fit into 32 bits with. Sums of such
products say which scenarios may be in a tail; those are then computed in full.
"""

from typing import Any

import numpy as np

from stresskit.arrays import Float1D, Float2D, Short3D
from stresskit.numerics.aligned import aligned
from stresskit.numerics.jit import inline, part
from stresskit.numerics.sums import LANES, add_products, load_sums, no_sums, store_sums

LARGEST = 32767
SUM = 2.0**30  # units that a book's worst loss takes at most: half of what fits
LOWEST = -(2**31)


def in_grains(losses: Float2D) -> tuple[Short3D, Float1D]:
    """Losses (assets, scenarios) in whole grains, and the grain of each asset.

    By blocks of 16 scenarios and pairs of assets (blocks, pairs, 32), those of a scenario side by side.
    """
    assets, scenarios = losses.shape
    grain = np.maximum(np.abs(losses).max(axis=1, initial=0.0), np.finfo(float).tiny * LARGEST) / LARGEST
    blocks, pairs = -(-scenarios // LANES), -(-assets // 2)
    rows = np.zeros((2 * pairs, blocks * LANES), dtype=np.int16)
    rows[:assets, :scenarios] = np.rint(losses / grain[:, None])
    coarse = aligned((blocks, pairs, 2 * LANES), np.int16)
    coarse[:] = rows.reshape(pairs, 2, blocks, LANES).transpose(2, 0, 3, 1).reshape(coarse.shape)
    return coarse, grain


@part
def unit_of(scenarios: Any, exposure: Any, length: Any) -> Any:
    """The unit in USD in which a book of that length is looked at."""
    largest = 0.0
    for i in range(exposure.size):
        largest = max(largest, abs(exposure[i]) * scenarios.grain[i])
    unit = max(largest / LARGEST, length * scenarios.distance[0] / SUM)
    return unit if unit > 0.0 else 1.0


@inline
def whole(exposure: Any, grain: Any, unit: Any) -> Any:
    """An exposure in 16 bits."""
    return int(np.rint(exposure * grain / unit))


@inline
def pair_of(one: Any, other: Any) -> Any:
    """Two numbers of 16 bits in one."""
    return (one & 0xFFFF) | (other << 16)


@part
def put_pairs(scenarios: Any, exposure: Any, without: Any, unit: Any, pairs: Any) -> None:
    """Fill pairs with the exposures in 16 bits, asset `without` left out (none: -1)."""
    last = exposure.size - 1
    for j in range(pairs.size):
        i, k = 2 * j, min(2 * j + 1, last)
        one = 0 if i == without else whole(exposure[i], scenarios.grain[i], unit)
        other = 0 if k in (without, i) else whole(exposure[k], scenarios.grain[k], unit)
        pairs[j] = pair_of(one, other)


@part
def coarse_losses(coarse: Any, pairs: Any, start: Any, out: Any) -> None:
    """Fill out with what the scenarios from `start` on cost the book; whole blocks of them."""
    first, blocks = start // LANES, out.size // LANES
    for block in range(blocks):
        sums = no_sums()
        for j in range(pairs.size):
            sums = add_products(sums, coarse, first + block, j, pairs[j])
        store_sums(out, block * LANES, sums)


@part
def add_coarse(coarse: Any, others: Any, i: Any, amount: Any, out: Any) -> None:
    """Fill out with the coarse losses of the others, and of an exposure to asset `i` beside them."""
    pair = pair_of(amount, 0) if i % 2 == 0 else pair_of(0, amount)
    for block in range(out.size // LANES):
        s = block * LANES
        store_sums(out, s, add_products(load_sums(others, s), coarse, block, i // 2, pair))


@part
def room_of(scenarios: Any, exposure: Any, unit: Any) -> Any:
    """By how many units a coarse loss may be off: half a grain and half an exposure's unit, of each asset."""
    room = 1.0
    for i in range(exposure.size):
        if exposure[i] != 0.0:
            room += 0.5 * abs(exposure[i]) * scenarios.grain[i] / unit + 0.5 * LARGEST
    return int(room) + 1
