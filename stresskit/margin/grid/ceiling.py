"""The requirement of a whole block of paths: exact but for rounding, so that it certifies.

A position alone in its scope takes a few vector instructions (`lone`), a scope of several legs a few for
each leg and charge (`block_scope`).
"""

import math
from typing import Any

import numpy as np

from stresskit.domain import ceiling
from stresskit.margin.grid.block_scope import ROUNDING, add_scope
from stresskit.margin.grid.borrowing import loans_ceiling
from stresskit.margin.grid.table import GridTable
from stresskit.margin.grid.values import fill_leg
from stresskit.numerics.elementary import greater
from stresskit.numerics.jit import implements, inline, part


@part
def first_matter(slope: Any, deduction: Any) -> Any:
    """Size from which a line matters besides the first one."""
    size = np.inf
    for k in range(1, slope.size):
        if deduction[k] < np.inf:
            size = min(size, (deduction[k] - deduction[k - 1]) / (slope[k] - slope[k - 1]))
    return size


@part
def lone_requirement(rule: Any, p: Any, value: Any) -> Any:
    """Requirement of the position that is alone in its scope, and its slope in the value."""
    long = math.copysign(1.0, value) > 0.0
    slope = rule.long_slope[p] if long else rule.short_slope[p]
    deduction = rule.long_deduction[p] if long else rule.short_deduction[p]
    own, at = abs(value) * slope[0] - deduction[0], 0
    for k in range(1, slope.size):
        line = abs(value) * slope[k] - deduction[k]
        if line > own:
            own, at = line, k
    return own, slope[at] if long else -slope[at]


@part
def add_lone(rule: Any, p: Any, value: Any, total: Any) -> None:
    """Add the requirement of position `p` of this value (paths,), the largest of its lines."""
    further = min(
        first_matter(rule.long_slope[p], rule.long_deduction[p]),
        first_matter(rule.short_slope[p], rule.short_deduction[p]),
    )
    further *= 1.0 - ROUNDING
    above = 0
    if further < np.inf:
        for b in range(total.size):
            above += abs(value[b]) > further
    if above > 0:
        for b in range(total.size):
            total[b] += lone_requirement(rule, p, value[b])[0] * (1.0 + ROUNDING)
        return
    long, short = rule.long_slope[p, 0] * (1.0 + ROUNDING), -rule.short_slope[p, 0] * (1.0 + ROUNDING)
    for b in range(total.size):
        total[b] += greater(value[b] * long, value[b] * short)


@inline
def single(rule: Any, book: Any, s: Any) -> Any:
    """Whether scope `s` is one linear position with one line a side."""
    p = rule.lone[s]
    return p >= 0 and rule.long_slope.shape[1] == 1 and book.face[p] == 0.0


@inline
def add_singles(rule: Any, book: Any, tile: Any, step: Any, block: Any, p: Any, q: Any) -> None:
    """Add the requirement of the lone positions `p` and `q` (nothing where it is `p`)."""
    one, other, total, room = block.quantity[p], block.quantity[q], block.ceiling, 1.0 + ROUNDING
    marks, further = tile.marks[step, book.asset[p]], tile.marks[step, book.asset[q]]
    long, short = rule.long_slope[p, 0] * room, -rule.short_slope[p, 0] * room
    room = room if q != p else 0.0
    up, down = rule.long_slope[q, 0] * room, -rule.short_slope[q, 0] * room
    for b in range(total.size):
        value, more = one[b] * marks[b], other[b] * further[b]
        total[b] = (total[b] + greater(value * long, value * short)) + greater(more * up, more * down)


@part
def add_any(rule: Any, book: Any, tile: Any, step: Any, block: Any, s: Any) -> None:
    """Add the requirement of any scope."""
    p = rule.lone[s]
    if p >= 0:
        fill_leg(rule, book, tile, step, block, p, block.gross)
        add_lone(rule, p, block.gross, block.ceiling)
    else:
        add_scope(rule, s, book, tile, step, block)


@implements(ceiling, GridTable)
def grid_ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """Fill ``block.ceiling`` with the requirement of every path."""
    loans_ceiling(rule, book, tile, step, block)
    last = rule.lone.size - 1
    for s in range(0, last + 1, 2):  # two at a time: half the passes, the same sums
        r = min(s + 1, last)
        if single(rule, book, s) and single(rule, book, r):
            add_singles(rule, book, tile, step, block, rule.lone[s], rule.lone[r])
        else:
            for k in range(s, r + 1):
                add_any(rule, book, tile, step, block, k)
