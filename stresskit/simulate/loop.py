"""The step loop: the only place where margin and liquidation meet.

The rule's ceiling certifies most paths of a block as healthy; the others are evaluated in full, and a
breach, equity <= maintenance, is liquidated by the policy. Trigger on mark, for the whole account, at
every step, between steps with a bridge, and again after a payment of funding or a deleveraging.

What a run does not ask for (bridge, dues, queue, footprint, owner) is None and compiled away.
"""

from typing import Any

import numpy as np

from stresskit.domain import Tile, charted, remember, requirement, weigh
from stresskit.margin.marking import copy, fill
from stresskit.numerics.by_reference import by_reference
from stresskit.numerics.held import value_of
from stresskit.numerics.jit import kernel, part
from stresskit.simulate.actions import add_cash, due, reduce, set_off, wakes
from stresskit.simulate.breach import breach
from stresskit.simulate.bridge import Bridge, worth
from stresskit.simulate.carry import pay_funding, payment_falls, settle_basis
from stresskit.simulate.certificate import stays_healthy
from stresskit.simulate.crossing import crossing
from stresskit.simulate.deleveraging import deleverage
from stresskit.simulate.endings import end_step, end_tile, keep_slack
from stresskit.simulate.few import AT_ONCE, bring, send_back
from stresskit.simulate.looking import Hands as Hands
from stresskit.simulate.looking import evaluate, look
from stresskit.simulate.reach import brace, may_cross
from stresskit.simulate.survey import survey
from stresskit.simulate.sweep import sweep
from stresskit.simulate.wallet import wallet_value


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
    footprint: Any,
) -> None:
    """Evaluate path `b` in full; liquidate it where it crosses, and if equity <= maintenance at the end."""
    maintenance = evaluate(rule, book, tile, s, block, b, hands)
    hit, equity, required = crossing(
        bridge, rule, book, tile, s, step - 1, block, b, hands, maintenance, always
    )
    if hit:
        breach(rule, policy, book, tile, s, step, block, b, hands, equity, required, record, footprint)
        carry_on(book, tile, s, block, b, hands, record)
        if record.closed_step[b] >= 0:
            return
    if hit or block.equity[b] <= maintenance:  # the view is no longer at the end, or the book has changed
        maintenance = evaluate(rule, book, tile, s, block, b, hands)
    equity = block.equity[b]
    block.ceiling[b] = maintenance
    if equity <= maintenance:
        breach(rule, policy, book, tile, s, step, block, b, hands, equity, maintenance, record, footprint)
        block.ceiling[b] = np.inf  # of the smaller book nothing is certain yet
        if footprint is not None and record.closed_step[b] < 0:  # the account's own orders moved the marks
            look(tile, s, block, b, hands.seen)
            block.equity[b] = worth(book, block.cash[b], hands.seen)
    elif maintenance > 0.0:
        record.lowest_ratio[b] = min(record.lowest_ratio[b], equity / maintenance)


@part
def look_closer(
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
    footprint: Any,
    found: Any,
) -> Any:
    """Look at the `found` paths that are picked; return the number of full evaluations."""
    evaluated = 0
    for k in range(found):
        b = block.picked[k]
        equity, bound, near = block.equity[b], block.ceiling[b], True
        if bridge is not None and not always:
            near = may_cross(bridge, rule, book, tile, s, step - 1, block, b, hands, bound)
        if near and not always:
            healthy, dear = stays_healthy(bridge, rule, book, tile, s, step - 1, block, b, hands)
            if healthy:
                bound, near = block.ceiling[b], False
                evaluated += dear
        if near:
            settle(rule, policy, book, tile, s, step, block, b, hands, record, bridge, always, footprint)
            evaluated += 1
        elif bound > 0.0:
            record.lowest_ratio[b] = min(record.lowest_ratio[b], equity / bound)
    return evaluated


@part
def look_again(
    rule: Any, policy: Any, book: Any, tile: Any, s: Any, step: Any, block: Any, hands: Any, record: Any,
    always: Any, footprint: Any,
) -> Any:  # fmt: skip
    """Look at the marks of the step once more; return the number of full evaluations."""
    weigh(rule, book, tile, s, block, None)
    found = survey(block, record.closed_step, record.lowest_ratio, None, always, step - 1)
    return look_closer(
        rule, policy, book, tile, s, step, block, hands, record, None, always, footprint, found
    )


