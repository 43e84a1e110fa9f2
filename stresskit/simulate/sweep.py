"""A tile in one pass, for the paths that surely stay healthy all through it.

A strip of paths goes through all steps at once, and its state is read and written once, where a step that
asks all paths does so each time. Who may come near at some step is listed, and lives through the tile step
by step; of the others the same is kept as those steps would have kept.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D, Float2D, chart
from stresskit.margin.marking import copy
from stresskit.numerics.aligned import aligned
from stresskit.numerics.jit import inline, part
from stresskit.numerics.lanes import (
    WIDTH,
    below_zero,
    load,
    lower,
    packed,
    spread,
    store,
    where,
)
from stresskit.simulate.reach import DEEPEST, brace, clear, lean_on

STRIP = 128  # paths: what is charted of them stays in the first cache


class Course(NamedTuple):
    """Equity, requirement and a bound of the deviation of the excess over the step to come.

    Each (steps, strip), of a strip of paths after every step of a tile; `cash` (strip,) and `quantity`
    (positions, strip) side by side in memory, as they stand all through it. Scratch: `exposure` (assets, 8),
    `lean` (2, positions), `near` (8,).
    """

    equity: Float2D
    asked: Float2D
    reach: Float2D
    cash: Float1D
    quantity: Float2D
    exposure: Float2D
    lean: Float2D
    near: Float1D


def empty_course(steps: int, positions: int, assets: int) -> Course:
    """Allocate for tiles of so many steps."""
    equity, asked, reach = (aligned((steps, STRIP)) for _ in range(3))
    held = aligned((STRIP,)), aligned((positions, STRIP))
    scratch = aligned((assets, WIDTH)), aligned((2, positions)), aligned((WIDTH,))
    return Course(equity, asked, reach, *held, *scratch)


@inline
def keep(calm: Any, value: Any, column: Any, b: Any) -> None:
    """Write the value of those that are calm."""
    store(column, b, where(calm, value, load(column, b)))


@inline
def poorer(over: Any, under: Any, equity: Any, asked: Any) -> Any:
    """Of two ratios of eight paths the lower, as equity and requirement: products are cheaper than quotients.

    One of nothing asked is none.
    """
    lowest = (asked > spread(0.0)) & (over * asked > equity * under)
    return where(lowest, equity, over), where(lowest, asked, under)


@inline
def calm_between(x0: Any, x1: Any, reach: Any) -> Any:
    """As `reach.far`, of eight paths."""
    none = spread(0.0)
    return (x0 > none) & (x1 > none) & (x0 * x1 > spread(DEEPEST) * (reach * reach))


@part
def passes(bridge: Any, steps: Any, first_step: Any, block: Any, b: Any, course: Any, k: Any) -> Any:
    """Whether path `b`, number `k` of its strip, surely stays healthy, given its own uniforms."""
    x0, reach = block.slack[b], block.reach[b]
    for s in range(steps):
        x1 = course.equity[s, k] - course.asked[s, k]
        if not clear(bridge, b, first_step + s, x0, x1, reach):
            return False
        x0, reach = x1, course.reach[s, k]
    return True


@part
def keep_eight(
    bridge: Any, steps: Any, first_step: Any, block: Any, b: Any, record: Any, course: Any, k: Any
) -> Any:
    """Keep what the tile leaves of those of eight paths that stay healthy; who may not, packed."""
    least, none = spread(np.inf), spread(0.0)
    over, under = spread(np.inf), spread(1.0)  # of the lowest ratio
    alive = below_zero(record.closed_step, b)
    calm, x0, reach = alive, load(block.slack, b), load(block.reach, b)
    equity, asked = none, none
    for s in range(steps):
        equity, asked = load(course.equity[s], k), load(course.asked[s], k)
        x1 = equity - asked
        if bridge is None:
            calm = calm & (x1 > none)
        else:
            calm = calm & calm_between(x0, x1, reach)
            x0, reach = x1, load(course.reach[s], k)
        least = lower(least, equity)
        over, under = poorer(over, under, equity, asked)
    near = alive & ~calm
    if bridge is not None and packed(near) > 0:
        store(course.near, 0, where(near, spread(1.0), none))
        for lane in range(WIDTH):
            if course.near[lane] > 0.0 and passes(
                bridge, steps, first_step, block, b + lane, course, k + lane
            ):
                course.near[lane] = 0.0
        near = load(course.near, 0) > none
        calm = alive & ~near
    keep(calm, equity, block.equity, b)
    keep(calm, asked, block.ceiling, b)
    keep(calm, equity - asked, block.slack, b)
    keep(calm, equity, record.terminal_equity, b)
    keep(calm, lower(load(record.lowest_equity, b), least), record.lowest_equity, b)
    keep(calm, lower(load(record.lowest_ratio, b), over / under), record.lowest_ratio, b)
    for s in range(steps if block.trace.shape[0] > 0 else 0):
        row = block.trace[s]
        store(row, b, load(row, b) + where(near, none, load(course.equity[s], k)))
    return packed(near)


@inline
def list_eight(near: Any, b: Any, picked: Any, found: Any) -> Any:
    """Add to the `found` paths that are listed those of ``b .. b + 7`` that are near; how many they are."""
    for k in range(WIDTH if near > 0 else 0):
        picked[found] = b + k
        found += (near >> k) & 1
    return found


@part
def sweep(
    bridge: Any,
    rule: Any,
    book: Any,
    tile: Any,
    first_step: Any,
    block: Any,
    record: Any,
    steep: Any,
    course: Any,
) -> Any:
    """Let a tile pass for all who surely stay healthy; list the others in ``block.picked``; how many."""
    found, picked, steps = 0, block.picked, tile.marks.shape[0]
    whole, leaning = picked.size // WIDTH * WIDTH, None if bridge is None else steep
    brace(bridge, rule, book, tile, 0, block.quantity, block.reach, steep)
    if bridge is not None and tile.multiplier != bridge.multiplier:
        lean_on(rule, book, tile.multiplier, steep)
    for first in range(0, whole, STRIP):
        width = min(STRIP, whole - first)
        copy(block.cash[first : first + width], course.cash[:width])
        for p in range(book.asset.size):
            copy(block.quantity[p, first : first + width], course.quantity[p, :width])
        chart(rule, book, tile, block, first, width, course, leaning)
        for k in range(0, width, WIDTH):
            near = keep_eight(bridge, steps, first_step, block, first + k, record, course, k)
            found = list_eight(near, first + k, picked, found)
    for b in range(whole, picked.size):
        picked[found] = b
        found += 1
    return found
