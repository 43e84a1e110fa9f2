"""What accounts under brackets are worth and are asked over a whole tile, a strip of paths at a time.

By the same sums, in the same order, as after each step: see `bracket_ceiling`.
"""

from typing import Any

import numpy as np

from stresskit.domain import chart, charted
from stresskit.margin.bracket_ceiling import ROUNDING, all_plain, lowest_tier
from stresskit.margin.brackets import BracketTable
from stresskit.margin.deviation import line_of, tangent
from stresskit.numerics.elementary import fma
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.lanes import WIDTH, load, magnitude, packed, spread, store, where


@part
def by_tiers(rule: Any, p: Any, size: Any, total: Any) -> Any:
    """What a position of eight paths asks, added tier after tier as far as one of them comes."""
    tiers, room, tier, none = rule.floor.shape[1], 1.0 + ROUNDING, 1, spread(0.0)
    rate, edge = lowest_tier(rule, p)
    total = total + size * spread(rate)
    while packed(size > spread(edge)) > 0:
        floor, edge = edge, rule.floor[p, tier + 1] if tier + 1 < tiers else np.inf
        rate = (rule.rate[p, tier] - rule.rate[p, tier - 1]) * room
        less = (rule.deduction[p, tier] - rule.deduction[p, tier - 1]) * room
        total = total + where(size > spread(floor), size * spread(rate) - spread(less), none)
        tier += 1
    return total


@inline
def chart_pair(rule: Any, pair: Any, held: Any, marked: Any, first: Any, equity: Any, asked: Any) -> None:
    """Add what a pair of positions is worth and is asked; the second does not count where it is the first."""
    p, q = pair
    (rate, edge), (rise, limit), two = (
        lowest_tier(rule, p),
        lowest_tier(rule, q),
        spread(1.0 if q > p else 0.0),
    )
    share, second, top, upper = spread(rate), spread(rise), spread(edge), spread(limit)
    for k in range(0, equity.size, WIDTH):
        b = first + k
        value, its = load(held[0], k) * load(marked[0], b), two * load(held[1], k) * load(marked[1], b)
        size, more, before = magnitude(value), magnitude(its), load(asked, k)
        store(equity, k, (load(equity, k) + value) + its)
        if packed((size > top) | (more > upper)) > 0:
            store(asked, k, by_tiers(rule, q, more, by_tiers(rule, p, size, before)))
        else:
            store(asked, k, (before + size * share) + more * second)


@inline
def lean_pair(pair: Any, held: Any, marked: Any, variances: Any, first: Any, coming: Any, reach: Any) -> None:
    """Add what the pair can do over the step to come; `coming`: bounds of slopes, and the multiplier."""
    (p, q), (steep, multiplier), (h, further) = pair, coming, variances
    edge, low, high, base, rise = line_of(steep, p, tangent(h[first], multiplier))
    limit, mild, much, start, growth = line_of(
        steep, q, tangent(further[first], multiplier if q > p else 0.0)
    )
    for k in range(0, reach.size, WIDTH):
        b = first + k
        size = magnitude(load(held[0], k) * load(marked[0], b))
        more = magnitude(load(held[1], k) * load(marked[1], b))
        one = size * where(size > spread(edge), spread(high), spread(low))
        other = more * where(more > spread(limit), spread(much), spread(mild))
        total = fma(one, fma(spread(rise), load(h, b), spread(base)), load(reach, k))
        store(reach, k, fma(other, fma(spread(growth), load(further, b), spread(start)), total))


@implements(charted, BracketTable)
def bracket_charted(rule: Any, book: Any) -> Any:
    """Linear positions in USD whose rates rise by tiers, and no coins."""
    return book.wallet.asset.size == 0 and all_plain(rule, book)


@implements(chart, BracketTable)
def bracket_chart(
    rule: Any, book: Any, tile: Any, s: Any, first: Any, cash: Any, quantity: Any, equity: Any, asked: Any,
    reach: Any, steep: Any,
) -> None:  # fmt: skip
    """Two positions at a time."""
    loan, none, last, marks = spread(book.wallet.loan_usd), spread(0.0), book.asset.size - 1, tile.marks[s]
    for k in range(0, equity.size, WIDTH):
        store(equity, k, load(cash, k))
        store(asked, k, loan)
        store(reach, k, none)
    for p in range(0, last + 1, 2):
        q = min(p + 1, last)
        i, j = book.asset[p], book.asset[q]
        held, marked = (quantity[p], quantity[q]), (marks[i], marks[j])
        chart_pair(rule, (p, q), held, marked, first, equity, asked)
        if steep is not None:
            variances = tile.variance[s, i], tile.variance[s, j]
            lean_pair((p, q), held, marked, variances, first, (steep, tile.multiplier), reach)