@part
def look_at_struck(
    rule: Any, policy: Any, book: Any, tile: Any, s: Any, step: Any, block: Any, hands: Any, record: Any,
    queue: Any, footprint: Any,
) -> Any:  # fmt: skip
    """Look at the accounts that were deleveraged, and at no other; return the number of full evaluations."""
    evaluated = 0
    for b in range(block.cash.size):
        if queue.struck[b] == step:
            look(tile, s, block, b, hands.seen)
            block.equity[b] = worth(book, block.cash[b], hands.seen)
            settle(rule, policy, book, tile, s, step, block, b, hands, record, None, True, footprint)
            evaluated += 1
    return evaluated


@part
def act(
    rule: Any, book: Any, tile: Any, s: Any, step: Any, block: Any, hands: Any, record: Any, owner: Any
) -> Any:
    """Let every owner see the account after a step's looks, and act; the number of full evaluations."""
    evaluated = 0
    for b in range(block.cash.size):
        if record.closed_step[b] >= 0:
            continue
        bound, equity = block.ceiling[b], block.equity[b]
        near = wakes(owner.top_up, b, equity, bound) or wakes(owner.cut, b, equity, bound)
        if near or wakes(owner.call, b, equity, bound):
            bound = block.ceiling[b] = evaluate(rule, book, tile, s, block, b, hands)
            evaluated += 1
            set_off(owner.top_up, b, step, equity, bound)
            set_off(owner.cut, b, step, equity, bound)
            set_off(owner.call, b, step, equity, bound)
        if due(owner.top_up, b, step):
            add_cash(owner, block, b, record)
        if due(owner.cut, b, step):
            reduce(owner, book, tile.marks[s], block, b, record)
            block.ceiling[b] = np.inf
    return evaluated


@part
def by_steps(
    rule: Any, policy: Any, book: Any, tile: Any, first_step: Any, always: Any, block: Any, hands: Any,
    record: Any, bridge: Any, dues: Any, queue: Any, footprint: Any, owner: Any,
) -> Any:  # fmt: skip
    """Live through a tile step by step; return the number of full evaluations."""
    evaluated, braced = 0, False
    rules, books, tiles, blocks = (
        by_reference(rule),
        by_reference(book),
        by_reference(tile),
        by_reference(block),
    )
    ways, scratch, records = by_reference(policy), by_reference(hands), by_reference(record)
    bridges, prints, queues, owners = (
        by_reference(bridge),
        by_reference(footprint),
        by_reference(queue),
        by_reference(owner),
    )
    for s in range(tile.marks.shape[0]):
        step = first_step + s + 1
        if dues is not None:
            settle_basis(dues, book, tile, s, block, record)
        if bridge is None:
            weigh(rule, book, tile, s, block, None)
        else:
            if braced:
                copy(block.ahead, block.reach)
            else:
                brace(bridge, rule, book, tile, s, block.quantity, block.reach, hands.steep)
            braced = weigh(rule, book, tile, s, block, hands.steep)
        found = survey(block, record.closed_step, record.lowest_ratio, bridge, always, step - 1)
        if found > 0:
            evaluated += look_closer(
                rules, ways, books, tiles, s, step, blocks, scratch, records, bridges, always, prints, found
            )
        if dues is not None and payment_falls(dues, step):
            pay_funding(dues, book, tile, s, step, block, record)
            evaluated += look_again(
                rules, ways, books, tiles, s, step, blocks, scratch, records, always, prints
            )
        if queue is not None:
            deleverage(queue, book, tile, s, step, block, record)
            evaluated += look_at_struck(
                rules, ways, books, tiles, s, step, blocks, scratch, records, queues, prints
            )
        if owner is not None:
            evaluated += act(rules, books, tiles, s, step, blocks, scratch, records, owners)
        if bridge is not None:
            keep_slack(block.equity, block.ceiling, block.slack)
        end_step(block.equity, block.trace, record.lowest_equity, s)
    end_tile(block, record)
    return evaluated


