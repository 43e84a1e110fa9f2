"""The cells of a grid: price moves times volatility moves, and what a leg gains in each.

A linear book only needs the cells that can be its worst. A cell is dropped where another one's
profits are the same for all legs up to a factor of at least one, and its dampener no larger: with
``profit' = s profit`` and ``0 <= s <= 1`` the loss is ``s`` times the other's at most, and the loss
of an unmoved price, zero, is always among the candidates.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from stresskit.domain import Float2D
from stresskit.margin.grid.charge_tables import Cells
from stresskit.margin.grid.leg import Leg
from stresskit.margin.grid.revaluation import Money, unit_profit

ROUNDING = 1e-14


class Cell(NamedTuple):
    """One cell; `scaled_to` is NaN where the move itself is taken; `relief` is USD off the loss."""

    move: float
    volatility: str
    weight: float
    scaled_to: float
    relief: float


def cells_of(table: Cells | None) -> list[Cell]:
    """Spell out a table of cells."""
    if table is None:
        return []
    found = []
    weights = table.weights or (1.0,) * len(table.moves)
    for move, weight in zip(table.moves, weights, strict=True):
        near, relief = float("nan"), 0.0
        if table.scaled_to is not None:
            near = table.scaled_to if move > 0 else -table.scaled_to
            relief = max(abs(move) / table.scaled_to - 1.0, 0.0) * table.dampener_usd
        found += [Cell(move, volatility, weight, near, relief) for volatility in table.volatility]
    return found


def leg_profit(leg: Leg, cell: Cell, inverse_in: Money) -> float:
    """Gain of one USD of the leg's signed notional in a cell, weight included."""
    move = cell.move if np.isnan(cell.scaled_to) else cell.scaled_to
    return cell.weight * unit_profit(leg.kind, inverse_in, move)


def profits(legs: Sequence[Leg], cells: Sequence[Cell], inverse_in: Money) -> Float2D:
    """Gain of one USD of each leg in each cell, (legs, cells)."""
    return np.array([[leg_profit(leg, cell, inverse_in) for cell in cells] for leg in legs]).reshape(
        len(legs), len(cells)
    )


def needed(gains: Float2D, relief: Float2D) -> list[int]:
    """Cells that can be the worst one; gains (legs, cells), relief (units, cells)."""
    kept: list[int] = []
    order = np.lexsort((relief.sum(axis=0), -np.abs(gains).sum(axis=0)))
    for c in order:
        if np.any(gains[:, c]) and not any(_covered(gains, relief, c, k) for k in kept):
            kept.append(int(c))
    return sorted(kept)


def _covered(gains: Float2D, relief: Float2D, c: int, by: int) -> bool:
    """Whether cell `by` is at least as bad as cell `c` for every book."""
    size = float(gains[:, by] @ gains[:, by])
    factor = float(gains[:, c] @ gains[:, by]) / size
    if not 0.0 <= factor <= 1.0 + ROUNDING:
        return False
    same = np.allclose(gains[:, c], factor * gains[:, by], rtol=ROUNDING, atol=0.0)
    return same and bool(np.all(relief[:, c] >= min(factor, 1.0) * relief[:, by]))
