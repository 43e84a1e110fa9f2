"""Down the tiers: reduce the exposure step by step, then hand over what is left.

The position with the largest maintenance comes first, and is ranked anew after each step: no venue
publishes the order over several positions, so this is an assumption. With `tiers` = 0 one order a
position closes the smallest amount that restores the account, or what helps most. Otherwise a
position comes down by `tiers` tiers at a time; a step that would not help is passed over. When no
position has a step left, the rest is taken over at the bankruptcy price, or closed by orders.
Cancelling orders comes first at every venue; an account without open orders does not notice.

- Binance: `tiers` 0, takeover (support FAQ 360033525271: one large immediate-or-cancel order).
- Bybit: one tier at a time by fill-or-kill orders, takeover; hedges net (help, "UTA liquidation").
- MEXC: one tier at a time, each step taken over; long and short trade with each other (360044646391).
- WEEX: two tiers at a time, the rest by a market order; pairs are offset (support 4410873070489).
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import liquidate, requirement, step_down
from stresskit.liquidation.orders import end, gross_value, helps, largest_of, order, restored
from stresskit.liquidation.smallest_slice import AT_MARKET, close_slice, smallest_slice
from stresskit.liquidation.takeover import hand_over, net_hedges
from stresskit.numerics.jit import implements, part

LEAST = 1e-3  # of a position: cutting less counts as no help


class TierLadder(NamedTuple):
    """How far down at a time, and who takes it.

    `tiers` a step, 0: reduce until compliant; `net`: hedges stay (0), trade with each other (1) or are
    closed by orders (2); `steps_taken`: steps are taken over (1) or ordered (0); `takeover`: so is the rest.
    """

    tiers: float = 0.0
    net: float = 0.0
    steps_taken: float = 0.0
    takeover: float = 1.0


@part
def step_taken_over(
    rule: Any, book: Any, view: Any, p: Any, amount: Any, done: Any, equity: Any, maintenance: Any,
    breakdown: Any, ledger: Any,
) -> Any:  # fmt: skip
    """The fund takes `amount` of position `p` if g rises; equity, maintenance, and whether it did."""
    held, cash, gross = view.quantity[p], view.cash[0], gross_value(book, view)
    backing = equity * breakdown.contribution[p] / maintenance
    lost = backing * amount / abs(held)
    view.quantity[p] = held - amount if held > 0.0 else held + amount
    view.cash[0] = cash + (amount if held > 0.0 else -amount) * view.marks[book.asset[p]] - lost
    required = requirement(rule, book, view, breakdown)
    before = equity - (1.0 + book.buffer) * maintenance
    after = equity - lost - (1.0 + book.buffer) * required
    view.quantity[p], view.cash[0] = held, cash
    if not helps(book, before, after, gross):
        ledger.useless[0] += 1
        return equity, requirement(rule, book, view, breakdown), False
    return equity - hand_over(book, view, p, amount, backing, done, ledger), required, True


@part
def descend(
    policy: Any, rule: Any, book: Any, view: Any, done: Any, spent: Any, equity: Any, maintenance: Any,
    breakdown: Any, ledger: Any,
) -> Any:  # fmt: skip
    """Tier after tier; equity, and whether the account is restored."""
    while equity > 0.0:
        p = largest_of(view, breakdown.contribution, spent)
        if p < 0:
            break
        amount = step_down(rule, book, view, p, policy.tiers)
        if amount <= 0.0:
            spent[p] = True
            continue
        if policy.steps_taken > 0.0:
            equity, maintenance, helped = step_taken_over(
                rule, book, view, p, amount, done, equity, maintenance, breakdown, ledger
            )
        else:
            equity, maintenance, helped = order(
                rule, book, view, p, amount, done, equity, maintenance, breakdown, ledger
            )
        if restored(book, view, equity, maintenance):
            return equity, True
        spent[p] = not helped
    return equity, False


@part
def reduce(
    rule: Any, book: Any, view: Any, room: Any, equity: Any, maintenance: Any, breakdown: Any, ledger: Any
) -> Any:
    """One order a position, as small as it can be; equity, and whether the account is restored."""
    done, tried, target, kept = room
    for _ in range(book.asset.size):
        p = largest_of(view, breakdown.contribution, tried)
        if p < 0 or equity <= 0.0:
            break
        tried[p] = True
        target[:] = 0.0
        target[p] = abs(view.quantity[p])
        share, enough = smallest_slice(
            rule, book, view, target, kept, done, equity, maintenance, AT_MARKET, breakdown, ledger
        )
        if enough or share > LEAST:
            equity = close_slice(book, view, target, share, done, equity, AT_MARKET, ledger)
        else:
            ledger.useless[0] += 1
        if enough:
            return equity, True
        maintenance = requirement(rule, book, view, breakdown)
    return equity, False


@implements(liquidate, TierLadder, allocates=True)
def go_down(
    policy: Any, rule: Any, book: Any, view: Any, equity: Any, maintenance: Any, breakdown: Any, ledger: Any
) -> Any:
    """Net the hedges, reduce, and hand over the rest where that does not restore the account."""
    positions = book.asset.size
    done, tried = np.zeros(positions), np.zeros(positions, dtype=np.bool_)
    if policy.net > 0.0:
        equity = net_hedges(policy.net, book, view, done, equity, ledger)
        maintenance = requirement(rule, book, view, breakdown)
        if restored(book, view, equity, maintenance):
            return equity
    if policy.tiers > 0.0:
        equity, enough = descend(
            policy, rule, book, view, done, tried, equity, maintenance, breakdown, ledger
        )
    else:
        room = (done, tried, np.zeros(positions), np.zeros(positions))
        equity, enough = reduce(rule, book, view, room, equity, maintenance, breakdown, ledger)
    return equity if enough else end(policy.takeover, book, view, done, equity, ledger)
