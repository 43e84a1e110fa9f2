"""The dominant risk first: its open delta, then its basis pairs.

Of the coins the one whose legs contribute most to the requirement comes first. Its net delta is
reduced, by closing legs on the side of the delta together, spot that hedges them counted; if that does
not restore the account, the coin's legs are closed in proportion, so that pairs go together. Then comes
the next coin. Of each step the smallest share that restores the account is closed, or what helps most:
the venue goes by tiers, whose sizes are not known. No new hedge is opened. Stablecoin legs are no
risk here, since a stablecoin is a dollar.

Source: OKX help, "Portfolio margin mode (Risk Unit Merge)", 2025-12-04.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import liquidate, requirement
from stresskit.liquidation.orders import end, gross_value, restored
from stresskit.liquidation.smallest_slice import AT_MARKET, close_slice, smallest_slice
from stresskit.numerics.jit import implements, part

LEAST = 1e-3  # of a step: closing less counts as no help
FLAT = 1e-9  # of the account's gross value: a delta below it is none


class DominantRisk(NamedTuple):
    """`takeover` (1) or market orders (0) for what no step restores."""

    takeover: float = 1.0


@part
def dominant(book: Any, view: Any, contribution: Any, tried: Any) -> Any:
    """The coin whose open legs contribute most; -1 if all were tried."""
    found, most = -1, 0.0
    for a in range(tried.size):
        total, open_legs = 0.0, 0
        for p in range(book.asset.size):
            if book.asset[p] == a and view.quantity[p] != 0.0:
                total += contribution[p]
                open_legs += 1
        if open_legs > 0 and not tried[a] and (found < 0 or total > most):
            found, most = a, total
    return found


@part
def aim_at_delta(book: Any, view: Any, a: Any, target: Any) -> Any:
    """Fill target (positions,) with what takes coin `a`'s net delta away; whether there is any."""
    mark, net = view.marks[a], 0.0
    for p in range(book.asset.size):
        if book.asset[p] == a:
            net += view.quantity[p] * mark
    for c in range(book.wallet.asset.size):
        if book.wallet.asset[c] == a:
            net += book.wallet.spot[c] * mark
    side = 0.0
    for p in range(book.asset.size):
        if book.asset[p] == a and view.quantity[p] * net > 0.0:
            side += abs(view.quantity[p]) * mark
    if abs(net) <= FLAT * gross_value(book, view) or side == 0.0:
        return False
    share = min(abs(net) / side, 1.0)
    for p in range(book.asset.size):
        chosen = book.asset[p] == a and view.quantity[p] * net > 0.0
        target[p] = share * abs(view.quantity[p]) if chosen else 0.0
    return True


@part
def aim_at_pairs(book: Any, view: Any, a: Any, target: Any) -> Any:
    """Fill target (positions,) with all legs of coin `a`; whether there are any."""
    found = False
    for p in range(book.asset.size):
        target[p] = abs(view.quantity[p]) if book.asset[p] == a else 0.0
        found = found or target[p] > 0.0
    return found


@implements(liquidate, DominantRisk, allocates=True)
def close_dominant(
    policy: Any, rule: Any, book: Any, view: Any, equity: Any, maintenance: Any, breakdown: Any, ledger: Any
) -> Any:
    """Delta, then pairs, coin after coin, until the account is restored."""
    positions, assets = book.asset.size, view.marks.size
    done, target, kept = np.zeros(positions), np.zeros(positions), np.zeros(positions)
    tried = np.zeros(assets, dtype=np.bool_)
    a, step = dominant(book, view, breakdown.contribution, tried), 0
    while a >= 0 and equity > 0.0:
        aimed = aim_at_delta(book, view, a, target) if step == 0 else aim_at_pairs(book, view, a, target)
        if aimed:
            share, enough = smallest_slice(
                rule, book, view, target, kept, done, equity, maintenance, AT_MARKET, breakdown, ledger
            )
            if enough or share > LEAST:
                equity = close_slice(book, view, target, share, done, equity, AT_MARKET, ledger)
            else:
                ledger.useless[0] += 1
            maintenance = requirement(rule, book, view, breakdown)
            if enough or restored(book, view, equity, maintenance):
                return equity
        step = 1 - step
        if step == 0:
            tried[a] = True
            a = dominant(book, view, breakdown.contribution, tried)
    return end(policy.takeover, book, view, done, equity, ledger)
