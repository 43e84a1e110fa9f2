"""Looking at one path of a block: what a rule is shown, and the evaluation of its requirement."""

from typing import Any, NamedTuple

from stresskit.domain import Breakdown, Float2D, Ledger, View, remember, requirement
from stresskit.numerics.jit import part


class Hands(NamedTuple):
    """Scratch with which one thread handles one account at a time.

    The bridge's: `sway` (4, assets), gradient w of the excess, Sigma w, marks before, returns since; `steep`
    (4, positions + coins), bounds of the requirement's slopes: base and rise of any, and of positions the
    notional up to which a lower one holds, and that one.
    """

    seen: View
    breakdown: Breakdown
    ledger: Ledger
    sway: Float2D
    steep: Float2D


@part
def look(tile: Any, step: Any, block: Any, b: Any, view: Any) -> None:
    """Copy path `b` into the view."""
    for p in range(view.quantity.size):
        view.quantity[p] = block.quantity[p, b]
    for i in range(view.marks.size):
        view.marks[i] = tile.marks[step, i, b]
        view.variance[i] = tile.variance[step, i, b]
    view.multiplier[0] = tile.multiplier
    view.cash[0] = block.cash[b]


@part
def evaluate(rule: Any, book: Any, tile: Any, s: Any, block: Any, b: Any, hands: Any) -> Any:
    """Maintenance of path `b` after step `s` of the tile, in full."""
    look(tile, s, block, b, hands.seen)
    maintenance = requirement(rule, book, hands.seen, hands.breakdown)
    remember(rule, block, b, hands.breakdown)
    return maintenance


@part
def clear(ledger: Any) -> None:
    """Start a new event's ledger."""
    ledger.fee[0] = 0.0
    ledger.fee_waived[0] = 0.0
    ledger.slippage[0] = 0.0
    ledger.closed_notional[0] = 0.0
    ledger.closings[0] = 0
    ledger.fund[0] = 0.0
    ledger.taken_notional[0] = 0.0
    ledger.useless[0] = 0
