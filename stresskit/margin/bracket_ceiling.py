"""What brackets ask on a whole block of paths: tier after tier, or in one pass where all is in the lowest.

Exact but for rounding, so that it certifies.
"""

from typing import Any

import numpy as np

from stresskit.domain import ceiling, gentle, weigh
from stresskit.margin.brackets import BracketTable, size_of
from stresskit.margin.deviation import add_gentle_pair, add_pair, line_of, tangent
from stresskit.margin.marking import add_values, copy, mark_coins, mark_to_market
from stresskit.numerics.elementary import greater
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.strips import STRIP

NEAR = 0.5  # of the first edge: from where on the second tier is looked at too
USUAL = 4.0  # times its notional at the start: within it a position's slope is bounded by its own tiers
ROUNDING = 1e-12  # room for rounding, so that "certainly healthy" stays certain


@part
def count_above(values: Any, edge: Any) -> Any:
    """How many values lie above the edge (an integer sum, so that the loop vectorises)."""
    above = 0
    for b in range(values.size):
        above += values[b] > edge
    return above


@part
def fill_sizes(rule: Any, book: Any, p: Any, quantity: Any, marks: Any, size: Any) -> None:
    """Fill size (paths,) by `size_of`."""
    for b in range(size.size):
        size[b] = size_of(rule, book, p, quantity[b], marks[b])


@part
def fill_maintenance(rule: Any, p: Any, size: Any, own: Any) -> None:
    """Fill own (paths,) with the maintenance of position `p`, tier after tier from below."""
    tiers, rate, rising = rule.floor.shape[1], rule.rate[p, 0], rule.size_rate[p]
    for b in range(own.size):
        own[b] = size[b] * rate
    if rising > 0.0:
        for b in range(own.size):
            own[b] += size[b] * (rising * size[b])
    tier = 1
    while tier < tiers and count_above(size, rule.floor[p, tier]) > 0:
        floor, rate, deduction = rule.floor[p, tier], rule.rate[p, tier], rule.deduction[p, tier]
        for b in range(own.size):
            line = size[b] * rate - deduction
            own[b] = line if size[b] > floor else own[b]
        tier += 1


@inline
def plain(rule: Any, book: Any, p: Any) -> Any:
    """Whether position `p` is linear, in USD, and its rates rise by tiers alone."""
    return book.face[p] == 0.0 and rule.in_coin[p] == 0.0 and rule.size_rate[p] == 0.0


@inline
def lowest_tier(rule: Any, p: Any) -> Any:
    """Rate and upper edge of the lowest tier of a plain position, the fee and room for rounding included."""
    edge = rule.floor[p, 1] if rule.floor.shape[1] > 1 else np.inf
    return (rule.rate[p, 0] + rule.closing_fee[p]) * (1.0 + ROUNDING), edge


@part
def add_plain(rule: Any, p: Any, quantity: Any, marks: Any, total: Any) -> None:
    """Add to total (paths,) what a linear position in USD asks: of each tier what it adds to the last."""
    tiers, room, above = rule.floor.shape[1], 1.0 + ROUNDING, 0
    rate, edge = lowest_tier(rule, p)
    for b in range(total.size):
        size = abs(quantity[b] * marks[b])
        total[b] += size * rate
        above += size > edge
    tier = 1
    while above > 0:
        floor, edge, above = edge, rule.floor[p, tier + 1] if tier + 1 < tiers else np.inf, 0
        rate = (rule.rate[p, tier] - rule.rate[p, tier - 1]) * room
        deduction = (rule.deduction[p, tier] - rule.deduction[p, tier - 1]) * room
        for b in range(total.size):
            size = abs(quantity[b] * marks[b])
            total[b] += size * rate - deduction if size > floor else 0.0
            above += size > edge
        tier += 1


