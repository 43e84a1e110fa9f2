"""The step loop: the only place where margin and liquidation meet.

The rule's ceiling certifies most paths of a block as healthy; the others are evaluated in full, and a
breach, equity <= maintenance, is liquidated by the policy. Trigger on mark, for the whole account, at
every step, between steps with a bridge, and again after a payment of funding.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import (
    Breakdown,
    Float2D,
    Ledger,
    View,
    ceiling,
    liquidate,
    remember,
    requirement,
)
from stresskit.numerics.elementary import smaller
from stresskit.numerics.jit import kernel, part
from stresskit.simulate.bridge import brace, crossing, far, may_cross, worth
from stresskit.simulate.carry import pay_funding, payment_falls, settle_basis
from stresskit.simulate.marking import mark_to_market
from stresskit.simulate.wallet import wallet_value


class Hands(NamedTuple):
    """Scratch with which one thread handles one account at a time.

    `sway` (4, assets) is the bridge's: gradient w of the excess, Sigma w, marks before, returns since.
    """

    seen: View
    breakdown: Breakdown
    ledger: Ledger
    sway: Float2D


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


@part
def evaluate(rule: Any, book: Any, tile: Any, s: Any, block: Any, b: Any, hands: Any) -> Any:
    """Maintenance of path `b` after step `s` of the tile, in full."""
    look(tile, s, block, b, hands.seen)
    maintenance = requirement(rule, book, hands.seen, hands.breakdown)
    remember(rule, block, b, hands.breakdown)
    return maintenance


@part
def breach(
    rule: Any,
    policy: Any,
    book: Any,
    step: Any,
    block: Any,
    b: Any,
    hands: Any,
    equity: Any,
    maintenance: Any,
    record: Any,
) -> None:
    """Liquidate path `b` where the view and the breakdown stand."""
    if maintenance > 0.0:
        record.lowest_ratio[b] = min(record.lowest_ratio[b], equity / maintenance)
    if record.first_step[b] < 0:
        record.first_step[b] = step
        record.trigger[b] = largest(hands.breakdown.contribution)
        record.binding[b] = hands.breakdown.binding[0]
    clear(hands.ledger)
    equity = liquidate(policy, rule, book, hands.seen, equity, maintenance, hands.breakdown, hands.ledger)
    book_event(book, block, b, hands, equity, step, record)


@part
def carry_on(book: Any, tile: Any, s: Any, block: Any, b: Any, hands: Any, record: Any) -> None:
    """After a breach within the step: mark what is left at the step's end."""
    record.inside[b] += 1
    record.lowest_equity[b] = min(record.lowest_equity[b], block.equity[b])
    look(tile, s, block, b, hands.seen)
    block.equity[b] = worth(book, block.cash[b], hands.seen)


@part
def settle(
    rule: Any,
    policy: Any,
    book: Any,
    tile: Any,
    s: Any,
    step: Any,
    block: Any,
    b: Any,
    hands: Any,
    record: Any,
    bridge: Any,
    always: Any,
) -> None:
    """Evaluate path `b` in full; liquidate it where it crosses, and if equity <= maintenance at the end."""
    maintenance = evaluate(rule, book, tile, s, block, b, hands)
    hit, equity, required = crossing(
        bridge, rule, book, tile, s, step - 1, block, b, hands, maintenance, always
    )
    if hit:
        breach(rule, policy, book, step, block, b, hands, equity, required, record)
        carry_on(book, tile, s, block, b, hands, record)
        if record.closed_step[b] >= 0:
            return
    if hit or block.equity[b] <= maintenance:  # the view is no longer at the end, or the book has changed
        maintenance = evaluate(rule, book, tile, s, block, b, hands)
    equity = block.equity[b]
    block.ceiling[b] = maintenance
    if equity <= maintenance:
        breach(rule, policy, book, step, block, b, hands, equity, maintenance, record)
        block.ceiling[b] = np.inf  # of the smaller book nothing is certain yet
    elif maintenance > 0.0:
        record.lowest_ratio[b] = min(record.lowest_ratio[b], equity / maintenance)


