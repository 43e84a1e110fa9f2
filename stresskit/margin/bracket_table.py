"""From a rulebook and a list of positions to the arrays of the bracket rule."""

from collections.abc import Sequence

import numpy as np

from stresskit.domain import Float1D
from stresskit.margin.brackets import BracketTable
from stresskit.margin.rulebook import Tables


def bracket_table(tables: Tables, symbols: Sequence[str], leverage: Float1D) -> BracketTable:
    """One row a position; all symbols must be listed in `tables`."""
    rows = [tables.symbols[symbol].tiers for symbol in symbols]
    width = max(map(len, rows))

    def column(index: int, padding: float) -> list[list[float]]:
        return [[tier[index] for tier in row] + [padding] * (width - len(row)) for row in rows]

    return BracketTable(
        floor=np.array(column(0, np.inf)),
        rate=np.array(column(1, 0.0)),
        deduction=np.array(column(3, 0.0)),
        initial_rate=1.0 / np.asarray(leverage, dtype=float),
    )
