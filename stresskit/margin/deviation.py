"""Bounds of what a position adds to the standard deviation of an account's excess over a step."""

from typing import Any

from stresskit.numerics.elementary import fma, greater, sqrt
from stresskit.numerics.jit import inline
from stresskit.numerics.lanes import WIDTH, load, magnitude, spread, store, where

ROUNDING = 1e-9  # room for rounding, so that "certainly no crossing" stays certain
LEAST_DEVIATION = 1e-9  # of a step's returns, where they have none: any bound will do


@inline
def tangent(h: Any, multiplier: Any) -> Any:
    """Base and rise of a bound ``base + rise * v`` of the deviation, tight where the variance is near `h`.

    ``sqrt(v) <= (c + v / c) / 2`` for any c > 0: no root.
    """
    c = greater(sqrt(h), LEAST_DEVIATION)
    half = 0.5 * multiplier * (1.0 + ROUNDING)
    return half * c, half / c


@inline
def line_of(steep: Any, p: Any, along: Any) -> Any:
    """Edge, factors up to it and beyond, and line in the variance of what a dollar of position `p` adds.

    `steep`: bounds of the slopes, as in the bridge's hands; `along`: of the deviation, by `tangent`.
    """
    return steep[2, p], 1.0 + steep[3, p], 1.0 + steep[0, p], along[0], along[1]


@inline
def leaning(line: Any, size: Any, h: Any, total: Any) -> Any:
    """Add what positions of eight paths, of that notional and variance, can do over a step, by their line."""
    edge, low, high, base, rise = line
    one = size * where(size > spread(edge), spread(high), spread(low))
    return fma(one, fma(spread(rise), h, spread(base)), total)


@inline
def add_pair(marked: Any, variances: Any, lines: Any, reach: Any) -> None:
    """Add two linear positions whose requirements have slopes that the variance does not move.

    `marked`: quantities and marks of both, each (paths,); `lines`: of both by `line_of`.
    """
    (one, other, mark, further), (h, more) = marked, variances
    (edge, low, high, base, rise), (limit, mild, steep, floor, growth) = lines
    whole = reach.size // WIDTH * WIDTH
    for b in range(0, whole, WIDTH):
        own, its = magnitude(load(one, b) * load(mark, b)), magnitude(load(other, b) * load(further, b))
        both = leaning(lines[0], own, load(h, b), load(reach, b))
        store(reach, b, leaning(lines[1], its, load(more, b), both))
    for b in range(whole, reach.size):
        own, its = abs(one[b] * mark[b]), abs(other[b] * further[b])
        leant, steeper = own * (low if own <= edge else high), its * (mild if its <= limit else steep)
        both = fma(leant, fma(rise, h[b], base), reach[b])
        reach[b] = fma(steeper, fma(growth, more[b], floor), both)


@inline
def add_gentle_pair(marked: Any, variances: Any, lines: Any, reach: Any) -> None:
    """The same where no notional is above its edge."""
    (one, other, mark, further), (h, more) = marked, variances
    (_, low, _, base, rise), (_, mild, _, floor, growth) = lines
    base, rise, floor, growth = low * base, low * rise, mild * floor, mild * growth
    for b in range(reach.size):
        own, its = abs(one[b] * mark[b]), abs(other[b] * further[b])
        both = fma(own, fma(rise, h[b], base), reach[b])
        reach[b] = fma(its, fma(growth, more[b], floor), both)
