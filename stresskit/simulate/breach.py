"""A breach: what the policy closes, and how it is booked."""

from typing import Any

import numpy as np

from stresskit.domain import liquidate
from stresskit.numerics.jit import part
from stresskit.simulate.footprint import keep, press, slow_down
from stresskit.simulate.looking import clear
from stresskit.simulate.wallet import wallet_value


@part
def largest(contribution: Any) -> Any:
    """Index of the largest contribution, the first of equals."""
    found = 0
    for p in range(1, contribution.size):
        if contribution[p] > contribution[found]:
            found = p
    return found


@part
def book_event(book: Any, block: Any, b: Any, hands: Any, equity: Any, step: Any, record: Any) -> None:
    """Write a liquidation's outcome back to the block and the record.

    Realized profit and costs are exchanged into USD at the mark as they arise: a loss eats the USD
    first and then makes them negative, at full value. Coins stay as they are until everything is
    closed out; then they are exchanged at what the venue counts for them, so that no equity appears
    or vanishes.
    """
    flat = True
    cash = equity
    for p in range(hands.seen.quantity.size):
        held = hands.seen.quantity[p]
        block.quantity[p, b] = held
        cash -= held * hands.seen.marks[book.asset[p]]
        flat = flat and held == 0.0
    cash -= wallet_value(book.wallet, hands.seen.marks)
    if flat:
        block.held[b] = 0.0
        record.closed_step[b] = step
        record.shortfall[b] += max(-equity, 0.0)
        record.shortfall_price[b] += max(-equity - hands.ledger.slippage[0], 0.0)
        cash = max(equity, 0.0)
    block.cash[b] = cash
    block.equity[b] = max(equity, 0.0) if flat else equity
    record.fee[b] += hands.ledger.fee[0]
    record.fee_waived[b] += hands.ledger.fee_waived[0]
    record.slippage[b] += hands.ledger.slippage[0]
    record.closed_notional[b] += hands.ledger.closed_notional[0]
    record.closings[b] += hands.ledger.closings[0]
    record.fund[b] += hands.ledger.fund[0]
    record.taken_notional[b] += hands.ledger.taken_notional[0]
    record.useless[b] += hands.ledger.useless[0]


@part
def breach(
    rule: Any,
    policy: Any,
    book: Any,
    tile: Any,
    s: Any,
    step: Any,
    block: Any,
    b: Any,
    hands: Any,
    equity: Any,
    maintenance: Any,
    record: Any,
    footprint: Any,
) -> None:
    """Liquidate path `b`, at step `s` of the tile, where the view and the breakdown stand."""
    block.ahead[b] = np.inf  # of another book, and maybe at other marks
    if maintenance > 0.0:
        record.lowest_ratio[b] = min(record.lowest_ratio[b], equity / maintenance)
    if record.first_step[b] < 0:
        record.first_step[b] = step
        record.trigger[b] = largest(hands.breakdown.contribution)
        record.binding[b] = hands.breakdown.binding[0]
    clear(hands.ledger)
    if footprint is None:
        left = liquidate(policy, rule, book, hands.seen, equity, maintenance, hands.breakdown, hands.ledger)
    else:
        if footprint.limited > 0.0 and footprint.worked[b] == step:
            return
        footprint.worked[b] = step
        cash = hands.seen.cash[0]
        keep(footprint, hands.seen)
        left = liquidate(policy, rule, book, hands.seen, equity, maintenance, hands.breakdown, hands.ledger)
        left = slow_down(footprint, book, hands.seen, cash, equity, left, hands.ledger)
        if footprint.share > 0.0:
            press(footprint, book, tile, s, block, b, hands.seen)
    book_event(book, block, b, hands, left, step, record)
