"""A market order for the whole position; of a large one a part first; in the end the backstop.

Positions come in the order of their maintenance (the venue publishes none). Of one worth more than
`size` only the share `first` is closed at first, and the rest after a pause that is far shorter than a
step, so at the same marks. An order that would not help is passed over. Once equity is below
`backstop` of the maintenance, or no order helps any more, the liquidator vault takes the whole account
and keeps what it is worth.

Source: Hyperliquid documentation, "Liquidations" (20 % above 100,000 USDC, 30 seconds, two thirds).
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import liquidate
from stresskit.liquidation.orders import end, largest_of, order, restored
from stresskit.numerics.jit import implements
from stresskit.numerics.notional import unit_notional


class Staged(NamedTuple):
    """`size` USD above which the share `first` goes first; `backstop`: share of the maintenance."""

    size: float = 100_000.0
    first: float = 0.2
    backstop: float = 2.0 / 3.0
    takeover: float = 1.0


@implements(liquidate, Staged, allocates=True)
def close_in_stages(
    policy: Any, rule: Any, book: Any, view: Any, equity: Any, maintenance: Any, breakdown: Any, ledger: Any
) -> Any:
    """Order after order until the account is restored or the backstop is reached."""
    positions = book.asset.size
    done = np.zeros(positions)
    begun, tried = np.zeros(positions, dtype=np.bool_), np.zeros(positions, dtype=np.bool_)
    while equity > 0.0 and equity >= policy.backstop * maintenance:
        p = largest_of(view, breakdown.contribution, tried)
        if p < 0:
            break
        held = abs(view.quantity[p])
        large = held * unit_notional(book.face[p], view.marks[book.asset[p]]) > policy.size
        part_of = large and not begun[p]
        begun[p], tried[p] = True, not part_of
        equity, maintenance, _ = order(
            rule, book, view, p, policy.first * held if part_of else held, done, equity, maintenance,
            breakdown, ledger,
        )  # fmt: skip
        if restored(book, view, equity, maintenance):
            return equity
    return end(policy.takeover, book, view, done, equity, ledger)
