"""Close the position that contributes most to the requirement first, and only as much as needed.

Positions are taken in the order of their contribution, ranked anew after each closing; of each the
smallest amount that restores the account is closed, or else what helps most (``smallest_closing``).
A position comes up again after another was cut: in a hedged book a leg can be cut only as far as the
other hedges it, so that a book shrinks in turns. If no position helps any more, everything is closed;
so it is at once where no equity is left, since then no closing can restore the account.

Source: Deribit, "Liquidations": small orders in the instrument that contributes most to the risk
matrix, until maintenance is met.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import convex, liquidate, requirement
from stresskit.liquidation.close_all import close_everything
from stresskit.liquidation.execution import close
from stresskit.liquidation.scanned_closing import scanned_closing
from stresskit.liquidation.smallest_closing import hopeless, smallest_closing
from stresskit.numerics.jit import implements, part

TURNS = 10  # most turns a position gets in one event
LEAST = 1e-3  # of a position: cutting less counts as no help


class LargestContribution(NamedTuple):
    """No parameters; the field only makes the type a tuple that numba can hold."""

    fraction: float = 1.0


@part
def largest_untried(view: Any, contribution: Any, tried: Any) -> Any:
    """The open position with the largest contribution that was not tried yet; -1 if none is left."""
    found = -1
    for p in range(tried.size):
        if tried[p] or view.quantity[p] == 0.0:
            continue
        if found < 0 or contribution[p] > contribution[found]:
            found = p
    return found


@implements(liquidate, LargestContribution, allocates=True)
def close_largest_contribution(
    policy: Any, rule: Any, book: Any, view: Any, equity: Any, maintenance: Any, breakdown: Any, ledger: Any
) -> Any:
    """Close leg by leg until equity >= (1 + buffer) * maintenance."""
    positions = book.asset.size
    done, tried = np.zeros(positions), np.zeros(positions, dtype=np.bool_)
    for _ in range(TURNS * positions):
        p = largest_untried(view, breakdown.contribution, tried)
        if p < 0 or equity <= 0.0:
            break
        tried[p] = True
        held = abs(view.quantity[p])
        if convex(rule):
            if hopeless(book, view, p, done, equity, breakdown):
                continue
            amount, restored = smallest_closing(rule, book, view, p, done, equity, maintenance, breakdown)
        else:
            amount, restored = scanned_closing(rule, book, view, p, done, equity, maintenance, breakdown)
        if restored or amount > LEAST * held:
            equity = close(book, view, p, amount, done, equity, ledger)
            tried[:] = False
            tried[p] = True
        if restored:
            return equity
        maintenance = requirement(rule, book, view, breakdown)
    return close_everything(book, view, done, equity, ledger)
