"""Books whose tails are known: the scenarios that can be in the tail of a book near one seen before.

From a book of exposures x0 with losses L, the losses of every book x with
``sum_i ((x_i - c x0_i) / d_i)**2 <= (c r)**2`` for some c > 0 lie, over c, within ``L_s -+ r D_s``,
``D_s = sqrt(sum_i (d_i l_is)**2)`` (Cauchy, Schwarz). With T the k-th largest of ``L - r D`` at least k
scenarios of every such book lose T or more, so that its k worst all have ``L + r D >= T``. Only these few
are evaluated. They are kept in the order in which `tail_mean` looks through the whole set, so that tail,
mean and slopes are the same to the last bit: what is known changes the time, never a result.

Of a few assets almost every book is near one that is known. Of many hardly one is and learning does not
pay: then there is no memory (`scratch.nothing_known`).

What is done for every book is inlined: to hand over a breakdown's arrays takes as long as to look at a
hundred scenarios.
"""

from typing import Any

from stresskit.margin.tail import (
    COLUMNS,
    book_losses,
    bound_of,
    edge_of,
    mean_above_edge,
    tail_mean,
)
from stresskit.numerics.elementary import greater, smaller, sqrt
from stresskit.numerics.jit import inline, part

WIDEST = 0.4  # r: how far a book may be from one that is known
NARROWER, WIDTHS = 0.7071, 8  # from one width that is tried to the next, and how many are
LEAST = 0.05  # of the largest exposure: the smallest d
ROUNDING = 1e-12  # of the gross exposure: room for rounding, so that no scenario is missed


@inline
def knows(known: Any) -> Any:
    """Whether there is a memory at all."""
    return known.size.size > 0


@inline
def within(known: Any, e: Any, exposure: Any) -> Any:
    """Whether the book lies near the one that entry `e` knows."""
    center, unit = known.center[e], known.unit[e]
    along = norm = whole = 0.0
    for i in range(exposure.size):
        x, x0 = exposure[i] * unit[i], center[i] * unit[i]
        along += x * x0
        norm += x0 * x0
    if not along > 0.0:
        return False
    c, reach = along / norm, known.reach[e]
    for i in range(exposure.size):
        off = (exposure[i] - c * center[i]) * unit[i]
        whole += off * off
    return whole <= (c * reach) * (c * reach)


@inline
def recall(known: Any, exposure: Any) -> Any:
    """The entry near which the book lies, the latest first; -1 if none does."""
    entries, latest = known.size.size, known.state[0]
    for k in range(entries):
        e = latest - k if k <= latest else latest - k + entries
        if known.size[e] > 0 and within(known, e, exposure):
            known.state[0] = e
            return e
    return -1


@part
def lengths(exposure: Any, out: Any) -> Any:
    """Fill out (assets,) with the d of a book; its gross exposure."""
    gross = largest = 0.0
    for i in range(exposure.size):
        gross += abs(exposure[i])
        largest = greater(largest, abs(exposure[i]))
    for i in range(exposure.size):
        out[i] = greater(abs(exposure[i]), LEAST * largest)
    return gross


@part
def spread_of(losses: Any, length: Any, out: Any) -> None:
    """Fill out (scenarios,) with D."""
    out[:] = 0.0
    for i in range(length.size):
        d, row = length[i], losses[i]
        for s in range(out.size):
            out[s] += (d * row[s]) * (d * row[s])
    for s in range(out.size):
        out[s] = sqrt(out[s])


@part
def extreme_maxima(loss: Any, spread: Any, r: Any, out: Any) -> None:
    """Largest ``loss + r * spread`` of each column."""
    columns = out.size
    for j in range(columns):
        out[j] = loss[j] + r * spread[j]
    for first in range(columns, loss.size, columns):
        row, off = loss[first : first + columns], spread[first : first + columns]
        for j in range(row.size):
            out[j] = greater(out[j], row[j] + r * off[j])


