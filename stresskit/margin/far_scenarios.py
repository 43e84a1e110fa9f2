"""The scenarios of a set that can be in a book's tail: those that lie far enough out.

For any positive definite A a scenario l costs a book x at most ``sqrt(x' A x) * sqrt(l' A^-1 l)`` (Cauchy,
Schwarz): the length of the book times the Mahalanobis distance of the scenario. With A the scenarios' second
moment the edge of a tail is nearly the same multiple of the length for all books. So the scenarios are kept
in the order of their distance, and of each book only the first are looked at, the farthest; more of them if
one left out could be among the worst, which its distance tells. They are looked at coarsely, and those that
may be in the tail are computed in full: see `coarse_losses`. The order of every sum is that of the whole set:
what is left out changes the time, never a result.

While one position is closed the others stay: what they cost is looked at once, see `Beside` of the domain.
"""

from typing import Any, NamedTuple

from stresskit.arrays import Float1D, Float2D, Short3D
from stresskit.margin.coarse_losses import (
    LARGEST,
    LOWEST,
    SUM,
    add_coarse,
    coarse_losses,
    put_pairs,
    room_of,
    unit_of,
    whole,
)
from stresskit.margin.tail import bound_of, gather, tail_of_found, tail_size
from stresskit.numerics.elementary import sqrt
from stresskit.numerics.jit import part
from stresskit.numerics.sums import GROUP, LANES


class ScenarioSet(NamedTuple):
    """Losses of unit exposures in the order of their distance, the farthest first.

    `losses` (assets, scenarios): loss of a unit long exposure, those of a scenario side by side in memory;
    `distance` (scenarios,), rounded up; `root` (assets, assets): the lower triangular root of A; `level`:
    edge of a tail over the length of the book, roughly; `first`: how many scenarios are looked at first.

    `coarse` (blocks, pairs, 32): the losses in units of `grain` (assets,), see `coarse_losses`.

    For bounds: `beyond`: how many scenarios can cost a book more than `cut` times its length; `moment`
    (assets, assets): A; `radius`: mean distance of as many scenarios as a tail holds, the farthest.
    """

    losses: Float2D
    distance: Float1D
    root: Float2D
    level: float
    first: int
    coarse: Short3D
    grain: Float1D
    beyond: int
    cut: float
    moment: Float2D
    radius: float


@part
def length_of(root: Any, exposure: Any) -> Any:
    """``sqrt(x' A x)`` of a book."""
    total = 0.0
    for j in range(exposure.size):
        across = 0.0
        for i in range(j, exposure.size):
            across += root[i, j] * exposure[i]
        total += across * across
    return sqrt(total)


@part
def who_can_lose(scenarios: Any, bound: Any, length: Any) -> Any:
    """How many scenarios can cost a book of that length `bound` or more; they are the first."""
    distance, low, high = scenarios.distance, 0, scenarios.distance.size
    while low < high:
        middle = (low + high) // 2
        if distance[middle] * length >= bound:
            low = middle + 1
        else:
            high = middle
    return low


@part
def exact_losses(scenarios: Any, exposure: Any, places: Any, out: Any) -> None:
    """Fill out with what the scenarios at `places` cost the book."""
    losses = scenarios.losses
    for k in range(places.size):
        total, s = 0.0, places[k]
        for i in range(exposure.size):
            total += exposure[i] * losses[i, s]
        out[k] = total


@part
def look_beside(
    scenarios: Any, exposure: Any, length: Any, i: Any, k: Any, rough: Any, breakdown: Any
) -> Any:
    """Fill rough with the coarse losses of the first scenarios; return their unit.

    What the other assets cost stays as it was at the first of these looks, as long as its unit will do.
    """
    beside = breakdown.beside
    others, unit = beside.rough[k], beside.unit[k]
    fits = abs(exposure[i]) * scenarios.grain[i] <= LARGEST * unit
    if not fits or length * scenarios.distance[0] > SUM * unit or beside.known[k] == 0:
        beside.known[k] = 0
        unit = beside.unit[k] = unit_of(scenarios, exposure, length)
    known = beside.known[k]
    if rough.size > known:
        put_pairs(scenarios, exposure, i, unit, breakdown.pairs)
        coarse_losses(scenarios.coarse, breakdown.pairs, known, others[known : rough.size])
        beside.known[k] = rough.size
    add_coarse(scenarios.coarse, others, i, whole(exposure[i], scenarios.grain[i], unit), rough)
    return unit


@part
def look_at_first(
    scenarios: Any, exposure: Any, length: Any, i: Any, k: Any, rough: Any, breakdown: Any
) -> Any:
    """Fill rough with the coarse losses of the first scenarios; return their unit; see `tail_of_book`.

    There are whole groups of them; what is beyond the set costs nothing.
    """
    blocks = rough[: min(rough.size, scenarios.coarse.shape[0] * LANES)]
    if k >= 0:
        unit = look_beside(scenarios, exposure, length, i, k, blocks, breakdown)
    else:
        unit = unit_of(scenarios, exposure, length)
        put_pairs(scenarios, exposure, -1, unit, breakdown.pairs)
        coarse_losses(scenarios.coarse, breakdown.pairs, 0, blocks)
    for s in range(scenarios.distance.size, rough.size):
        rough[s] = LOWEST
    return unit


@part
def tail_of_first(
    scenarios: Any, exposure: Any, length: Any, count: Any, i: Any, k: Any, size: Any, guess: Any,
    breakdown: Any,
) -> Any:  # fmt: skip
    """The tail among the first `size` scenarios of the set, and some more; how many they are."""
    looked = -(-size // GROUP) * GROUP
    rough = breakdown.rough[0, :looked]
    unit = look_at_first(scenarios, exposure, length, i, k, rough, breakdown)
    bound = bound_of(rough, tail_size(count), guess / unit, breakdown.rough[1])
    level = max(bound - 2 * room_of(scenarios, exposure, unit), LOWEST + 1)
    found = gather(rough, level, breakdown.tail)
    exact_losses(scenarios, exposure, breakdown.tail[:found], breakdown.loss)
    mean, edge, kept = tail_of_found(found, count, breakdown)
    return mean, edge, kept, looked


@part
def tail_of_book(scenarios: Any, exposure: Any, count: Any, i: Any, k: Any, breakdown: Any) -> Any:
    """Mean, edge and size of the tail of the book; with k >= 0 only asset `i` has changed since `k` began.

    The tail is left in ``breakdown.tail``, as places in the set, and ``breakdown.loss``; ``breakdown.last``
    says where the tail began, for lengths of 1: with it the next book's is found sooner.
    """
    length, size, last = length_of(scenarios.root, exposure), scenarios.first, breakdown.last
    edge = (last[0] if last[0] > 0.0 else scenarios.level) * length
    while True:
        mean, edge, kept, looked = tail_of_first(
            scenarios, exposure, length, count, i, k, size, edge, breakdown
        )
        wanted = who_can_lose(scenarios, edge, length)
        if wanted <= looked:
            break
        size = wanted
    last[0] = edge / length if length > 0.0 else 0.0
    return mean, edge, kept
