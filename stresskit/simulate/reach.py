"""Bounds of the variance of an account's excess over a step, which rule a crossing out.

They only say "certainly no crossing": `slack` of the block bounds X0, `reach` the root of v; see `bridge`.
"""

from typing import Any

from stresskit.domain import deviation_bound, gentle, loan_factor, steepest
from stresskit.margin.deviation import add_pair, line_of, tangent
from stresskit.numerics.elementary import LN2, greater, sqrt
from stresskit.numerics.jit import inline, part
from stresskit.numerics.strips import STRIP
from stresskit.simulate.bridge import ROUNDING, before, depth, step_variance

DEEPEST = 0.5 * LN2 * 33.0  # of `depth`: the smallest uniform is 2^-33


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
    """Fill steep (4, positions + coins) with the bounds of the slopes, for a tile's step."""
    positions = book.asset.size
    for p in range(positions):
        steep[0, p], steep[1, p] = steepest(rule, book, p, multiplier)
        steep[2, p], steep[3, p] = gentle(rule, book, p)
    for c in range(book.wallet.asset.size):
        steep[0, positions + c], steep[1, positions + c] = netted_spot(rule, book, c, multiplier)


@inline
def swing(quantity: Any, mark: Any, h: Any, face: Any, slope: Any, along: Any) -> Any:
    """Bound what a position adds to the deviation of the excess; `slope` and `along`: bases and rises."""
    value = abs(quantity * mark)
    asked = (slope[0] + slope[1] * h) * greater(value, abs(quantity) * face)
    return (value + asked) * (along[0] + along[1] * h)


@inline
def add_swings(one: Any, reach: Any, mark: Any, h: Any, face: Any, slope: Any, along: Any) -> None:
    """Add any position."""
    for b in range(reach.size):
        reach[b] += swing(one[b], mark[b], h[b], face, slope, along)


@part
def add_positions(
    asset: Any, face: Any, marks: Any, variance: Any, multiplier: Any, quantity: Any, reach: Any, steep: Any
) -> None:
    """Fill reach (paths,) with what the positions add, strip by strip."""
    last = asset.size - 1
    for first in range(0, reach.size, STRIP):
        end = min(first + STRIP, reach.size)
        total = reach[first:end]
        total[:] = 0.0
        for p in range(0, last + 1, 2):  # two at a time: half the passes
            q = min(p + 1, last)
            one, other = quantity[p][first:end], quantity[q][first:end]
            mark, further = marks[asset[p]][first:end], marks[asset[q]][first:end]
            h, more = variance[asset[p]][first:end], variance[asset[q]][first:end]
            slope, steeper = (steep[0, p], steep[1, p]), (steep[0, q], steep[1, q])
            along = tangent(h[0], multiplier)
            beside = tangent(more[0], multiplier if q > p else 0.0)
            if face[p] == 0.0 and face[q] == 0.0 and slope[1] == 0.0 and steeper[1] == 0.0:
                lines = line_of(steep, p, along), line_of(steep, q, beside)
                add_pair((one, other, mark, further), (h, more), lines, total)
                continue
            add_swings(one, total, mark, h, face[p], slope, along)
            add_swings(other, total, further, more, face[q], steeper, beside)


@part
def add_coins(
    wallet: Any, factor: Any, marks: Any, variance: Any, multiplier: Any, reach: Any, steep: Any
) -> None:
    """Add the coins of the wallet to reach (paths,); `factor`: how often the rule asks for a loan."""
    positions = steep.shape[1] - wallet.asset.size
    for c in range(wallet.asset.size):
        base, rise = steep[0, positions + c], steep[1, positions + c]
        coin = abs(wallet.value[c]) + factor * wallet.loan[c]
        spot, mark, h = abs(wallet.spot[c]), marks[wallet.asset[c]], variance[wallet.asset[c]]
        along = tangent(h[0], multiplier)
        for b in range(reach.size):
            reach[b] += (coin + spot * (base + rise * h[b])) * mark[b] * (along[0] + along[1] * h[b])


@inline
def brace(
    bridge: Any, rule: Any, book: Any, tile: Any, s: Any, quantity: Any, reach: Any, steep: Any
) -> None:
    """Bound the deviation of the excess over the step by the sum of the positions': no correlation."""
    if bridge is None:
        return
    marks, variance, multiplier = before(bridge, tile, s)
    if s == 0 or (s == 1 and tile.multiplier != bridge.multiplier):
        lean_on(rule, book, multiplier, steep)
    add_positions(book.asset, book.face, marks, variance, tile.multiplier, quantity, reach, steep)
    if book.wallet.asset.size > 0:
        add_coins(book.wallet, loan_factor(rule), marks, variance, tile.multiplier, reach, steep)


@part
def bend(rule: Any, book: Any, marks: Any, variance: Any, block: Any, b: Any, steep: Any) -> Any:
    """Bound the deviations of the requirement and of the coins of path `b`, for a multiplier of 1.

    Also gives that of all positions if each were all there is.
    """
    asked = coins = whole = 0.0
    positions = book.asset.size
    for p in range(positions):
        quantity, h = abs(block.quantity[p, b]), variance[book.asset[p], b]
        mark = marks[book.asset[p], b]
        held = quantity * greater(mark, book.face[p]) * sqrt(h)
        asked += (steep[3, p] if quantity * mark <= steep[2, p] else steep[0, p] + steep[1, p] * h) * held
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
    asked = min(asked, deviation_bound(rule, w, h, seen, bridge.correlation, whole, lean))
    deviation = (sqrt(of_equity) + tile.multiplier * (asked + coins)) * (1.0 + ROUNDING)
    return deviation * deviation


@inline
def far(x0: Any, x1: Any, reach: Any) -> Any:
    """Whether a path surely does not cross, whatever the uniform: no branch, because every path is asked."""
    return (x0 > 0.0) & (x1 > 0.0) & (x0 * x1 > DEEPEST * (reach * reach))


@part
def clear(bridge: Any, b: Any, index: Any, x0: Any, x1: Any, reach: Any) -> Any:
    """Whether path `b` surely does not cross at step `index`, given its own uniform if that must be asked."""
    if not (x0 > 0.0 and x1 > 0.0):
        return False
    room, square = x0 * x1, reach * reach
    return room > DEEPEST * square or room > depth(bridge.key, bridge.number[b], index) * square


@inline
def sift(bridge: Any, block: Any, kept: Any, found: Any, index: Any) -> Any:
    """Keep of the picked paths from `kept` on those whose uniform does not rule a crossing out; how many.

    The uniforms in a loop of their own, because it vectorises.
    """
    picked, rough, deep, begun = block.picked, block.rough, block.gross, kept
    key, number = bridge.key, bridge.number
    before_it, equity, bound, spread = block.slack, block.equity, block.ceiling, block.reach
    for k in range(begun, found):
        deep[k] = depth(key, number[picked[k]], index)
    for k in range(begun, found):
        b = picked[k]
        x0, x1, reach = before_it[b], equity[b] - bound[b], spread[b]
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
    return not x0 * x1 > depth(bridge.key, bridge.number[b], index) * reach
