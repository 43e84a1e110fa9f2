"""Rules that bound what they ask after the block is marked, not while its marks are at hand."""

from typing import Any

from stresskit.domain import ceiling, weigh
from stresskit.margin.clearing import ClearingRule
from stresskit.margin.grid.table import GridTable
from stresskit.margin.marking import mark_to_market
from stresskit.margin.var import VarRule
from stresskit.numerics.jit import implements


def mark_then_bound(rule: Any, book: Any, tile: Any, step: Any, block: Any, steep: Any) -> Any:
    """One after the other."""
    mark_to_market(book, tile.marks[step], block.quantity, block.cash, block.held, block.equity)
    ceiling(rule, book, tile, step, block)
    return False


for kind in (VarRule, ClearingRule, GridTable):
    implements(weigh, kind, inlined=True)(mark_then_bound)
