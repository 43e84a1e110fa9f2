"""A tile in one pass for positions under isolated margin, for the paths on which all surely stay healthy.

The excess of a linear position whose requirement is convex in its notional is concave in the mark, and the
marks at which equity is at least so many times what is asked are an interval. So both are lowest at the
tile's lowest or highest mark: a position is asked there instead of after every step. Between steps it
surely does not cross where the lower of that and of the excess before the tile is deep enough for the
highest notional and variance of all steps at once.

Where it is not, the steps themselves are asked. Paths on which some position may come near are listed; there
those that may live step by step, one position after the other.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.arrays import Int2D
from stresskit.domain import Float1D, Float2D, Int1D
from stresskit.margin.bracket_chart import by_tiers, in_two_tiers, two_tiers
from stresskit.margin.brackets import maintenance_of
from stresskit.numerics.aligned import aligned
from stresskit.numerics.elementary import sqrt
from stresskit.numerics.held import value_of
from stresskit.numerics.jit import inline, kernel, part
from stresskit.numerics.lanes import (
    WIDTH,
    below_zero,
    higher,
    load,
    lower,
    magnitude,
    packed,
    root,
    spread,
    store,
    where,
)
from stresskit.simulate.bridge import ROUNDING, before
from stresskit.simulate.reach import DEEPEST, clear, lean_on
from stresskit.simulate.sweep import STRIP, keep, list_eight, poorer


class Abreast(NamedTuple):
    """What the positions' lives remember, side by side: columns of `Block` and `Record` (positions, paths).

    `place` (positions,): where they stand in the account's book; `suspect` (positions, paths): 1 where a
    position may have come near over the tile, 0 where not. Scratch of a strip of paths: `worth` (steps,
    strip), `ratio` (positions, strip), `low`, `high`, `loudest` and `near` (strip,); `steep` (4, positions of
    the book).
    """

    place: Int1D
    quantity: Float2D
    cash: Float2D
    equity: Float2D
    ceiling: Float2D
    slack: Float2D
    terminal_equity: Float2D
    lowest_ratio: Float2D
    closed_step: Int2D
    suspect: Float2D
    worth: Float2D
    ratio: Float2D
    low: Float1D
    high: Float1D
    loudest: Float1D
    near: Float1D
    steep: Float2D


def room_abreast(places: list[int], positions: int, steps: int, paths: int) -> Abreast:
    """Allocate for the positions at `places` of a book of so many."""
    many = len(places)
    rows, closed = (aligned((many, paths)) for _ in range(7)), aligned((many, paths), np.int64)
    scratch = aligned((steps, STRIP)), aligned((many, STRIP)), *(aligned((STRIP,)) for _ in range(4))
    columns: Any = (
        np.array(places, dtype=np.int64), *rows, closed, aligned((many, paths)), *scratch,
        np.zeros((4, positions)),
    )  # fmt: skip
    return Abreast(*columns)


@inline
def asked_of(rule: Any, p: Any, size: Any) -> Any:
    """What position `p` of eight paths asks at that notional."""
    tiers = two_tiers(rule, p)
    if packed(size > spread(tiers[4])) > 0:
        return by_tiers(rule, p, size, spread(0.0))
    return in_two_tiers(tiers, size, spread(0.0))


@inline
def walk_two(bridge: Any, tile: Any, i: Any, held: Any, strip: Any, side: Any, s: Any, t: Any) -> None:
    """Take step `s` into account, and `t` if there is one: what is kept of all steps is written once."""
    (cash, quantity), (first, width) = held, strip
    low, high, loudest = side.low, side.high, side.loudest
    for j in range(0, width, WIDTH):
        b = first + j
        own, size, mark = load(cash, b), load(quantity, b), load(tile.marks[s, i], b)
        store(side.worth[s], j, load(side.worth[s], j) + (own + size * mark))
        lowest, highest = lower(load(low, j), mark), higher(load(high, j), mark)
        if t is not None:
            mark = load(tile.marks[t, i], b)
            store(side.worth[t], j, load(side.worth[t], j) + (own + size * mark))
            lowest, highest = lower(lowest, mark), higher(highest, mark)
        store(low, j, lowest)
        store(high, j, highest)
        if bridge is not None:
            most = higher(load(loudest, j), load(tile.variance[s, i], b))
            if t is not None:
                most = higher(most, load(tile.variance[t, i], b))
            store(loudest, j, most)


@inline
def walk(bridge: Any, tile: Any, i: Any, held: Any, strip: Any, side: Any) -> None:
    """Add a position's equity after every step to `worth`; keep lowest and highest mark, highest variance.

    `held`: its cash and quantity, each (paths,).
    """
    (first, width), steps = strip, tile.marks.shape[0]
    for j in range(0, width, WIDTH):
        store(side.low, j, spread(np.inf))
        store(side.high, j, spread(0.0))
        if bridge is not None:
            store(side.loudest, j, load(bridge.variance[i], first + j))
    for s in range(0, steps - 1, 2):
        walk_two(bridge, tile, i, held, strip, side, s, s + 1)
    if steps % 2 > 0:
        walk_two(bridge, tile, i, held, strip, side, steps - 1, None)


@inline
def deep_enough(steep: Any, p: Any, notional: Any, deviation: Any, before: Any, least: Any) -> Any:
    """Which of eight paths surely do not cross at any step: none is of more notional and deviation."""
    edge, low, high = spread(steep[2, p]), spread(1.0 + steep[3, p]), spread(1.0 + steep[0, p])
    reach, floor = notional * where(notional > edge, high, low) * deviation, lower(before, least)
    return (floor > spread(0.0)) & (floor * floor > spread(DEEPEST) * (reach * reach))


@inline
def near_eight(bridge: Any, rule: Any, book: Any, tile: Any, side: Any, k: Any, b: Any, j: Any) -> Any:
    """Which of eight paths position `k` of those side by side may come near on; its ratio is kept."""
    p = side.place[k]
    i, cash, quantity = book.asset[p], load(side.cash[k], b), load(side.quantity[k], b)
    one, other = quantity * load(side.low, j), quantity * load(side.high, j)
    asked, more = asked_of(rule, p, magnitude(one)), asked_of(rule, p, magnitude(other))
    one, other = cash + one, cash + other
    least = lower(one - asked, other - more)
    alive, over, under = below_zero(side.closed_step[k], b), spread(np.inf), spread(1.0)
    over, under = poorer(over, under, one, asked)
    over, under = poorer(over, under, other, more)
    store(side.ratio[k], j, over / under)
    if bridge is None:
        return alive & ~(least > spread(0.0))
    deviation = root(load(side.loudest, j)) * spread(tile.multiplier * (1.0 + ROUNDING))
    notional = magnitude(quantity) * higher(load(side.high, j), load(bridge.marks[i], b))
    return alive & ~deep_enough(side.steep, p, notional, deviation, load(side.slack[k], b), least)


@inline
def keep_position(rule: Any, book: Any, tile: Any, side: Any, k: Any, b: Any, j: Any) -> None:
    """Keep what the tile leaves of position `k` of those of eight paths on which it stays healthy."""
    p, last = side.place[k], tile.marks.shape[0] - 1
    calm = below_zero(side.closed_step[k], b) & ~(load(side.suspect[k], b) > spread(0.0))
    value = load(side.quantity[k], b) * load(tile.marks[last, book.asset[p]], b)
    equity, asked = load(side.cash[k], b) + value, asked_of(rule, p, magnitude(value))
    keep(calm, equity, side.equity[k], b)
    keep(calm, asked, side.ceiling[k], b)
    keep(calm, equity - asked, side.slack[k], b)
    keep(calm, equity, side.terminal_equity[k], b)
    keep(calm, lower(load(side.lowest_ratio[k], b), load(side.ratio[k], j)), side.lowest_ratio[k], b)


@inline
def keep_eight(
    rule: Any, book: Any, tile: Any, side: Any, block: Any, record: Any, b: Any, j: Any, calm: Any
) -> None:
    """Keep what the tile leaves of eight paths: of calm positions, and of accounts on which all are calm."""
    steps, least = tile.marks.shape[0], spread(np.inf)
    for k in range(side.place.size):
        keep_position(rule, book, tile, side, k, b, j)
    for s in range(steps):
        least = lower(least, load(side.worth[s], j))
    last = load(side.worth[steps - 1], j)
    keep(calm, last, block.equity, b)
    keep(calm, last, record.terminal_equity, b)
    keep(calm, lower(load(record.lowest_equity, b), least), record.lowest_equity, b)


@part
def stays(bridge: Any, rule: Any, book: Any, tile: Any, first_step: Any, side: Any, k: Any, b: Any) -> Any:
    """Whether position `k` surely stays healthy on path `b`, step by step, given the path's own uniforms."""
    p = side.place[k]
    i, cash, quantity, x0 = book.asset[p], side.cash[k, b], side.quantity[k, b], side.slack[k, b]
    for s in range(tile.marks.shape[0]):
        marks, variance, _ = before(bridge, tile, s)
        value, size = quantity * tile.marks[s, i, b], abs(quantity * marks[i, b])
        asked = maintenance_of(rule, p, abs(value))[0] + abs(value) * rule.closing_fee[p]
        x1 = cash + value - asked * (1.0 + ROUNDING)
        slope = side.steep[3, p] if size <= side.steep[2, p] else side.steep[0, p]
        reach = size * (1.0 + slope) * sqrt(variance[i, b]) * tile.multiplier * (1.0 + ROUNDING)
        if not clear(bridge, b, first_step + s, x0, x1, reach):
            return False
        x0 = x1
    return True


