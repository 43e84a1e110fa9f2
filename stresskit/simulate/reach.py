"""Bounds of the variance of an account's excess over a step, which rule a crossing out.

They only say "certainly no crossing": `slack` of the block bounds X0, `reach` the root of v; see `bridge`.
"""

from typing import Any

from stresskit.domain import loan_factor, steadiness, steepest
from stresskit.numerics.elementary import LN2, greater, sqrt
from stresskit.numerics.jit import inline, part
from stresskit.simulate.bridge import ROUNDING, before, depth, step_variance

DEEPEST = 0.5 * LN2 * 33.0  # of `depth`: the smallest uniform is 2^-33
LEAST_DEVIATION = 1e-9  # of a step's returns, where they have none: any bound will do


@part
def netted_spot(rule: Any, book: Any, c: Any, multiplier: Any) -> Any:
    """Base and rise of the bound of what a rule asks of one USD of the spot in coin `c`; 0 without spot."""
    base = rise = 0.0
    for p in range(book.asset.size):
        if book.wallet.spot[c] != 0.0 and book.quantity[p] == 0.0 and book.asset[p] == book.wallet.asset[c]:
            own, rising = steepest(rule, book, p, multiplier)
            base, rise = greater(base, own), greater(rise, rising)
    return base, rise


@part
def lean_on(rule: Any, book: Any, multiplier: Any, steep: Any) -> None:
    """Fill steep (2, positions + coins) with the bounds of the slopes, for a tile's step."""
    positions = book.asset.size
    for p in range(positions):
        steep[0, p], steep[1, p] = steepest(rule, book, p, multiplier)
    for c in range(book.wallet.asset.size):
        steep[0, positions + c], steep[1, positions + c] = netted_spot(rule, book, c, multiplier)


@inline
def tangent(h: Any, multiplier: Any) -> Any:
    """Base and rise of a bound ``base + rise * v`` of the deviation, tight where the variance is near `h`.

    ``sqrt(v) <= (c + v / c) / 2`` for any c > 0: no root.
    """
    c = greater(sqrt(h), LEAST_DEVIATION)
    half = 0.5 * multiplier * (1.0 + ROUNDING)
    return half * c, half / c


@inline
def swing(quantity: Any, mark: Any, h: Any, face: Any, slope: Any, along: Any) -> Any:
    """Bound what a position adds to the deviation of the excess; `slope` and `along`: bases and rises."""
    value = abs(quantity * mark)
    asked = (slope[0] + slope[1] * h) * greater(value, abs(quantity) * face)
    return (value + asked) * (along[0] + along[1] * h)


@part
def brace(
    bridge: Any, rule: Any, book: Any, tile: Any, s: Any, quantity: Any, reach: Any, steep: Any
) -> None:
    """Bound the deviation of the excess over the step by the sum of the positions': no correlation."""
    if bridge is None:
        return
    marks, variance, multiplier = before(bridge, tile, s)
    last = book.asset.size - 1
    if s == 0 or (s == 1 and tile.multiplier != bridge.multiplier):
        lean_on(rule, book, multiplier, steep)
    reach[:] = 0.0
    for p in range(0, last + 1, 2):  # two at a time: half the passes
        q = min(p + 1, last)
        one, other, face, second = quantity[p], quantity[q], book.face[p], book.face[q]
        mark, further = marks[book.asset[p]], marks[book.asset[q]]
        h, more = variance[book.asset[p]], variance[book.asset[q]]
        slope, steeper = (steep[0, p], steep[1, p]), (steep[0, q], steep[1, q])
        along = tangent(h[0], tile.multiplier)
        beside = tangent(more[0], tile.multiplier if q > p else 0.0)
        if face == 0.0 and second == 0.0 and slope[1] == 0.0 and steeper[1] == 0.0:
            u, v = (1.0 + slope[0]) * along[0], (1.0 + slope[0]) * along[1]
            x, y = (1.0 + steeper[0]) * beside[0], (1.0 + steeper[0]) * beside[1]
            for b in range(reach.size):
                own, its = abs(one[b] * mark[b]), abs(other[b] * further[b])
                reach[b] += own * (u + v * h[b]) + its * (x + y * more[b])
            continue
        for b in range(reach.size):
            own = swing(one[b], mark[b], h[b], face, slope, along)
            reach[b] += own + swing(other[b], further[b], more[b], second, steeper, beside)
    for c in range(book.wallet.asset.size):
        base, rise = steep[0, last + 1 + c], steep[1, last + 1 + c]
        coin = abs(book.wallet.value[c]) + loan_factor(rule) * book.wallet.loan[c]
        spot, mark = abs(book.wallet.spot[c]), marks[book.wallet.asset[c]]
        h = variance[book.wallet.asset[c]]
        along = tangent(h[0], tile.multiplier)
        for b in range(reach.size):
            reach[b] += (coin + spot * (base + rise * h[b])) * mark[b] * (along[0] + along[1] * h[b])


