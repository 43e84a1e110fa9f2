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

from stresskit.arrays import Float1D, Float2D, Short2D
from stresskit.margin.coarse_losses import add_coarse, coarse_losses, room_of
from stresskit.margin.tail import bound_of, column_maxima, columns_of, gather, tail_of_found, tail_size
from stresskit.numerics.elementary import sqrt
from stresskit.numerics.jit import part


class ScenarioSet(NamedTuple):
    """Losses of unit exposures in the order of their distance, the farthest first.

    `losses` (assets, scenarios): loss of a unit long exposure, those of a scenario side by side in memory;
    `distance` (scenarios,), rounded up; `root` (assets, assets): the lower triangular root of A; `level`:
    edge of a tail over the length of the book, roughly; `first`: how many scenarios are looked at first.

    `coarse` (assets, scenarios): the losses in units of `grain` (assets,), half of which is their error;
    `extreme` (assets,): the largest loss on either side.

    For bounds: `beyond`: how many scenarios can cost a book more than `cut` times its length; `moment`
    (assets, assets): A; `radius`: mean distance of as many scenarios as a tail holds, the farthest.
    """

    losses: Float2D
    distance: Float1D
    root: Float2D
    level: float
    first: int
    coarse: Short2D
    grain: Float1D
    extreme: Float1D
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
def look_at_first(scenarios: Any, exposure: Any, i: Any, k: Any, rough: Any, beside: Any) -> None:
    """Fill rough with the coarse losses of the first scenarios; see `tail_of_book`."""
    if k < 0:
        coarse_losses(scenarios, exposure, 0, rough)
        return
    others, known = beside.rough[k], beside.known[k]
    if rough.size > known:
        held, exposure[i] = exposure[i], 0.0
        coarse_losses(scenarios, exposure, known, others[known : rough.size])
        exposure[i], beside.known[k] = held, rough.size
    add_coarse(scenarios, others, exposure[i], i, rough)


@part
def tail_of_first(
    scenarios: Any, exposure: Any, count: Any, i: Any, k: Any, size: Any, guess: Any, breakdown: Any
) -> Any:
    """The tail among the first scenarios of the set."""
    rough, needed = breakdown.rough[0, :size], tail_size(count)
    look_at_first(scenarios, exposure, i, k, rough, breakdown.beside)
    maxima = breakdown.rough[1, : columns_of(needed, scenarios.distance.size)]
    column_maxima(rough, maxima)
    bound = bound_of(maxima, needed, guess, breakdown.rough[2])
    found = gather(rough, maxima, bound - 2.0 * room_of(scenarios, exposure), breakdown.tail)
    exact_losses(scenarios, exposure, breakdown.tail[:found], breakdown.loss)
    return tail_of_found(found, count, breakdown)


@part
def tail_of_book(scenarios: Any, exposure: Any, count: Any, i: Any, k: Any, breakdown: Any) -> Any:
    """Mean, edge and size of the tail of the book; with k >= 0 only asset `i` has changed since `k` began.

    The tail is left in ``breakdown.tail``, as places in the set, and ``breakdown.loss``; ``breakdown.last``
    says where the tail began, for lengths of 1: with it the next book's is found sooner.
    """
    length, size, last = length_of(scenarios.root, exposure), scenarios.first, breakdown.last
    edge = (last[0] if last[0] > 0.0 else scenarios.level) * length
    while True:
        mean, edge, kept = tail_of_first(scenarios, exposure, count, i, k, size, edge, breakdown)
        wanted = who_can_lose(scenarios, edge, length)
        if wanted <= size:
            break
        size = wanted
    last[0] = edge / length if length > 0.0 else 0.0
    return mean, edge, kept
