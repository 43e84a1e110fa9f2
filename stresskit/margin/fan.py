"""The tails of all books of two assets, in the order of their directions.

The expected shortfall of a book x over a fixed set is the largest ``x . g`` over the means g of as many
scenarios as a tail holds: the support function of a polygon, whose corners are the tails that some book
has. There are hundreds of them. Once they are known in the order of the directions in which they are
farthest out, a book's tail is found by its direction alone: the answer is that of the whole set.

The corners are found from edge to edge: between two known ones the book that holds both for equal has a tail
of its own, or the two are neighbours.

Source: Dey, "Improved bounds for planar k-sets and related problems", Discrete & Computational Geometry 19
(1998), for the number of corners.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.arrays import Float1D, Float2D, Int1D
from stresskit.margin.breakdown import empty_breakdown
from stresskit.margin.far_scenarios import tail_of_book
from stresskit.margin.tail import add_slopes, weigh_mean
from stresskit.numerics.jit import allocating, inline, part

TURN = 4.0  # of a direction all the way round
CELLS = 4096  # by which a direction's sector is found
NEARLY = 1e-12  # of a tail's size: corners closer than this to an edge are on it


class Fan(NamedTuple):
    """Sectors of directions, from ``(1, 0)`` all the way round; none where a rule has no use for them.

    `begin` (sectors,): where each begins; `corner` (sectors, 2): mean loss of unit exposures in its tail;
    `first` (cells,): the sector in which each of `CELLS` equal parts of the turn begins.
    """

    begin: Float1D
    corner: Float2D
    first: Int1D


NO_FAN = Fan(np.zeros(0), np.zeros((0, 2)), np.zeros(0, dtype=np.int64))


@inline
def direction(x: Any, y: Any) -> Any:
    """A number from 0 to `TURN` that rises with the angle of the book."""
    along = x / (abs(x) + abs(y))
    return 1.0 - along if y >= 0.0 else 3.0 + along


@inline
def within(towards: Any, quarter: Any) -> Any:
    """The direction, kept in its quarter of the turn, of which it may be out by rounding."""
    if abs(towards - quarter) > 0.5 * TURN:
        towards += TURN if quarter > 1 else -TURN
    return min(max(towards, float(quarter)), quarter + 1.0)


@part
def corner_of(fan: Any, x: Any, y: Any) -> Any:
    """The tail of the book (x, y), which is not empty."""
    towards = direction(x, y)
    k = fan.first[min(int(towards * (CELLS / TURN)), CELLS - 1)]
    while k + 1 < fan.begin.size and fan.begin[k + 1] <= towards:
        k += 1
    return fan.corner[k, 0], fan.corner[k, 1]


@part
def corner_towards(scenarios: Any, book: Any, x: Any, y: Any, count: Any, breakdown: Any) -> Any:
    """The same, from the set."""
    book[0], book[1], gradient = x, y, breakdown.gradient
    _, edge, kept = tail_of_book(scenarios, book, count, 0, -1, breakdown)
    weight = breakdown.scratch[:kept]
    weigh_mean(breakdown.loss[:kept], count, edge, weight)
    gradient[:] = 0.0
    add_slopes(scenarios.losses, breakdown.tail[:kept], weight, 1.0, gradient)
    return gradient[0], gradient[1]


@allocating
def corners(scenarios: Any, count: Any, breakdown: Any) -> Any:
    """Corners (sectors, 2) and where their sectors begin (sectors,).

    Quarter by quarter: `waiting` holds the corners that are known ahead, the nearest last.
    """
    found, begin, book = np.empty((1024, 2)), np.empty(1024), np.empty(2)
    found[0] = corner_towards(scenarios, book, 1.0, 0.0, count, breakdown)
    begin[0], size = 0.0, 1
    waiting = np.empty((1024, 2))
    for quarter, (x, y) in enumerate(((0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0))):
        waiting[0], ahead = corner_towards(scenarios, book, x, y, count, breakdown), 1
        while ahead > 0:
            (one, other), (goal, beyond) = found[size - 1], waiting[ahead - 1]
            across, up = beyond - other, one - goal  # outward and at right angles to the edge
            far, breadth = abs(across) + abs(up), abs(one) + abs(other)
            if far > NEARLY * breadth:
                between = corner_towards(scenarios, book, across, up, count, breakdown)
                gain = across * (between[0] - one) + up * (between[1] - other)
                if gain > NEARLY * far * breadth:
                    waiting = with_room(waiting, ahead)
                    waiting[ahead] = between
                    ahead += 1
                    continue
                found, begin = with_room(found, size), with_room(begin, size)
                found[size] = goal, beyond
                begin[size] = max(within(direction(across, up), quarter), begin[size - 1])
                size += 1
            ahead -= 1
    return found[:size].copy(), begin[:size].copy()


@allocating
def with_room(rows: Any, used: Any) -> Any:
    """The rows, of which so many are used, in twice the memory where they fill it."""
    if used < rows.shape[0]:
        return rows
    return np.concatenate((rows, np.empty_like(rows)))


def fan_of(scenarios: Any, count: float) -> Fan:
    """The fan of a set of two assets with a tail of `count` scenarios; `NO_FAN` of other sets."""
    assets, size = scenarios.losses.shape
    if assets != 2:
        return NO_FAN
    corner, begin = corners(scenarios, count, empty_breakdown(2, 2, size))
    cells = np.arange(CELLS) * (TURN / CELLS)
    first = np.searchsorted(begin, cells, side="right") - 1
    return Fan(begin, corner, first.astype(np.int64))
