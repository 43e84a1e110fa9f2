"""What an account's own closings do to its market: marks that stay moved, and orders that must wait.

**Permanent impact.** Closing a net notional Q of an asset moves its price by ``I = Y sigma_d sqrt(Q / (depth
ADV))``; the share `share` of I stays: selling multiplies the mark by ``1 - share I`` for the rest of the
path, buying by ``1 + share I``. Each life has its own marks; others do not feel them.

**Partial fill.** Within a step at most `cap` USD of an asset are closed by orders; the rest waits for the
next step, at which the account is looked at anew; under such a limit a life is worked on once a step. What
the insurance fund takes over is not bound by it: a takeover is one entry in the books.

Source: Donier, Bonart (2015), arXiv 1412.4503, for the square root and the long memory of its decay.
"""

from typing import Any, NamedTuple

from stresskit.domain import Float1D, Float3D, Int1D
from stresskit.liquidation.execution import close, give_back_fee
from stresskit.numerics.elementary import sqrt
from stresskit.numerics.jit import part
from stresskit.numerics.notional import unit_notional
from stresskit.simulate.looking import clear

LEAST = 0.05  # of a mark: one closing takes no more than the rest


class Footprint(NamedTuple):
    """`share` that stays; `cap` (assets,) in USD a step, `limited` 1 where it is finite; the rest is state.

    `worked` (paths,): the last step at which something was closed by force; `kept`, `idle` (positions,):
    quantities before an event, zeros; `wanted` (assets,): scratch; `common` (steps, assets, paths): marks of
    the tile as all lives see them.
    """

    share: float
    cap: Float1D
    limited: float
    worked: Int1D
    kept: Float1D
    idle: Float1D
    wanted: Float1D
    common: Float3D


@part
def keep(footprint: Any, view: Any) -> None:
    """Remember what was held before an event."""
    for p in range(view.quantity.size):
        footprint.kept[p] = view.quantity[p]
        footprint.idle[p] = 0.0


@part
def closed_value(footprint: Any, book: Any, view: Any, p: Any) -> Any:
    """Signed USD of position `p` that the event closed."""
    return (footprint.kept[p] - view.quantity[p]) * unit_notional(book.face[p], view.marks[book.asset[p]])


@part
def too_much(footprint: Any, book: Any, view: Any) -> Any:
    """Fill `wanted` (assets,) with what was closed of each; whether it is more than a step fills."""
    footprint.wanted[:] = 0.0
    for p in range(book.asset.size):
        footprint.wanted[book.asset[p]] += abs(closed_value(footprint, book, view, p))
    found = False
    for i in range(footprint.cap.size):
        found = found or footprint.wanted[i] > footprint.cap[i]
    return found


@part
def slow_down(footprint: Any, book: Any, view: Any, cash: Any, equity: Any, left: Any, ledger: Any) -> Any:
    """Undo an event of more orders than a step fills, and close what it fills; return the equity left.

    `cash` and `equity` were before the event, `left` is the equity after it.
    """
    if ledger.taken_notional[0] > 0.0 or not too_much(footprint, book, view):
        return left
    useless = ledger.useless[0]
    clear(ledger)
    ledger.useless[0] = useless
    view.cash[0] = cash
    for p in range(book.asset.size):
        wanted, i = footprint.kept[p] - view.quantity[p], book.asset[p]
        view.quantity[p] = footprint.kept[p]
        if wanted != 0.0:
            amount = abs(wanted) * min(footprint.cap[i] / footprint.wanted[i], 1.0)
            equity = close(book, view, p, amount, footprint.idle, equity, ledger)
    paid = give_back_fee(equity, ledger)
    view.cash[0] += paid - equity
    return paid


@part
def press(footprint: Any, book: Any, tile: Any, s: Any, block: Any, b: Any, view: Any) -> None:
    """Move the marks of path `b` from step `s` of the tile on for good, by what the event closed."""
    for i in range(footprint.wanted.size):
        net, impact = 0.0, 0.0
        for p in range(book.asset.size):
            if book.asset[p] == i:
                net += closed_value(footprint, book, view, p)
                impact = book.impact[p]
        if net != 0.0:
            moved = footprint.share * impact * sqrt(abs(net))
            block.shift[i, b] *= max(1.0 - moved, LEAST) if net > 0.0 else 1.0 + moved
            for later in range(s, tile.marks.shape[0]):
                tile.marks[later, i, b] = footprint.common[later, i, b] * block.shift[i, b]
