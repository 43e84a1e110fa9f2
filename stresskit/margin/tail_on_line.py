"""Tails of the books on a line: one exposure changes, the others stay.

A scenario's loss is linear on the line, so that between two books it lies between its losses of both. With T
at most the k-th largest of the smaller of the two, at least k scenarios lose T or more of every book between:
only those that lose T of one of the ends can be in a tail. They are few, and kept in the order in which
`tail_mean` looks through the whole set.
"""

from typing import Any

from stresskit.margin.far_scenarios import length_of, who_can_lose
from stresskit.margin.tail import (
    COLUMNS,
    add_losses,
    book_losses,
    bound_of,
    tail_among_few,
    tail_size,
)
from stresskit.numerics.elementary import greater, smaller
from stresskit.numerics.jit import part


@part
def draw_line(
    scenarios: Any, exposure: Any, i: Any, rest: Any, count: Any, k: Any, looked_at: Any, breakdown: Any
) -> None:
    """Prepare line `k`: from the book of the exposures to one that holds `rest` of asset `i`.

    `looked_at`: how many of the book's losses stand in ``breakdown.loss``, if any.
    """
    unit, held, needed = scenarios.losses[i], exposure[i], tail_size(count)
    length = length_of(scenarios.root, exposure)
    exposure[i] = rest
    other = length_of(scenarios.root, exposure)
    exposure[i] = held
    maxima = breakdown.scratch[: min(scenarios.distance.size, needed * COLUMNS)]
    guess, size = scenarios.level * smaller(length, other), scenarios.first
    if looked_at > 0:
        size = looked_at
    for turn in range(2):  # a second time if those first in the set are not all that matter
        loss, base = breakdown.loss[:size], breakdown.base[:size]
        if turn > 0 or looked_at == 0:
            book_losses(scenarios.losses, exposure, loss)
        add_losses(loss, rest - held, unit, base)
        one, two = ends(loss, base, held, rest, exposure.size)
        maxima_of_smaller(one, two, maxima)
        bound = bound_of(maxima, needed, guess, breakdown.scratch)
        wanted = who_can_lose(scenarios, bound, greater(length, other))
        if wanted <= size:
            break
        guess, size = bound, wanted
    maxima_of_greater(one, two, maxima)
    line = breakdown.lines
    line.size[k] = gather_line(one, two, bound, maxima, base, unit, line.base[k], line.unit[k])
    line.edge[k], breakdown.last[1] = bound, 0.0


@part
def gather_line(
    one: Any, two: Any, bound: Any, maxima: Any, base: Any, unit: Any, base_out: Any, unit_out: Any
) -> Any:
    """Keep the scenarios that lose `bound` or more at one of the ends, column by column; how many."""
    found, columns = 0, maxima.size
    for j in range(columns):
        if maxima[j] >= bound:
            for s in range(j, one.size, columns):
                if greater(one[s], two[s]) >= bound:
                    base_out[found], unit_out[found] = base[s], unit[s]
                    found += 1
    return found


@part
def ends(loss: Any, base: Any, held: Any, rest: Any, assets: Any) -> Any:
    """The losses by which scenarios are chosen: those at both ends.

    Of one asset on one side all books have the same tail, that of the largest.
    """
    if assets > 1 or held * rest < 0.0:
        return loss, base
    return (loss, loss) if abs(held) >= abs(rest) else (base, base)


@part
def maxima_of_smaller(loss: Any, base: Any, out: Any) -> None:
    """Largest of each column of the smaller of two losses; see `tail.column_maxima`."""
    columns = out.size
    for j in range(columns):
        out[j] = smaller(loss[j], base[j])
    for first in range(columns, loss.size, columns):
        row, other = loss[first : first + columns], base[first : first + columns]
        for j in range(row.size):
            out[j] = greater(out[j], smaller(row[j], other[j]))


@part
def maxima_of_greater(loss: Any, base: Any, out: Any) -> None:
    """Largest of each column of the greater of two losses."""
    columns = out.size
    for j in range(columns):
        out[j] = greater(loss[j], base[j])
    for first in range(columns, loss.size, columns):
        row, other = loss[first : first + columns], base[first : first + columns]
        for j in range(row.size):
            out[j] = greater(out[j], greater(row[j], other[j]))


@part
def tail_on_line(k: Any, x: Any, count: Any, breakdown: Any) -> Any:
    """Mean, edge and size of the tail of the book on line `k` with `x` more of the asset than at its end.

    The tail is left in ``breakdown.tail``, as places in ``breakdown.loss`` and in the line's `unit`.
    """
    lines, loss = breakdown.lines, breakdown.loss[: breakdown.lines.size[k]]
    add_losses(lines.base[k], x, lines.unit[k], loss)
    mean, edge, kept = tail_among_few(loss, count, lines.edge[k], breakdown.scratch, breakdown.tail)
    lines.edge[k], breakdown.last[1] = edge, 0.0
    return mean, edge, kept
