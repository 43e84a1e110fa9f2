"""What accounts under brackets are worth and are asked over a whole tile, a strip of paths at a time.

By the same sums, in the same order, as after each step: see `bracket_ceiling`.
"""

from typing import Any

import numpy as np

from stresskit.domain import chart, charted
from stresskit.margin.bracket_ceiling import ROUNDING, all_plain, lowest_tier, second_tier
from stresskit.margin.brackets import BracketTable
from stresskit.margin.deviation import leaning, line_of, tangent
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
def two_tiers(rule: Any, p: Any) -> Any:
    """Rate and edge of the lowest tier, what the second adds and takes off, and its edge."""
    return *lowest_tier(rule, p), *second_tier(rule, p)


@inline
def in_two_tiers(tiers: Any, size: Any, total: Any) -> Any:
    """Add what a position asks if it is in one of these tiers."""
    rate, edge, more, less, _ = tiers
    total = total + size * spread(rate)
    return total + where(size > spread(edge), size * spread(more) - spread(less), spread(0.0))


@inline
def chart_pair(
    rule: Any, pair: Any, held: Any, marked: Any, strip: Any, begin: Any, out: Any, lines: Any, variances: Any
) -> None:
    """Add what a pair of positions is worth, is asked and, with `lines`, can do over the step to come.

    To what stands in `out`, or, of the first pair, to the cash and the loan in `begin`. The second does not
    count where it is the first.
    """
    (p, q), (first, width), (equity, asked, reach) = pair, strip, out
    own, its = two_tiers(rule, p), two_tiers(rule, q)
    two, top, upper = spread(1.0 if q > p else 0.0), spread(own[4]), spread(its[4])
    for k in range(0, width, WIDTH):
        b = first + k
        value, other = load(held[0], k) * load(marked[0], b), two * load(held[1], k) * load(marked[1], b)
        size, more = magnitude(value), magnitude(other)
        if begin is None:
            worth, total, sway = load(equity, k), load(asked, k), load(reach, k)
        else:
            worth, total, sway = load(begin[0], k), spread(begin[1]), spread(0.0)
        store(equity, k, (worth + value) + other)
        if lines is not None:
            one = leaning(lines[0], size, load(variances[0], b), sway)
            store(reach, k, leaning(lines[1], more, load(variances[1], b), one))
        if packed((size > top) | (more > upper)) > 0:
            store(asked, k, by_tiers(rule, q, more, by_tiers(rule, p, size, total)))
        else:
            store(asked, k, in_two_tiers(its, more, in_two_tiers(own, size, total)))


@inline
def line_ahead(steep: Any, p: Any, h: Any, multiplier: Any) -> Any:
    """The line of position `p`, tight where the variance is near `h`."""
    return line_of(steep, p, tangent(h, multiplier))


@inline
def chart_two(
    rule: Any, book: Any, tile: Any, s: Any, p: Any, last: Any, strip: Any, quantity: Any, begin: Any,
    out: Any, steep: Any,
) -> None:  # fmt: skip
    """Position `p` and the one after it, if there is one, after step `s` of the tile."""
    q = min(p + 1, last)
    i, j = book.asset[p], book.asset[q]
    held, marked = (quantity[p], quantity[q]), (tile.marks[s, i], tile.marks[s, j])
    if steep is None:
        chart_pair(rule, (p, q), held, marked, strip, begin, out, None, None)
    else:
        variances = tile.variance[s, i], tile.variance[s, j]
        one = line_ahead(steep, p, variances[0][strip[0]], tile.multiplier)
        other = line_ahead(steep, q, variances[1][strip[0]], tile.multiplier)
        chart_pair(rule, (p, q), held, marked, strip, begin, out, (one, other), variances)


@implements(charted, BracketTable)
def bracket_charted(rule: Any, book: Any) -> Any:
    """Linear positions in USD whose rates rise by tiers, and no coins."""
    return book.asset.size > 0 and book.wallet.asset.size == 0 and all_plain(rule, book)


@implements(chart, BracketTable)
def bracket_chart(
    rule: Any, book: Any, tile: Any, block: Any, first: Any, width: Any, course: Any, steep: Any
) -> None:
    """Step by step, two positions at a time."""
    begin, strip, last = (course.cash, book.wallet.loan_usd), (first, width), book.asset.size - 1
    for s in range(tile.marks.shape[0]):
        out = course.equity[s], course.asked[s], course.reach[s]
        chart_two(rule, book, tile, s, 0, last, strip, course.quantity, begin, out, steep)
        for p in range(2, last + 1, 2):
            chart_two(rule, book, tile, s, p, last, strip, course.quantity, None, out, steep)
