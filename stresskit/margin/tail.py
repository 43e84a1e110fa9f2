"""Expected shortfall of one book over a fixed set of scenarios: the mean of its worst losses.

With `count` = scenarios * (1 - confidence) the tail is the `count` largest losses, the last one
weighted by the fraction that is left. Where the tail begins is found by counting from a guess; the order of
every sum is that of the scenarios.

Source: Acerbi, Tasche, "On the coherence of expected shortfall", J. Banking & Finance 26 (2002).
"""

from typing import Any

import numpy as np

from stresskit.numerics.elementary import greater, smaller
from stresskit.numerics.jit import inline, part
from stresskit.numerics.lanes import WIDTH, least_of, load, spread, sum_of, where
from stresskit.numerics.sums import GROUP, bits_in, lowest_bit, reaching

FEW = 24  # scenarios too many: up to so many are given up one by one, more are sorted out
ROOM = 3  # scenarios more than needed that a bound aims at
TRIES, STEEPNESS = 8, 4.5  # to find one by counting; of the tails of losses
HIGHEST = 2.0**30  # whole units, that no bound exceeds


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
def gather(loss: Any, bound: Any, tail: Any) -> Any:
    """Put the places of losses of at least `bound` into `tail`; return how many. Losses are whole groups."""
    found = 0
    for first in range(0, loss.size, GROUP):
        bits = reaching(loss, first, bound)
        while bits != 0:
            tail[found] = first + lowest_bit(bits)
            found += 1
            bits &= bits - 1
    return found


@inline
def tail_size(count: Any) -> Any:
    """Number of scenarios in a tail of `count`, the one that counts in part included."""
    return int(count) + (count > int(count))


@part
def tail_of_found(found: Any, count: Any, breakdown: Any) -> Any:
    """Mean, edge and size of the tail, all of which is among what was found; only the tail is kept."""
    loss, tail = breakdown.loss, breakdown.tail
    edge = edge_of(loss, found, tail_size(count), breakdown.scratch)
    total, above, kept = 0.0, 0, 0
    for k in range(found):
        one = loss[k]
        total += one if one > edge else 0.0
        above += one > edge
        loss[kept], tail[kept] = one, tail[k]
        kept += one >= edge
    return (total + (count - above) * edge) / count, edge, kept


@part
def bound_of(loss: Any, needed: Any, guess: Any, spare: Any) -> Any:
    """A level that at least `needed` of the losses reach, and hardly more.

    Found by counting from a guess above zero: a tail's size falls about as the level's STEEPNESS-th power,
    and then by a line through two counts. Else it is the `needed`-th largest itself. `spare` (losses,) is
    scratch.
    """
    level, wanted = smaller(guess, HIGHEST), needed + ROOM
    last, before = 0.0, wanted
    for turn in range(TRIES if guess > 0.0 else 0):
        reached, bound = 0, int(level)
        for first in range(0, loss.size, GROUP):
            reached += bits_in(reaching(loss, first, bound))
        if needed <= reached <= needed + 2 * ROOM:
            return bound
        if turn > 0 and (reached - before) * (last - level) > 0.0:
            change = 1.0 + (last - level) / level * (reached - wanted) / (reached - before)
        else:
            change = 1.0 + (reached / wanted - 1.0) / STEEPNESS
        last, before = level, reached
        level = smaller(level * greater(smaller(change, 1.3), 0.8), HIGHEST)
    for s in range(loss.size):
        spare[s] = loss[s]
    return int(select(spare, loss.size, needed - 1))


@part
def next_above(values: Any, count: Any, level: Any) -> Any:
    """How many of the first `count` values are above `level`, and the smallest of them; `count` in eights."""
    above, following, all_of_it = spread(0.0), spread(np.inf), spread(level)
    for k in range(0, count, WIDTH):
        one = load(values, k)
        beyond = one > all_of_it
        above = above + where(beyond, spread(1.0), spread(0.0))
        following = where(beyond & (following > one), one, following)
    return sum_of(above), least_of(following)


@part
def edge_of(loss: Any, found: Any, needed: Any, scratch: Any) -> Any:
    """The `needed`-th largest of the first `found` losses."""
    for k in range(found):
        scratch[k] = loss[k]
    if found - needed > FEW:
        return select(scratch, found, needed - 1)
    count = -(-found // WIDTH) * WIDTH
    for k in range(found, count):
        scratch[k] = -np.inf
    edge, following = -np.inf, -np.inf
    above = found
    while above >= needed:  # give up the smallest as long as enough are left
        edge = following
        above, following = next_above(scratch, count, edge)
    return edge


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
    """Add `share` times the weighted losses (assets, scenarios) of the places to out (assets,).

    Four assets at a time: their sums stand in registers, and none waits for another.
    """
    last = out.size - 1
    for i in range(0, last + 1, 4):
        j, k, m = min(i + 1, last), min(i + 2, last), min(i + 3, last)
        one = two = three = four = 0.0
        for n in range(places.size):
            s, part_of = places[n], share * weight[n]
            one += part_of * losses[i, s]
            two += part_of * losses[j, s]
            three += part_of * losses[k, s]
            four += part_of * losses[m, s]
        out[i] += one
        if j > i:
            out[j] += two
        if k > j:
            out[k] += three
        if m > k:
            out[m] += four


@part
def slope_along(unit: Any, places: Any, weight: Any) -> Any:
    """The weighted losses of a unit exposure (scenarios,) at the places."""
    total = 0.0
    for k in range(places.size):
        total += weight[k] * unit[places[k]]
    return total
