"""Where between two steps an account crosses; see `bridge` for whether it does.

After a breach the account stands at the conditional mean of the returns given the crossing. Of a
bridge from X0 to X1 that crosses, the crossing comes at the mean time ``t = a M(a + e)``,
``a = X0 / sqrt(v)``, ``e = abs(X1) / sqrt(v)``, M Mills' ratio; the returns then are
``t r - Sigma w (X0 + t (X1 - X0)) / v``. Variance and multiplier, which the rule sees, are taken
linear in time.
"""

from typing import Any

from stresskit.domain import requirement
from stresskit.numerics.elementary import sqrt
from stresskit.numerics.jit import part
from stresskit.numerics.mills import mills_ratio
from stresskit.simulate.bridge import before, depth, pull, step_variance, worth
from stresskit.simulate.reach import may_cross

ZERO = 1e-9  # of equity + maintenance: how close to zero the excess is brought
PATIENCE = 8  # rounds of Newton's method, which creeps back from where an excess is steep
ROUNDS = 60
FARTHEST = 8.0  # standard deviations of the excess over the step
LEAST_MARK = 0.05  # of a mark within a step, as the floor of the returns


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
def meets(
    bridge: Any, rule: Any, book: Any, tile: Any, s: Any, index: Any, block: Any, b: Any, hands: Any, x1: Any
) -> Any:
    """Whether path `b` meets zero within the step, with the excess `x1` at its end.

    Leaves the view at the step's start. Also gives the excess there, its variance over the step, equity and
    maintenance.
    """
    view, (w, lean, root, _) = hands.seen, hands.sway
    deep = depth(bridge.key, bridge.number[b], index)
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