@part
def look_closer(
    bridge: Any, rule: Any, book: Any, tile: Any, first_step: Any, side: Any, k: Any, b: Any
) -> None:
    """Of eight paths clear of suspicion those of which the steps themselves say that position `k` stays."""
    suspect = side.suspect[k]
    for q in range(b, b + WIDTH):
        if suspect[q] > 0.0 and stays(bridge, rule, book, tile, first_step, side, k, q):
            suspect[q] = 0.0


@part
def pass_strip(
    bridge: Any,
    rule: Any,
    book: Any,
    tile: Any,
    first_step: Any,
    side: Any,
    free: Any,
    first: Any,
    width: Any,
) -> None:
    """Mark in `suspect` and `near` on which paths of a strip positions, and any of them, may come near."""
    for j in range(0, width, WIDTH):
        store(side.near, j, spread(0.0))
        for s in range(tile.marks.shape[0]):
            store(side.worth[s], j, load(free, first + j))
    for k in range(side.place.size):
        i = book.asset[side.place[k]]
        walk(bridge, tile, i, (side.cash[k], side.quantity[k]), (first, width), side)
        for j in range(0, width, WIDTH):
            near = near_eight(bridge, rule, book, tile, side, k, first + j, j)
            store(side.suspect[k], first + j, where(near, spread(1.0), spread(0.0)))
            if bridge is not None and packed(near) > 0:
                look_closer(bridge, rule, book, tile, first_step, side, k, first + j)
            store(side.near, j, higher(load(side.near, j), load(side.suspect[k], first + j)))