@part
def candidates(loss: Any, spread: Any, r: Any, maxima: Any, bound: Any, room: Any, out: Any) -> Any:
    """Put the scenarios that can reach `bound` into `out`, column by column; how many, -1 beyond `room`."""
    found, columns = 0, maxima.size
    for j in range(columns):
        if maxima[j] >= bound:
            for s in range(j, loss.size, columns):
                if loss[s] + r * spread[s] >= bound:
                    if found == room:
                        return -1
                    out[found] = s
                    found += 1
    return found


@part
def learn(losses: Any, exposure: Any, needed: Any, breakdown: Any) -> None:
    """Keep what can be in the tail around the book just evaluated in full, as far around as there is room."""
    known, loss, spread, scratch = breakdown.known, breakdown.loss, breakdown.base, breakdown.scratch
    room, gross = known.rows.shape[2], lengths(exposure, breakdown.length)
    if 2 * needed > room or not gross > 0.0:
        return
    spread_of(losses, breakdown.length, spread)
    maxima = scratch[: min(loss.size, needed * COLUMNS)]
    for width in range(max(known.state[2] - 1, 0), WIDTHS):
        r = WIDEST * NARROWER**width
        extreme_maxima(loss, spread, -r, maxima)
        bound = bound_of(maxima, needed, scratch) - ROUNDING * gross
        extreme_maxima(loss, spread, r, maxima)
        found = candidates(loss, spread, r, maxima, bound, room, breakdown.picked)
        if found >= 0:
            keep(known, losses, exposure, r, breakdown.picked[:found], breakdown.tail[:needed], breakdown)
            known.state[2] = width
            return
    known.state[2] = WIDTHS


@part
def keep(known: Any, losses: Any, exposure: Any, r: Any, picked: Any, tail: Any, breakdown: Any) -> None:
    """Write an entry, over the oldest one if all are taken."""
    e, t = known.state[1], 0
    known.state[0], known.state[1] = e, (e + 1) % known.size.size
    known.size[e], known.reach[e] = picked.size, r
    for i in range(exposure.size):
        known.center[e, i] = exposure[i]
        known.unit[e, i] = 1.0 / breakdown.length[i]
        row, source = known.rows[e, i], losses[i]
        for k in range(picked.size):
            row[k] = source[picked[k]]
    for k in range(picked.size):  # both stand in the order of the columns
        if t < tail.size and picked[k] == tail[t]:
            known.tail[e, t] = k
            t += 1


@inline
def known_tail(known: Any, e: Any, exposure: Any, count: Any, needed: Any, breakdown: Any) -> Any:
    """As `tail_mean`, among the scenarios of entry `e`; the last tail's smallest loss bounds the edge."""
    loss, tail, last = breakdown.loss[: known.size[e]], breakdown.tail, known.tail[e]
    book_losses(known.rows[e], exposure, loss)
    bound = loss[last[0]]
    for k in range(1, needed):
        bound = smaller(bound, loss[last[k]])
    found = 0
    for s in range(loss.size):
        tail[found] = s
        found += loss[s] >= bound
    edge = edge_of(loss, tail[:found], needed, breakdown.scratch)
    mean, kept = mean_above_edge(loss, count, edge, tail[:found])
    for k in range(needed):
        last[k] = tail[k]
    return mean, edge, kept


@inline
def tail_of_book(losses: Any, exposure: Any, count: Any, breakdown: Any) -> Any:
    """Mean, edge and size of the tail of the book, and the entry among whose scenarios it was found.

    The tail is left in ``breakdown.tail``, as places in ``breakdown.loss`` and in the entry's rows, or in
    `losses` (assets, scenarios) where the entry is -1.
    """
    needed = int(count) + (count > int(count))
    e = recall(breakdown.known, exposure)
    if e >= 0:
        mean, edge, kept = known_tail(breakdown.known, e, exposure, count, needed, breakdown)
        return mean, edge, kept, e
    book_losses(losses, exposure, breakdown.loss)
    mean, edge, kept = tail_mean(breakdown.loss, count, breakdown.scratch, breakdown.tail)
    if knows(breakdown.known):
        learn(losses, exposure, needed, breakdown)
    return mean, edge, kept, -1
