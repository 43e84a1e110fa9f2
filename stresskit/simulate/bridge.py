"""Between two steps: a Brownian bridge on each life's excess X = equity - maintenance.

Given X0 > 0 and X1 > 0 at the ends of a step, X touches zero in between with probability
``exp(-2 X0 X1 / v)``. v = w' Sigma w is the variance of X over the step: w is the gradient of X in
the returns at the step's start, the slope of the requirement included, and Sigma the path's own
stressed conditional covariance, ``m^2 D R D`` with the variances h of the step on the diagonal of
D^2, R the copula's correlation and m the volatility multiplier. One uniform a path and step decides
for all lives alike.

After a breach the account stands at the conditional mean of the returns given the crossing. Of a
bridge from X0 to X1 that crosses, the crossing comes at the mean time ``t = a M(a + e)``,
``a = X0 / sqrt(v)``, ``e = abs(X1) / sqrt(v)``, M Mills' ratio; the returns then are
``t r - Sigma w (X0 + t (X1 - X0)) / v``. Variance and multiplier, which the rule sees, are taken
linear in time.

Exact for normal steps and an excess linear in the returns. A convention otherwise: the step is
bridged as if it were normal with the path's conditional covariance, also under a t copula and fat
tails, and where the excess bends, the returns move on along Sigma w until X is zero.

Certificates only say "certainly no crossing": `slack` of the block bounds X0, `reach` the root of v.

Source: Broadie, Glasserman, Kou, Mathematical Finance 7 (1997); Glasserman, "Monte Carlo Methods in
Financial Engineering" (2003), section 6.4; Karatzas, Shreve, "Brownian Motion and Stochastic
Calculus", 2.8 for the density of the first passage.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float2D, loan_factor, requirement, steadiness, steepest
from stresskit.numerics.elementary import LN2, greater, log2, sqrt
from stresskit.numerics.jit import inline, part
from stresskit.numerics.mills import mills_ratio
from stresskit.numerics.philox import BRIDGE, HALF, LOW, philox
from stresskit.simulate.wallet import wallet_value

DEEPEST = 0.5 * LN2 * 33.0  # of `depth`: the smallest uniform is 2^-33
ROUNDING = 1e-9  # room for rounding, so that "certainly no crossing" stays certain
ZERO = 1e-9  # of equity + maintenance: how close to zero the excess is brought
PATIENCE = 8  # rounds of Newton's method, which creeps back from where an excess is steep
ROUNDS = 60
FARTHEST = 8.0  # standard deviations of the excess over the step
LEAST_DEVIATION = 1e-9  # of a step's returns, where they have none: any bound will do
LEAST_MARK = 0.05  # of a mark within a step, as the floor of the returns


class Bridge(NamedTuple):
    """What the bridge of a tile must know besides the tile.

    `marks`, `variance` (assets, paths) and `multiplier` are as they stood before the tile's first
    step; `correlation` (assets, assets) holds over the tile; `key` is the seed and `path` the number
    of the block's first path. `blind` is 1 where nobody looks between steps.
    """

    marks: Float2D
    variance: Float2D
    multiplier: float
    correlation: Float2D
    key: int
    path: int
    blind: float = 0.0


@inline
def before(bridge: Any, tile: Any, s: Any) -> Any:
    """Marks, variances (assets, paths) and multiplier at the start of step `s` of the tile."""
    if s > 0:
        return tile.marks[s - 1], tile.variance[s - 1], tile.multiplier
    return bridge.marks, bridge.variance, bridge.multiplier


@inline
def depth(key: Any, path: Any, index: Any) -> Any:
    """``-log(U) / 2`` of a path at step `index`: X crosses where X0 X1 <= v * depth."""
    seed = np.uint64(key)
    word = philox(np.uint64(path), np.uint64(index), BRIDGE, np.uint64(0), seed & LOW, seed >> HALF)[0]
    return -0.5 * LN2 * log2((float(np.int64(word)) + 0.5) * 2.0**-32)


@part
def worth(book: Any, cash: Any, view: Any) -> Any:
    """Equity at the view."""
    equity = cash
    for p in range(book.asset.size):
        equity += view.quantity[p] * view.marks[book.asset[p]]
    return equity + wallet_value(book.wallet, view.marks)


@part
def pull(book: Any, view: Any, breakdown: Any, marks: Any, out: Any) -> None:
    """Fill out (assets,) with the gradient of the excess in the returns from `marks` (assets,)."""
    out[:] = 0.0
    for p in range(book.asset.size):
        out[book.asset[p]] += view.quantity[p]
    for c in range(book.wallet.asset.size):
        out[book.wallet.asset[c]] += book.wallet.value[c]
    for i in range(out.size):
        out[i] = marks[i] * (out[i] - breakdown.drift[i] / view.marks[i])


@inline
def step_variance(correlation: Any, variance: Any, multiplier: Any, w: Any, out: Any, root: Any) -> Any:
    """Fill out (assets,) with Sigma w; return w' Sigma w. `root` (assets,) is scratch."""
    for j in range(w.size):
        root[j] = sqrt(variance[j])
        out[j] = 0.0
    for j in range(w.size):  # the sums run side by side: none waits for its last addition
        for i in range(w.size):
            out[i] += correlation[i, j] * root[j] * w[j]
    total = 0.0
    for i in range(w.size):
        out[i] = multiplier * multiplier * root[i] * out[i]
        total += w[i] * out[i]
    return total


