"""What accounts under the ``var`` rule are worth and are asked at most over a whole tile.

By the same sums, in the same order, as after each step: see `var_bounds`. Eight paths at a time, so that what
one of them adds up stays in registers.
"""

from typing import Any

from stresskit.domain import chart, charted
from stresskit.margin.deviation import tangent
from stresskit.margin.var import VarRule
from stresskit.margin.var_bounds import ROUNDING
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.lanes import WIDTH, higher, load, magnitude, root, spread, store


@inline
def scale_of(rule: Any, i: Any, h: Any, multiplier: Any) -> Any:
    """`volatility_scale` of eight paths."""
    weight, long_run = rule.persistence_weight[i], rule.long_run[i]
    forecast = root(spread(1.0 - weight) + spread(weight / long_run) * h)
    return higher(spread(multiplier) * forecast, spread(rule.lowest_scale))


@inline
def swing_of(size: Any, h: Any, steep: Any, lean: Any, p: Any) -> Any:
    """What a position of that notional and variance can do over a step: see `reach.swing`."""
    asked = (spread(steep[0, p]) + spread(steep[1, p]) * h) * size
    return (size + asked) * (spread(lean[0, p]) + spread(lean[1, p]) * h)


@inline
def positions_of(book: Any, marks: Any, variance: Any, b: Any, k: Any, course: Any, steep: Any) -> Any:
    """Equity, gross notional and swing of eight paths; their net exposures are left in the course."""
    equity, gross, reach, net = load(course.cash, k), spread(0.0), spread(0.0), course.exposure
    for i in range(net.shape[0]):
        store(net[i], 0, spread(0.0))
    for p in range(book.asset.size):
        i = book.asset[p]
        value = load(course.quantity[p], k) * load(marks[i], b)
        size = magnitude(value)
        equity, gross = equity + value, gross + size
        store(net[i], 0, load(net[i], 0) + value)
        if steep is not None:
            reach = reach + swing_of(size, load(variance[i], b), steep, course.lean, p)
    return equity, gross, reach


@inline
def bound_of_eight(
    rule: Any, variance: Any, multiplier: Any, block: Any, b: Any, gross: Any, net: Any
) -> Any:
    """`var_ceiling` of eight paths, from their net exposures and last full evaluations."""
    along, anchor = spread(0.0), block.anchor_exposure
    for i in range(net.shape[0]):
        x = load(net[i], 0) * scale_of(rule, i, load(variance[i], b), multiplier)
        store(net[i], 0, x)
        along = along + spread(rule.unit_long[i] * rule.unit_short[i]) * x * load(anchor[i], b)
    scale = higher(along * load(block.anchor_norm, b), spread(0.0))
    along = scale * load(block.anchor_value, b)
    for i in range(net.shape[0]):
        rest = load(net[i], 0) - scale * load(anchor[i], b)
        along = along + higher(rest * spread(rule.unit_long[i]), -rest * spread(rule.unit_short[i]))
    return higher(along, spread(rule.minimum_charge) * gross) + spread(ROUNDING) * gross


@implements(charted, VarRule)
def var_charted(rule: Any, book: Any) -> Any:
    """Positions in USD, and no coins."""
    linear = book.wallet.asset.size == 0
    for p in range(book.asset.size):
        linear = linear and book.face[p] == 0.0
    return linear


@part
def lean_ahead(book: Any, variance: Any, first: Any, multiplier: Any, lean: Any) -> None:
    """Lines above the positions' deviations, tight where the variance is near that of path `first`."""
    for p in range(book.asset.size):
        lean[0, p], lean[1, p] = tangent(variance[book.asset[p], first], multiplier)


@implements(chart, VarRule)
def var_chart(
    rule: Any, book: Any, tile: Any, block: Any, first: Any, width: Any, course: Any, steep: Any
) -> None:
    """Step by step."""
    for s in range(tile.marks.shape[0]):
        marks, variance, multiplier = tile.marks[s], tile.variance[s], tile.multiplier
        equity, asked, reach = course.equity[s], course.asked[s], course.reach[s]
        if steep is not None:
            lean_ahead(book, variance, first, multiplier, course.lean)
        for k in range(0, width, WIDTH):
            b = first + k
            worth, gross, swing = positions_of(book, marks, variance, b, k, course, steep)
            bound = bound_of_eight(rule, variance, multiplier, block, b, gross, course.exposure)
            store(equity, k, worth)
            store(asked, k, bound)
            store(reach, k, swing)