@part
def look_at_all(
    rule: Any,
    policy: Any,
    book: Any,
    tile: Any,
    s: Any,
    step: Any,
    block: Any,
    hands: Any,
    record: Any,
    bridge: Any,
    always: Any,
) -> Any:
    """Look for breaches on every path that is not closed; return the number of full evaluations."""
    evaluated, slack, reach = 0, block.slack, block.reach
    for b in range(block.cash.size):
        if record.closed_step[b] >= 0:
            continue
        equity, bound = block.equity[b], block.ceiling[b]
        near = False
        if bridge is not None and not far(
            slack[b], equity - bound, reach[b], bridge.key, bridge.path + b, step - 1
        ):
            near = may_cross(bridge, book, tile, s, step - 1, block, b, hands, bound)
        if equity <= bound or always or near:
            settle(rule, policy, book, tile, s, step, block, b, hands, record, bridge, always)
            evaluated += 1
        elif bound > 0.0:
            record.lowest_ratio[b] = min(record.lowest_ratio[b], equity / bound)
    return evaluated


@kernel
def live_through(
    rule: Any,
    policy: Any,
    book: Any,
    tile: Any,
    first_step: Any,
    always: Any,
    block: Any,
    hands: Any,
    record: Any,
    bridge: Any = None,
    dues: Any = None,
) -> int:
    """Live through a tile; return the number of full evaluations (`always`: of every path)."""
    evaluated = 0
    for s in range(tile.marks.shape[0]):
        step = first_step + s + 1
        if dues is not None:
            settle_basis(dues, book, tile, s, block, record)
        mark_to_market(book, tile, s, block)
        brace(bridge, rule, book, tile, s, block)
        ceiling(rule, book, tile, s, block)
        evaluated += look_at_all(rule, policy, book, tile, s, step, block, hands, record, bridge, always)
        if dues is not None and payment_falls(dues, step):
            pay_funding(dues, book, tile, s, step, block, record)
            mark_to_market(book, tile, s, block)
            ceiling(rule, book, tile, s, block)
            evaluated += look_at_all(rule, policy, book, tile, s, step, block, hands, record, None, always)
        for b in range(block.cash.size):
            record.lowest_equity[b] = smaller(record.lowest_equity[b], block.equity[b])
            record.terminal_equity[b] = block.equity[b]
            block.slack[b] = block.equity[b] - block.ceiling[b]
    return evaluated


@kernel
def assess(rule: Any, book: Any, view: Any, breakdown: Any) -> float:
    """Maintenance requirement of one account now; the terms are left in `breakdown`."""
    maintenance: float = requirement(rule, book, view, breakdown)
    return maintenance


@kernel
def start(rule: Any, book: Any, block: Any, hands: Any, record: Any) -> float:
    """Put every path at the account's start, anchored at one full evaluation; return the requirement."""
    maintenance: float = requirement(rule, book, hands.seen, hands.breakdown)
    remember(rule, block, 0, hands.breakdown)
    for p in range(book.quantity.size):
        block.quantity[p, :] = book.quantity[p]
    for i in range(block.anchor_exposure.shape[0]):
        block.anchor_exposure[i, :] = block.anchor_exposure[i, 0]
    block.anchor_value[:] = block.anchor_value[0]
    block.anchor_norm[:] = block.anchor_norm[0]
    block.cash[:] = book.cash
    block.held[:] = 1.0
    equity = book.cash
    for p in range(book.quantity.size):
        equity += book.quantity[p] * hands.seen.marks[book.asset[p]]
    equity += wallet_value(book.wallet, hands.seen.marks)
    for column in (record.terminal_equity, record.lowest_equity, block.equity):
        column[:] = equity
    block.slack[:] = equity - maintenance
    record.lowest_ratio[:] = np.inf
    for column in (record.fee, record.fee_waived, record.slippage, record.closed_notional):
        column[:] = 0.0
    for column in (record.shortfall, record.shortfall_price, record.funding, record.basis_gain):
        column[:] = 0.0
    for column in (record.fund, record.taken_notional):
        column[:] = 0.0
    block.premium[:] = 0.0
    for count in (record.first_step, record.closed_step, record.trigger, record.binding):
        count[:] = -1
    record.closings[:] = 0
    record.inside[:] = 0
    record.useless[:] = 0
    return maintenance
