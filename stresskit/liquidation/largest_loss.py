"""One position at a time, whole, the greatest unrealized loss first.

Hedges of one coin are offset at the market before. A position whose closing would not help is passed
over; what is left when none helps is closed too. The venue's orders stand at the bankruptcy price and
fill at the market, so that what they cost is that of a market order and what is lost beyond the equity
is shortfall.

Source: BingX support 11263299509391, 11263312123407.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D, liquidate, requirement
from stresskit.liquidation.orders import end, largest_of, order, restored
from stresskit.liquidation.takeover import net_hedges
from stresskit.numerics.jit import implements, part


class LargestLoss(NamedTuple):
    """`entry` (positions,): entry price over the start mark; `net` and `takeover` as in the tier ladder."""

    entry: Float1D
    net: float = 2.0
    takeover: float = 0.0


@part
def losses(policy: Any, book: Any, view: Any, out: Any) -> None:
    """Fill out (positions,) with the unrealized losses in USD."""
    for p in range(out.size):
        out[p] = view.quantity[p] * (policy.entry[p] - view.marks[book.asset[p]])


@implements(liquidate, LargestLoss, allocates=True)
def close_losers(
    policy: Any, rule: Any, book: Any, view: Any, equity: Any, maintenance: Any, breakdown: Any, ledger: Any
) -> Any:
    """Close position after position until the account is restored."""
    positions = book.asset.size
    done, loss, tried = np.zeros(positions), np.zeros(positions), np.zeros(positions, dtype=np.bool_)
    if policy.net > 0.0:
        equity = net_hedges(policy.net, book, view, done, equity, ledger)
        maintenance = requirement(rule, book, view, breakdown)
        if restored(book, view, equity, maintenance):
            return equity
    losses(policy, book, view, loss)
    for _ in range(positions):
        p = largest_of(view, loss, tried)
        if p < 0 or equity <= 0.0:
            break
        tried[p] = True
        equity, maintenance, _ = order(
            rule, book, view, p, abs(view.quantity[p]), done, equity, maintenance, breakdown, ledger
        )
        if restored(book, view, equity, maintenance):
            return equity
    return end(policy.takeover, book, view, done, equity, ledger)
