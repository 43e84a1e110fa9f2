"""Expected shortfall of one book over a fixed set of scenarios: the mean of its worst losses.

With `count` = scenarios * (1 - confidence) the tail is the `count` largest losses, the last one
weighted by the fraction that is left. The losses are laid out in columns of a few scenarios: of
the columns' maxima, the k-th largest is a lower bound of the k-th largest loss, so that only a few
columns have to be looked into. The order of every sum is fixed by that layout.

Source: Acerbi, Tasche, "On the coherence of expected shortfall", J. Banking & Finance 26 (2002).
"""

from typing import Any

import numpy as np

from stresskit.numerics.elementary import greater, smaller
from stresskit.numerics.jit import allocating, inline, part

STRETCH = 1000
FEW = 12  # scenarios too many: up to so many are given up one by one, more are sorted out
ROOM = 6  # scenarios more than needed that a bound aims at
TRIES, STEEPNESS = 8, 3.5  # to find one by counting; of the tails of losses
COLUMNS = 5  # columns per tail scenario: enough that the bound is close to the edge of the tail


@part
def select(values: Any, count: Any, rank: Any) -> Any:
    """The `rank`-th largest (from 0) of ``values[:count]``; permutes them (Hoare's quickselect)."""
    low, high = 0, count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            break
    return values[rank]


@part
def book_losses(losses: Any, exposure: Any, out: Any) -> None:
    """Fill out (scenarios,) with sum_i exposure[i] * losses[i], a stretch at a time that stays in L1."""
    for first in range(0, out.size, STRETCH):
        part_of = out[first : first + STRETCH]
        part_of[:] = 0.0
        for i in range(0, exposure.size - 1, 2):  # two at a time: half the passes, the same sums
            x, row = exposure[i], losses[i, first : first + STRETCH]
            y, other = exposure[i + 1], losses[i + 1, first : first + STRETCH]
            for s in range(part_of.size):
                part_of[s] = (part_of[s] + x * row[s]) + y * other[s]
        if exposure.size % 2 == 1:
            x, row = exposure[exposure.size - 1], losses[exposure.size - 1, first : first + STRETCH]
            for s in range(part_of.size):
                part_of[s] += x * row[s]


@part
def add_losses(base: Any, exposure: Any, losses: Any, out: Any) -> None:
    """Fill out (scenarios,) with base + exposure * losses."""
    for s in range(out.size):
        out[s] = base[s] + exposure * losses[s]


@part
def column_maxima(loss: Any, out: Any) -> None:
    """Largest loss of each column: scenarios j, j + columns, j + 2 columns ..."""
    columns = out.size
    for j in range(columns):
        out[j] = loss[j]
    for first in range(columns, loss.size, columns):
        row = loss[first : first + columns]
        for j in range(row.size):
            out[j] = greater(out[j], row[j])


@part
def gather(loss: Any, maxima: Any, bound: Any, tail: Any) -> Any:
    """Put the scenarios with a loss of at least `bound` into `tail`, column by column; return how many."""
    found, columns = 0, maxima.size
    for j in range(columns):
        if maxima[j] >= bound:
            for s in range(j, loss.size, columns):
                if loss[s] >= bound:
                    tail[found] = s
                    found += 1
    return found


@inline
def tail_size(count: Any) -> Any:
    """Number of scenarios in a tail of `count`, the one that counts in part included."""
    return int(count) + (count > int(count))


@part
def tail_mean(loss: Any, count: Any, guess: Any, scratch: Any, tail: Any) -> Any:
    """Mean of the `count` largest losses, the smallest of them, and how many there are.

    `guess`: about the smallest, if it is known; it changes the time alone. `scratch` (2 * scenarios,) and
    `tail` (scenarios,) are scratch; the tail's scenarios are left in ``tail[:kept]``.
    """
    needed = tail_size(count)
    columns = min(loss.size, needed * COLUMNS)
    maxima = scratch[:columns]
    column_maxima(loss, maxima)
    found = gather(loss, maxima, bound_of(maxima, needed, guess, scratch), tail)
    edge = edge_of(loss, tail[:found], needed, scratch)
    mean, kept = mean_above_edge(loss, count, edge, tail[:found])
    return mean, edge, kept