@part
def bend(rule: Any, book: Any, marks: Any, variance: Any, block: Any, b: Any, steep: Any) -> Any:
    """Bound the deviations of the requirement and of the coins of path `b`, for a multiplier of 1.

    Also gives that of all positions if each were all there is.
    """
    asked = coins = whole = 0.0
    positions = book.asset.size
    for p in range(positions):
        quantity, h = abs(block.quantity[p, b]), variance[book.asset[p], b]
        held = quantity * greater(marks[book.asset[p], b], book.face[p]) * sqrt(h)
        asked += (steep[0, p] + steep[1, p] * h) * held
        whole += held
    for c in range(book.wallet.asset.size):
        coin = abs(book.wallet.value[c]) + loan_factor(rule) * book.wallet.loan[c]
        h = variance[book.wallet.asset[c], b]
        mark = marks[book.wallet.asset[c], b] * sqrt(h)
        asked += abs(book.wallet.spot[c]) * (steep[0, positions + c] + steep[1, positions + c] * h) * mark
        coins += coin * mark
    return asked, coins, whole


@part
def tight_reach(bridge: Any, rule: Any, book: Any, tile: Any, s: Any, block: Any, b: Any, hands: Any) -> Any:
    """A closer bound of the variance of the excess: the positions', correlation and all, and `bend`."""
    marks, variance, seen = before(bridge, tile, s)
    w, lean, root, h = hands.sway
    w[:] = 0.0
    for p in range(book.asset.size):
        w[book.asset[p]] += block.quantity[p, b] * marks[book.asset[p], b]
    for i in range(w.size):
        h[i] = variance[i, b]
    of_equity = max(step_variance(bridge.correlation, h, tile.multiplier, w, lean, root), 0.0)
    asked, coins, whole = bend(rule, book, marks, variance, block, b, hands.steep)
    for c in range(book.wallet.asset.size):
        w[book.wallet.asset[c]] += book.wallet.spot[c] * marks[book.wallet.asset[c], b]
    asked = min(asked, steadiness(rule, w, h, seen, bridge.correlation, whole, lean))
    deviation = (sqrt(of_equity) + tile.multiplier * (asked + coins)) * (1.0 + ROUNDING)
    return deviation * deviation


@inline
def far(x0: Any, x1: Any, reach: Any) -> Any:
    """Whether a path surely does not cross, whatever the uniform: no branch, because every path is asked."""
    return (x0 > 0.0) & (x1 > 0.0) & (x0 * x1 > DEEPEST * (reach * reach))


@inline
def sift(bridge: Any, block: Any, found: Any, index: Any) -> Any:
    """Keep of the picked paths those whose uniform does not rule a crossing out; how many.

    The uniforms in a loop of their own, because it vectorises.
    """
    picked, rough, deep, kept = block.picked, block.rough, block.gross, 0
    key, first = bridge.key, bridge.path
    for k in range(found):
        deep[k] = depth(key, first + picked[k], index)
    for k in range(found):
        b = picked[k]
        x0, x1, reach = block.slack[b], block.equity[b] - block.ceiling[b], block.reach[b]
        near = not (x0 > 0.0) & (x1 > 0.0) & (x0 * x1 > deep[k] * (reach * reach))
        rough[b] = 1.0 if near else 0.0
        picked[kept] = b
        kept += near
    return kept


@part
def may_cross(
    bridge: Any, rule: Any, book: Any, tile: Any, s: Any, index: Any, block: Any, b: Any, hands: Any,
    required: Any,
) -> Any:  # fmt: skip
    """Whether path `b`, with at most `required` asked at the step's end, may have crossed in between."""
    x0, x1 = block.slack[b], block.equity[b] - required
    if not (x0 > 0.0 and x1 > 0.0):
        return True
    reach = tight_reach(bridge, rule, book, tile, s, block, b, hands)
    return not x0 * x1 > depth(bridge.key, bridge.path + b, index) * reach
