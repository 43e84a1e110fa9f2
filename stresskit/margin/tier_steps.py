"""How much of a position must go for it to come down by some tiers of its table.

A tier applies to sizes above its floor, so a position comes down by ``n`` tiers when its size is at
the floor that lies ``n - 1`` tiers below its own: a hair under it, where a requirement that jumps at the
edge has jumped.
"""

from typing import Any

from stresskit.domain import step_down
from stresskit.margin.brackets import BracketTable, size_of
from stresskit.margin.unified import UnifiedTable
from stresskit.numerics.jit import implements

HAIR = 1e-12  # of the floor


@implements(step_down, BracketTable)
def bracket_step(rule: Any, book: Any, view: Any, p: Any, tiers: Any) -> Any:
    """Quantity above the floor of the tier that is ``tiers - 1`` below the position's own."""
    size = size_of(rule, book, p, view.quantity[p], view.marks[book.asset[p]])
    tier = 0
    while tier + 1 < rule.floor.shape[1] and size > rule.floor[p, tier + 1]:
        tier += 1
    if tier == 0:
        return 0.0
    floor = rule.floor[p, max(tier + 1 - int(tiers), 1)] * (1.0 - HAIR)
    return abs(view.quantity[p]) * (1.0 - floor / size)


@implements(step_down, UnifiedTable)
def unified_step(rule: Any, book: Any, view: Any, p: Any, tiers: Any) -> Any:
    """By the account's brackets."""
    return step_down(rule.brackets, book, view, p, tiers)