@part
def tail_among_few(loss: Any, count: Any, guess: Any, scratch: Any, tail: Any) -> Any:
    """As `tail_mean`, of so few scenarios that all are gone through, in their own order."""
    needed = tail_size(count)
    copy = scratch[: loss.size]
    for s in range(loss.size):
        copy[s] = loss[s]
    bound, found = bound_of(copy, needed, guess, scratch), 0
    for s in range(loss.size):
        tail[found] = s
        found += loss[s] >= bound
    edge = edge_of(loss, tail[:found], needed, scratch)
    mean, kept = mean_above_edge(loss, count, edge, tail[:found])
    return mean, edge, kept


@part
def bound_of(maxima: Any, needed: Any, guess: Any, scratch: Any) -> Any:
    """A level that at least `needed` of the columns' maxima reach, and hardly more.

    Found by counting from a guess above zero: a tail's size falls about as the level's STEEPNESS-th power.
    Else it is the `needed`-th largest itself. The maxima stand at the beginning of `scratch`.
    """
    columns, bound, wanted = maxima.size, guess, needed + ROOM
    for _ in range(TRIES if guess > 0.0 else 0):
        reached = 0
        for j in range(columns):
            reached += maxima[j] >= bound
        if needed <= reached <= needed + 2 * ROOM:
            return bound
        bound *= greater(smaller(1.0 + (reached / wanted - 1.0) / STEEPNESS, 1.3), 0.8)
    copy = scratch[columns : 2 * columns]
    for k in range(columns):
        copy[k] = maxima[k]
    return select(copy, columns, needed - 1)


@part
def edge_of(loss: Any, found: Any, needed: Any, scratch: Any) -> Any:
    """The `needed`-th largest of the losses of the scenarios `found`."""
    edge, spare = loss[found[0]], found.size - needed
    for k in range(found.size):
        scratch[k] = loss[found[k]]
        edge = smaller(edge, scratch[k])
    if spare > FEW:
        return select(scratch, found.size, needed - 1)
    while True:  # give up the smallest as long as enough are left
        above, following = 0, np.inf
        for k in range(found.size):
            beyond = scratch[k] > edge
            above += beyond
            following = smaller(following, scratch[k] if beyond else np.inf)
        if above < needed:
            return edge
        edge = following


@inline
def mean_above_edge(loss: Any, count: Any, edge: Any, tail: Any) -> Any:
    """Mean of the tail whose smallest loss is `edge`, and its size; keeps its scenarios in `tail`."""
    total, above, kept = 0.0, 0, 0
    for k in range(tail.size):
        s = tail[k]
        if loss[s] >= edge:
            tail[kept] = s
            kept += 1
        if loss[s] > edge:
            total += loss[s]
            above += 1
    return (total + (count - above) * edge) / count, kept


@inline
def tail_gradient(losses: Any, loss: Any, count: Any, edge: Any, tail: Any) -> Any:
    """Mean of losses (scenarios,) of a unit exposure over the book's tail: the Euler gradient of the ES.

    Scenarios exactly at the edge share what is left of the tail.
    """
    above, beyond, at_edge = 0, 0.0, 0.0
    for k in range(tail.size):
        s = tail[k]
        if loss[s] > edge:
            beyond += losses[s]
            above += 1
        else:
            at_edge += losses[s]
    return (beyond + (count - above) * at_edge / (tail.size - above)) / count


@inline
def quantile_gradient(losses: Any, loss: Any, edge: Any, tail: Any) -> Any:
    """Mean of losses (scenarios,) of a unit exposure over the scenarios exactly at the edge of the tail."""
    total, at_edge = 0.0, 0
    for k in range(tail.size):
        if loss[tail[k]] == edge:
            total += losses[tail[k]]
            at_edge += 1
    return total / at_edge


@allocating
def expected_shortfall(loss: Any, count: Any) -> Any:
    """Mean of the `count` largest of loss (scenarios,)."""
    scratch, tail = np.empty(2 * loss.size), np.empty(loss.size, dtype=np.int64)
    return tail_mean(loss, count, 0.0, scratch, tail)[0]
