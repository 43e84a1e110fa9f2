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
from stresskit.numerics.jit import inline, part

FEW = 12  # scenarios too many: up to so many are given up one by one, more are sorted out
ROOM = 3  # scenarios more than needed that a bound aims at
TRIES, STEEPNESS = 8, 4.5  # to find one by counting; of the tails of losses
COLUMNS = 10  # columns per tail scenario: enough that the bound is close to the edge of the tail


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
def add_losses(base: Any, exposure: Any, losses: Any, out: Any) -> None:
    """Fill out (scenarios,) with base + exposure * losses."""
    for s in range(out.size):
        out[s] = base[s] + exposure * losses[s]


@part
def column_maxima(loss: Any, out: Any) -> None:
    """Largest loss of each column: scenarios j, j + columns, j + 2 columns ..."""
    for j in range(out.size):
        out[j] = loss[j]
    for first in range(out.size, loss.size, out.size):
        row = loss[first : first + out.size]
        for j in range(row.size):
            out[j] = greater(out[j], row[j])


@part
def gather(loss: Any, maxima: Any, bound: Any, tail: Any) -> Any:
    """Put the places of losses of at least `bound` into `tail`, column by column; return how many."""
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


@inline
def columns_of(needed: Any, scenarios: Any) -> Any:
    """Into how many columns a set is laid out: always as many, so that no sum changes its order."""
    return min(scenarios, needed * COLUMNS)


@part
def tail_among(every: Any, count: Any, guess: Any, breakdown: Any) -> Any:
    """Mean, edge and size of the tail of the losses `every`, which are so few that all are gone through.

    `guess`: about the edge, if it is known; it changes the time alone. The tail is left in
    ``breakdown.tail``, as places in `every`, and ``breakdown.loss``.
    """
    scratch, tail, loss = breakdown.scratch, breakdown.tail, breakdown.loss
    copy = scratch[: every.size]
    for s in range(every.size):
        copy[s] = every[s]
    bound, found = bound_of(copy, tail_size(count), guess, scratch[every.size :]), 0
    for s in range(every.size):
        tail[found], loss[found] = s, every[s]
        found += every[s] >= bound
    return tail_of_found(found, count, breakdown)


@part
def tail_of_found(found: Any, count: Any, breakdown: Any) -> Any:
    """Mean, edge and size of the tail, all of which is among what was found; only the tail is kept."""
    loss, tail, scratch = breakdown.loss[:found], breakdown.tail[:found], breakdown.scratch[:found]
    edge = edge_of(loss, tail_size(count), scratch)
    total, above, kept = 0.0, 0, 0
    for k in range(found):
        if loss[k] > edge:
            total += loss[k]
            above += 1
        if loss[k] >= edge:
            loss[kept], tail[kept] = loss[k], tail[k]
            kept += 1
    return (total + (count - above) * edge) / count, edge, kept


@part
def bound_of(maxima: Any, needed: Any, guess: Any, spare: Any) -> Any:
    """A level that at least `needed` of the columns' maxima reach, and hardly more.

    Found by counting from a guess above zero: a tail's size falls about as the level's STEEPNESS-th power.
    Else it is the `needed`-th largest itself. `spare` (columns,) is scratch.
    """
    columns, bound, wanted = maxima.size, maxima.dtype.type(guess), needed + ROOM
    for _ in range(TRIES if guess > 0.0 else 0):
        reached = 0
        for j in range(columns):
            reached += maxima[j] >= bound
        if needed <= reached <= needed + 2 * ROOM:
            return bound
        change = greater(smaller(1.0 + (reached / wanted - 1.0) / STEEPNESS, 1.3), 0.8)
        bound = maxima.dtype.type(bound * change)
    copy = spare[:columns]
    for k in range(columns):
        copy[k] = maxima[k]
    return select(copy, columns, needed - 1)


@part
def edge_of(loss: Any, needed: Any, scratch: Any) -> Any:
    """The `needed`-th largest of the losses."""
    edge, spare = loss[0], loss.size - needed
    for k in range(loss.size):
        scratch[k] = loss[k]
        edge = smaller(edge, loss[k])
    if spare > FEW:
        return select(scratch, loss.size, needed - 1)
    while True:  # give up the smallest as long as enough are left
        above, following = 0, np.inf
        for k in range(loss.size):
            beyond = loss[k] > edge
            above += beyond
            following = smaller(following, loss[k] if beyond else np.inf)
        if above < needed:
            return edge
        edge = following


@part
def weigh_mean(loss: Any, count: Any, edge: Any, weight: Any) -> None:
    """What each loss of a tail counts in its mean; those exactly at the edge share what is left of it."""
    above = 0
    for k in range(loss.size):
        above += loss[k] > edge
    rest = (count - above) / (loss.size - above)
    for k in range(loss.size):
        weight[k] = (1.0 if loss[k] > edge else rest) / count


@part
def weigh_edge(loss: Any, edge: Any, weight: Any) -> None:
    """What each loss of a tail counts in its smallest one; those exactly at the edge share it."""
    level = 0
    for k in range(loss.size):
        level += loss[k] == edge
    for k in range(loss.size):
        weight[k] = (1.0 if loss[k] == edge else 0.0) / level


@part
def add_slopes(losses: Any, places: Any, weight: Any, share: Any, out: Any) -> None:
    """Add `share` times the weighted losses (assets, scenarios) of the places to out (assets,)."""
    for k in range(places.size):
        s, part_of = places[k], share * weight[k]
        for i in range(out.size):
            out[i] += part_of * losses[i, s]


@part
def slope_along(unit: Any, places: Any, weight: Any) -> Any:
    """The weighted losses of a unit exposure (scenarios,) at the places."""
    total = 0.0
    for k in range(places.size):
        total += weight[k] * unit[places[k]]
    return total