@part
def by_tiers(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """Fill the ceiling, position after position and tier after tier."""
    block.ceiling[:] = book.wallet.loan_usd
    own, size = block.exposure[0], block.gross
    for p in range(book.asset.size):
        quantity, marks = block.quantity[p], tile.marks[step, book.asset[p]]
        if plain(rule, book, p):
            add_plain(rule, p, quantity, marks, block.ceiling)
            continue
        fill_sizes(rule, book, p, quantity, marks, size)
        fill_maintenance(rule, p, size, own)
        fee, coin = rule.closing_fee[p], rule.in_coin[p]
        for b in range(own.size):
            unit = marks[b] if coin > 0.0 else 1.0
            block.ceiling[b] += (own[b] + size[b] * fee) * unit * (1.0 + ROUNDING)


@inline
def second_tier(rule: Any, p: Any) -> Any:
    """What the second tier of a plain position adds to the rate and takes off, and its upper edge."""
    room, tiers = 1.0 + ROUNDING, rule.floor.shape[1]
    if tiers < 2:
        return 0.0, 0.0, np.inf
    rate, deduction = rule.rate[p, 1] - rule.rate[p, 0], rule.deduction[p, 1] - rule.deduction[p, 0]
    return rate * room, deduction * room, rule.floor[p, 2] if tiers > 2 else np.inf


@inline
def add_lowest(rule: Any, book: Any, p: Any, q: Any, marked: Any, total: Any) -> Any:
    """Add what plain positions `p` and `q` (nothing where it is `p`) ask in their lowest tiers.

    The lowest two where they begin near the first edge. `marked`: quantities and marks of both. Returns how
    many paths are beyond, and beyond what.
    """
    (one, other, marks, further), above = marked, 0
    (rate, edge), (second, limit) = lowest_tier(rule, p), lowest_tier(rule, q)
    second = second if q > p else 0.0
    if abs(book.quantity[p]) < NEAR * edge and abs(book.quantity[q]) < NEAR * limit:
        for b in range(total.size):
            size, more = abs(one[b] * marks[b]), abs(other[b] * further[b])
            total[b] = (total[b] + size * rate) + more * second
            above += (size > edge) | (more > limit)
        return above, edge, limit
    (up, less, top), (steeper, off, upper) = second_tier(rule, p), second_tier(rule, q)
    limit = limit if q > p else np.inf
    for b in range(total.size):
        size, more = abs(one[b] * marks[b]), abs(other[b] * further[b])
        own = (total[b] + size * rate) + (size * up - less if size > edge else 0.0)
        total[b] = (own + more * second) + (more * steeper - off if more > limit else 0.0)
        above += (size > top) | (more > upper)
    return above, top, upper


@inline
def add_ahead(coming: Any, p: Any, q: Any, marked: Any, variances: Any, reach: Any, within: Any) -> None:
    """Add what positions `p` and `q` (nothing where it is `p`) can do over the step to come.

    `within`: how many paths are beyond two notionals, and these.
    """
    steep, multiplier = coming
    along = tangent(variances[0][0], multiplier)
    beside = tangent(variances[1][0], multiplier if q > p else 0.0)
    lines = line_of(steep, p, along), line_of(steep, q, beside)
    above, edge, limit = within
    if above == 0 and edge <= steep[2, p] and limit <= steep[2, q]:
        add_gentle_pair(marked, variances, lines, reach)
    else:
        add_pair(marked, variances, lines, reach)


@part
def fill_lowest(
    rule: Any,
    book: Any,
    marks: Any,
    quantity: Any,
    total: Any,
    worth: Any = None,
    variance: Any = None,
    ahead: Any = None,
    coming: Any = None,
) -> Any:
    """Fill total (paths,) with what positions that are all plain ask in their lowest tiers.

    With `worth`, cash and equity (paths,), also the equity without coins, while quantities and marks are at
    hand; with `coming`, slopes and multiplier, also ``block.ahead``. Returns whether nobody is beyond.
    """
    above, last = 0, book.asset.size - 1
    for first in range(0, total.size, STRIP):
        end = min(first + STRIP, total.size)
        asked = total[first:end]
        asked[:] = book.wallet.loan_usd
        if worth is not None:
            copy(worth[0][first:end], worth[1][first:end])
        if coming is not None:
            ahead[first:end] = 0.0
        for p in range(0, last + 1, 2):  # two at a time: half the passes, the same sums
            q = min(p + 1, last)
            i, k = book.asset[p], book.asset[q]
            marked = quantity[p][first:end], quantity[q][first:end], marks[i][first:end], marks[k][first:end]
            if worth is not None:
                add_values(marked, worth[1][first:end], q > p)
            within = add_lowest(rule, book, p, q, marked, asked)
            above += within[0]
            if coming is not None:
                variances = variance[i][first:end], variance[k][first:end]
                add_ahead(coming, p, q, marked, variances, ahead[first:end], within)
    return above == 0


@part
def all_plain(rule: Any, book: Any) -> Any:
    """Whether every position is plain."""
    found = 0
    for p in range(book.asset.size):
        found += plain(rule, book, p)
    return found == book.asset.size


@part
def add_loans(wallet: Any, marks: Any, total: Any) -> None:
    """Add what borrowed coins ask to total (paths,)."""
    for c in range(wallet.asset.size):
        loan, mark = wallet.loan[c], marks[wallet.asset[c]]
        for b in range(total.size):
            total[b] += loan * mark[b] * (1.0 + ROUNDING)


@implements(ceiling, BracketTable)
def bracket_ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """The requirement for all paths by the same tiers: exact but for rounding."""
    marks, total = tile.marks[step], block.ceiling
    if not all_plain(rule, book) or not fill_lowest(rule, book, marks, block.quantity, total):
        by_tiers(rule, book, tile, step, block)
    add_loans(book.wallet, marks, total)


@implements(weigh, BracketTable, inlined=True)
def bracket_weigh(rule: Any, book: Any, tile: Any, step: Any, block: Any, steep: Any) -> Any:
    """All at once where every position is in its lowest tiers."""
    marks, quantity, worth = tile.marks[step], block.quantity, (block.cash, block.equity)
    if not all_plain(rule, book):
        mark_to_market(book, marks, quantity, block.cash, block.held, block.equity)
        by_tiers(rule, book, tile, step, block)
        add_loans(book.wallet, marks, block.ceiling)
        return False
    if steep is None:
        lowest = fill_lowest(rule, book, marks, quantity, block.ceiling, worth)
    else:
        coming, variance = (steep, tile.multiplier), tile.variance[step]
        lowest = fill_lowest(rule, book, marks, quantity, block.ceiling, worth, variance, block.ahead, coming)
    if not lowest:
        by_tiers(rule, book, tile, step, block)
    mark_coins(book.wallet, marks, block.held, block.equity)
    add_loans(book.wallet, marks, block.ceiling)
    return steep is not None and book.wallet.asset.size == 0


@implements(gentle, BracketTable)
def bracket_gentle(rule: Any, book: Any, p: Any) -> Any:
    """The upper edge of the tier that four times the position's notional at the start is in, and the rate."""
    rate, edge = 0.0, -1.0
    if plain(rule, book, p):
        for tier in range(rule.floor.shape[1]):
            if edge < USUAL * abs(book.quantity[p]):
                rate = greater(rate, rule.rate[p, tier])
                edge = rule.floor[p, tier + 1] if tier + 1 < rule.floor.shape[1] else np.inf
    return edge, rate + rule.closing_fee[p]