@part
def find_zero(rule: Any, book: Any, cash: Any, variance: Any, farthest: Any, hands: Any) -> Any:
    """Move the returns along Sigma w until the excess is zero; none of it farther than `farthest` USD.

    Newton's method between the last points on either side, bisection where it leaves them or creeps: an
    excess that is nearly flat must not send the marks beyond all that one step can do. The view is left at
    the end. Returns whether the account is in breach, equity and maintenance.
    """
    view, breakdown = hands.seen, hands.breakdown
    w, lean, origin, moves = hands.sway
    equity = required = along = 0.0
    low, high = -farthest, farthest
    for n in range(ROUNDS):
        for i in range(moves.size):
            view.marks[i] = origin[i] * max(1.0 + moves[i] - along * lean[i] / variance, LEAST_MARK)
        equity = worth(book, cash, view)
        required = requirement(rule, book, view, breakdown)
        excess, room = equity - required, ZERO * (abs(equity) + required)
        if -2.0 * room <= excess <= 0.0 or n == ROUNDS - 1:
            break
        if excess > 0.0:
            low = along
        else:
            high = along
        pull(book, view, breakdown, origin, w)
        slope = 0.0
        for i in range(moves.size):
            slope += w[i] * lean[i] / variance
        along = along + (excess + room) / slope if slope > 0.0 else farthest
        if n >= PATIENCE or not low < along < high:
            along = 0.5 * (low + high)
    return equity <= required, equity, required


@part
def strike(
    rule: Any, book: Any, tile: Any, s: Any, cash: Any, b: Any, hands: Any, x0: Any, x1: Any, variance: Any
) -> Any:
    """Put the view, which is at the step's start, to the crossing; see `find_zero`."""
    view, (_, lean, origin, moves) = hands.seen, hands.sway
    deviation = sqrt(variance)
    start, end = x0 / deviation, abs(x1) / deviation
    time = start * mills_ratio(start + end)
    gap = (x0 + time * (x1 - x0)) / variance
    for i in range(moves.size):
        origin[i] = view.marks[i]
        moves[i] = time * (tile.marks[s, i, b] / origin[i] - 1.0) - gap * lean[i]
        view.variance[i] += time * (tile.variance[s, i, b] - view.variance[i])
    view.multiplier[0] += time * (tile.multiplier - view.multiplier[0])
    return find_zero(rule, book, cash, variance, x0 + abs(x1) + FARTHEST * deviation, hands)


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


@inline
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


@inline
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


@inline
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


@part
def meets(
    bridge: Any, rule: Any, book: Any, tile: Any, s: Any, index: Any, block: Any, b: Any, hands: Any, x1: Any
) -> Any:
    """Whether path `b` meets zero within the step, with the excess `x1` at its end.

    Leaves the view at the step's start. Also gives the excess there, its variance over the step, equity and
    maintenance.
    """
    view, (w, lean, root, _) = hands.seen, hands.sway
    deep = depth(bridge.key, bridge.path + b, index)
    marks, variance, view.multiplier[0] = before(bridge, tile, s)
    for i in range(view.marks.size):
        view.marks[i] = marks[i, b]
        view.variance[i] = variance[i, b]
    equity = worth(book, block.cash[b], view)
    required = requirement(rule, book, view, hands.breakdown)
    x0 = equity - required
    if x0 <= 0.0:
        return True, x0, 0.0, equity, required
    pull(book, view, hands.breakdown, view.marks, w)
    spread = step_variance(bridge.correlation, view.variance, tile.multiplier, w, lean, root)
    hit = spread > 0.0 and not (x1 > 0.0 and x0 * x1 > spread * deep)
    return hit, x0, spread, equity, required


@part
def crossing(
    bridge: Any,
    rule: Any,
    book: Any,
    tile: Any,
    s: Any,
    index: Any,
    block: Any,
    b: Any,
    hands: Any,
    maintenance: Any,
    always: Any,
) -> Any:
    """Whether path `b` is in breach within the step; then the view and the breakdown stand there.

    `maintenance` is that at the step's end, where the view stands. Returns equity and maintenance
    at the crossing too.
    """
    if bridge is None or bridge.blind > 0.0:
        return False, 0.0, 0.0
    if not always and not may_cross(bridge, rule, book, tile, s, index, block, b, hands, maintenance):
        return False, 0.0, 0.0
    x1 = block.equity[b] - maintenance
    hit, x0, spread, equity, required = meets(bridge, rule, book, tile, s, index, block, b, hands, x1)
    if not hit or x0 <= 0.0:
        return hit, equity, required
    return strike(rule, book, tile, s, block.cash[b], b, hands, x0, x1, spread)