@kernel
def pass_abreast(
    rule: Any,
    book: Any,
    tile: Any,
    first_step: Any,
    bridge: Any,
    side: Any,
    free: Any,
    block: Any,
    record: Any,
) -> int:
    """Let a tile pass for all paths on which nothing comes near; list the others in ``block.picked``.

    The tile's first step comes after `first_step`. Returns how many the others are. `rule`, `book`, `block`
    and `record` are the account's; `free` (paths,): USD that no position holds, from which the trace of the
    listed begins.
    """
    rules, books, seen, between = value_of(rule), value_of(book), value_of(tile), value_of(bridge)
    sides, state, outcome = value_of(side), value_of(block), value_of(record)
    found, picked, trace = 0, state.picked, state.trace
    whole = picked.size // WIDTH * WIDTH
    if between is not None:
        lean_on(rules, books, seen.multiplier, sides.steep)
    for first in range(0, whole, STRIP):
        width = min(STRIP, whole - first)
        pass_strip(between, rules, books, seen, first_step, sides, free, first, width)
        for j in range(0, width, WIDTH):
            near = load(sides.near, j) > spread(0.0)
            keep_eight(rules, books, seen, sides, state, outcome, first + j, j, ~near)
            found = list_eight(packed(near), first + j, picked, found)
    for b in range(whole, picked.size):
        for k in range(sides.place.size):
            sides.suspect[k, b] = 1.0
        picked[found] = b
        found += 1
    for s in range(seen.marks.shape[0]):
        for k in range(found):
            trace[s, picked[k]] = free[picked[k]]
    return found


@kernel
def trace_calm(book: Any, tile: Any, side: Any, k: Any, listed: Any, block: Any) -> None:
    """Add the equity of position `k` to the trace of those `listed` on which it is not suspect."""
    books, seen, sides, trace = value_of(book), value_of(tile), value_of(side), value_of(block).trace
    i = books.asset[sides.place[k]]
    for b in listed:
        if sides.suspect[k, b] == 0.0:
            cash, quantity = sides.cash[k, b], sides.quantity[k, b]
            for s in range(seen.marks.shape[0]):
                trace[s, b] += cash + quantity * seen.marks[s, i, b]