@part
def few_by_steps(
    rule: Any, policy: Any, book: Any, tile: Any, first_step: Any, always: Any, block: Any, hands: Any,
    record: Any, bridge: Any, few: Any, found: Any,
) -> Any:  # fmt: skip
    """Live through a tile with the `found` paths that are picked; return the number of full evaluations."""
    evaluated, steps, between = 0, tile.marks.shape[0], bridge
    theirs = Tile(few.marks[:steps], few.variance[:steps], tile.multiplier, tile.funding, tile.basis)
    if bridge is not None:
        eve = few.eve_marks, few.eve_variance
        between = Bridge(*eve, bridge.multiplier, bridge.correlation, bridge.key, few.number, bridge.blind)
    for begun in range(0, found, AT_ONCE):
        picked = block.picked[begun : min(begun + AT_ONCE, found)]
        bring(tile, bridge, block, record, picked, few)
        evaluated += by_steps(
            rule, policy, book, theirs, first_step, always, few.block, hands, few.record, between, None, None,
            None, None,
        )  # fmt: skip
        send_back(few, steps, picked, block, record)
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
    queue: Any = None,
    footprint: Any = None,
    owner: Any = None,
    few: Any = None,
    course: Any = None,
    listed: Any = -1,
) -> int:
    """Live through a tile; return the number of full evaluations (`always`: of every path).

    With `few` and `course`, in one pass where the rule allows it and nothing but its price moves an account;
    with `listed`, only that many paths of ``block.picked``, for which no pass is needed any more.
    Named tuples that stay where they are may be held: see `numerics.held`.
    """
    rules, ways, books = value_of(rule), value_of(policy), value_of(book)
    state, tools, outcome, carry = value_of(block), value_of(hands), value_of(record), value_of(dues)
    seen, between = value_of(tile), value_of(bridge)
    evaluated: int
    if few is not None and not always and charted(rules, books):
        found = listed
        if listed < 0:
            strips = value_of(course)
            found = sweep(between, rules, books, seen, first_step, state, outcome, tools.steep, strips)
        evaluated = few_by_steps(
            rules, ways, books, seen, first_step, always, state, tools, outcome, between, value_of(few), found
        )
    else:
        evaluated = by_steps(
            rules, ways, books, seen, first_step, always, state, tools, outcome, between, carry, queue,
            footprint, owner,
        )  # fmt: skip
    return evaluated


@kernel
def assess(rule: Any, book: Any, view: Any, breakdown: Any) -> float:
    """Maintenance requirement of one account now; the terms are left in `breakdown`."""
    maintenance: float = requirement(rule, book, view, breakdown)
    return maintenance


@part
def put_at_start(rule: Any, book: Any, block: Any, hands: Any, record: Any) -> Any:
    """Put every path there; see `start`."""
    maintenance = requirement(rule, book, hands.seen, hands.breakdown)
    remember(rule, block, 0, hands.breakdown)
    for p in range(book.quantity.size):
        fill(block.quantity[p], book.quantity[p])
    for i in range(block.anchor_exposure.shape[0]):
        fill(block.anchor_exposure[i], block.anchor_exposure[i, 0])
    fill(block.anchor_value, block.anchor_value[0])
    fill(block.anchor_norm, block.anchor_norm[0])
    fill(block.cash, book.cash)
    fill(block.held, 1.0)
    equity = book.cash
    for p in range(book.quantity.size):
        equity += book.quantity[p] * hands.seen.marks[book.asset[p]]
    equity += wallet_value(book.wallet, hands.seen.marks)
    for column in (record.terminal_equity, record.lowest_equity, block.equity):
        fill(column, equity)
    fill(block.slack, equity - maintenance)
    fill(record.lowest_ratio, np.inf)
    for column in (record.fee, record.fee_waived, record.slippage, record.closed_notional):
        fill(column, 0.0)
    for column in (record.shortfall, record.shortfall_price, record.funding, record.basis_gain):
        fill(column, 0.0)
    for column in (record.fund, record.taken_notional, record.adl_notional, record.adl_loss):
        fill(column, 0.0)
    for column in (record.top_up, record.cut_notional, record.cut_cost):
        fill(column, 0.0)
    for i in range(block.shift.shape[0]):
        fill(block.shift[i], 1.0)
    fill(record.adl_step, -1)
    for p in range(block.premium.shape[0]):
        fill(block.premium[p], 0.0)
    for count in (record.first_step, record.closed_step, record.trigger, record.binding):
        fill(count, -1)
    fill(record.closings, 0)
    fill(record.inside, 0)
    fill(record.useless, 0)
    return maintenance


@kernel
def start(rule: Any, book: Any, block: Any, hands: Any, record: Any) -> float:
    """Put every path at the account's start, anchored at one full evaluation; return the requirement."""
    maintenance: float = put_at_start(
        value_of(rule), value_of(book), value_of(block), value_of(hands), value_of(record)
    )
    return maintenance
