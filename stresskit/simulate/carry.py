"""What positions earn or pay beside their prices: funding, and the basis of perpetuals over the index.

**Funding.** At the venue's times a perpetual of signed notional v pays ``v * rate``: longs pay a
positive rate, shorts receive it. v is quantity * mark; of an inverse contract the constant USD face,
whose payment in coin, face * rate / mark, is worth face * rate. The rate is the factor after the step
in which the payment falls, scaled from the interval of its calibration to the venue's, then held
between floor and cap. Several payments within one step are paid together at its end; where a venue
pays continuously, every step pays its share of the interval.

Order within a step: prices move and breaches up to its end are found, the bridge included, on the
cash before the payment; then the payment; then margin is evaluated again at the same marks.

**Basis.** The mark of a perpetual is the index times ``(1 + basis)``, relative to its own mark at the
start: ``m g`` with ``g = (1 + basis) / (1 + basis at the start)``. Equity follows that mark: a linear
unit of quantity is worth ``m (g - 1)`` more than at the index, an inverse one ``face (1 - 1/g)``. The
change is settled in cash, at the start of the step by convention, so that the bridge and the test at
the step's end see it; within a step the basis stands still. The requirement is taken at the index:
it errs by the basis itself, some hundredths of a percent of it.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D
from stresskit.numerics.jit import kernel, part

LEAST = 0.05  # of a perpetual's mark, as a fraction of the index


class Dues(NamedTuple):
    """Terms of one account, each (positions,).

    `interval`: seconds between payments, 0 where nothing is paid; `continuous`: 1 where each step pays
    its share of the interval; `first`: seconds from the start to the first payment; `cap`, `floor`: of
    the rate an interval; `share`: the venue's interval over that of the factor. `based`: 1 where the
    mark carries the basis, `origin`: the basis at the start. `step_s`: seconds a step.
    """

    interval: Float1D
    continuous: Float1D
    first: Float1D
    cap: Float1D
    floor: Float1D
    share: Float1D
    based: Float1D
    origin: Float1D
    step_s: float


@part
def payments(dues: Any, p: Any, step: Any) -> Any:
    """How many payments of position `p` fall into `step` (counted from 1); a share if continuous."""
    interval = dues.interval[p]
    if interval <= 0.0:
        return 0.0
    if dues.continuous[p] > 0.0:
        return dues.step_s / interval
    end = step * dues.step_s
    until = np.floor((end - dues.first[p]) / interval) + 1.0
    before = np.floor((end - dues.step_s - dues.first[p]) / interval) + 1.0
    return max(until, 0.0) - max(before, 0.0)


@part
def payment_falls(dues: Any, step: Any) -> Any:
    """Whether any position pays or receives funding in `step`."""
    found = False
    for p in range(dues.interval.size):
        found = found or payments(dues, p, step) > 0.0
    return found


@part
def pay_funding(dues: Any, book: Any, tile: Any, s: Any, step: Any, block: Any, record: Any) -> None:
    """Settle the payments of `step`, which is step `s` of the tile, in cash."""
    for p in range(book.asset.size):
        times = payments(dues, p, step)
        if times == 0.0:
            continue
        rates, marks, face = tile.funding[s, book.asset[p]], tile.marks[s, book.asset[p]], book.face[p]
        for b in range(rates.size):
            rate = min(max(rates[b] * dues.share[p], dues.floor[p]), dues.cap[p])
            value = block.quantity[p, b] * (face if face > 0.0 else marks[b])
            paid = times * rate * value
            block.cash[b] -= paid
            record.funding[b] += paid


@part
def settle_basis(dues: Any, book: Any, tile: Any, s: Any, block: Any, record: Any) -> None:
    """Settle in cash what the basis of step `s` of the tile gained since the step before.

    The slack stays a lower bound, also under a rule that charges what is owed, up to the whole of it.
    """
    for p in range(book.asset.size):
        if dues.based[p] == 0.0:
            continue
        basis, marks, face = tile.basis[s, book.asset[p]], tile.marks[s, book.asset[p]], book.face[p]
        for b in range(basis.size):
            ratio = max(1.0 + basis[b], LEAST) / (1.0 + dues.origin[p])
            premium = face * (1.0 - 1.0 / ratio) if face > 0.0 else marks[b] * (ratio - 1.0)
            gained = block.quantity[p, b] * (premium - block.premium[p, b])
            block.premium[p, b] = premium
            block.cash[b] += gained
            block.slack[b] += min(2.0 * gained, 0.0)
            record.basis_gain[b] += gained


@kernel
def hold_through(dues: Any, book: Any, tile: Any, first_step: Any, block: Any, record: Any) -> None:
    """What a book that nobody liquidates earns and pays over a tile: the cash and the record move on."""
    for s in range(tile.marks.shape[0]):
        settle_basis(dues, book, tile, s, block, record)
        pay_funding(dues, book, tile, s, first_step + s + 1, block, record)
