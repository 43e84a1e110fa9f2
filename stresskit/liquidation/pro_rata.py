"""A slice of everything at once, as small as it can be: hedges stay hedges.

The slice restores ``equity = (1 + buffer) * maintenance``. It is sold at the market; or the insurance
fund takes it at the mark for a penalty on its notional (Paradex); or it is auctioned (Derive): a bidder
pays the share ``price`` of what the slice is worth, falling with time, and neither slippage nor fee is
charged to the account. The discount is booked as the fee. If no slice helps, the rest is taken over.

For a requirement in proportion to the book the slice of an auction has a closed form, `auction_share`.

Sources: derivexyz/v2-core 7736900d, DutchAuction; docs.paradex.trade, "portfolio margin".
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import liquidate
from stresskit.liquidation.orders import end
from stresskit.liquidation.smallest_slice import Charges, close_slice, smallest_slice
from stresskit.numerics.jit import implements


class ProRata(NamedTuple):
    """`slippage`, `fee`: whether the account pays them (1 or 0); `discount` of the auction."""

    slippage: float = 1.0
    fee: float = 1.0
    discount: float = 0.0
    takeover: float = 1.0


def auction_price(elapsed_s: float, start: float, cutoff: float, fast_s: float, slow_s: float) -> float:
    """Share of its worth that a solvent account's slice fetches `elapsed_s` after the auction began.

    It falls from `start` to `cutoff` within `fast_s` seconds, and to nothing within `slow_s` more.
    """
    if elapsed_s <= fast_s:
        return start - (start - cutoff) * elapsed_s / fast_s
    return max(cutoff * (1.0 - (elapsed_s - fast_s) / slow_s), 0.0)


def auction_share(equity: float, maintenance: float, buffer: float, price: float, reserved: float) -> float:
    """Largest share of an account that a bidder may take: it brings the buffer margin to zero.

    Parameters
    ----------
    reserved : float, USD
        What earlier bids of the auction paid; it stays with the account.
    """
    required = (1.0 + buffer) * maintenance
    return (required - equity) / (required - (1.0 - price) * (equity - reserved))


@implements(liquidate, ProRata, allocates=True)
def close_pro_rata(
    policy: Any, rule: Any, book: Any, view: Any, equity: Any, maintenance: Any, breakdown: Any, ledger: Any
) -> Any:
    """One slice of all that is open."""
    positions = book.asset.size
    done, target, kept = np.zeros(positions), np.zeros(positions), np.zeros(positions)
    charges = Charges(policy.slippage, policy.fee, policy.discount)
    if equity > 0.0:
        for p in range(positions):
            target[p] = abs(view.quantity[p])
        share, enough = smallest_slice(
            rule, book, view, target, kept, done, equity, maintenance, charges, breakdown, ledger
        )
        if enough:
            return close_slice(book, view, target, share, done, equity, charges, ledger)
        ledger.useless[0] += 1
    return end(policy.takeover, book, view, done, equity, ledger)
