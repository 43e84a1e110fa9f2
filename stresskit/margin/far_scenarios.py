"""The scenarios of a set that can be in a book's tail: those that lie far enough out.

For any positive definite A a scenario l costs a book x at most ``sqrt(x' A x) * sqrt(l' A^-1 l)`` (Cauchy,
Schwarz): the length of the book times the Mahalanobis distance of the scenario. With A the scenarios' second
moment the edge of a tail is nearly the same multiple of the length for all books. So the scenarios are kept
in the order of their distance, and of each book only the first are evaluated, the farthest; more of them if
one left out could be among the worst, which its distance tells. The order of every sum is that of the whole
set: what is left out changes the time, never a result.
"""

from typing import Any, NamedTuple

from stresskit.arrays import Float1D, Float2D, Single2D
from stresskit.margin.tail import book_losses, tail_among_few, tail_mean
from stresskit.numerics.elementary import sqrt
from stresskit.numerics.jit import inline, part

FEW = 2000  # scenarios


class ScenarioSet(NamedTuple):
    """A set of scenarios in the order of their distance, the farthest first.

    `losses` (assets, scenarios): loss of a unit long exposure; `distance` (scenarios,), rounded up; `root`
    (assets, assets): the lower triangular root of A; `level`: edge of a tail over the length of the book,
    roughly; `first`: how many scenarios are evaluated first.

    For bounds: `coarse` (assets, farthest): losses in single precision of those scenarios that can cost a
    book more than `beyond` times its length; `extreme` (assets,): the largest of them on either side;
    `moment` (assets, assets): A; `radius`: mean distance of the scenarios of a tail, at most.
    """

    losses: Float2D
    distance: Float1D
    root: Float2D
    level: float
    first: int
    coarse: Single2D
    beyond: float
    extreme: Float1D
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


@inline
def few(scenarios: Any) -> Any:
    """Whether so few scenarios matter, as of a few assets, that it does not pay to choose among them."""
    return scenarios.first <= FEW


@part
def tail_of_first(scenarios: Any, size: Any, exposure: Any, count: Any, guess: Any, breakdown: Any) -> Any:
    """The tail among the first scenarios of the set."""
    loss, scratch, tail = breakdown.loss[:size], breakdown.scratch, breakdown.tail
    book_losses(scenarios.losses, exposure, loss)
    if few(scenarios):
        return tail_among_few(loss, count, guess, scratch, tail)
    return tail_mean(loss, count, guess, scratch, tail)


@part
def tail_of_book(scenarios: Any, exposure: Any, count: Any, breakdown: Any) -> Any:
    """Mean, edge and size of the tail of the book; see `tail_mean`.

    The tail is left in ``breakdown.tail``, as places in ``breakdown.loss`` and in the set; ``breakdown.last``
    says where the tail began, for lengths of 1, and how many losses stand there.
    """
    length, size, last = length_of(scenarios.root, exposure), scenarios.first, breakdown.last
    guess = (last[0] if last[0] > 0.0 else scenarios.level) * length
    mean, edge, kept = tail_of_first(scenarios, size, exposure, count, guess, breakdown)
    wanted = who_can_lose(scenarios, edge, length)
    if wanted > size:
        size = wanted
        mean, edge, kept = tail_of_first(scenarios, size, exposure, count, edge, breakdown)
    last[0], last[1] = edge / length if length > 0.0 else 0.0, size
    return mean, edge, kept
