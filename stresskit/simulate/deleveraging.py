"""Auto-deleveraging: the venue closes winning legs to pay for others' bankruptcies.

Others hold positions that are bankrupt once an asset has moved by `move` from where it stood at the onset.
Beyond, each USD of their `notional` is short by what the move exceeds: the insurance fund pays until the
sum over the assets is more than it has. What closings of this account itself cost beyond its equity, less
what its takeovers left, is drawn from the same fund. From then on the legs that won by such a move, and stand
in profit since their entry, are closed: the share `share` of each, once an asset and path, at the bankruptcy
price of the others or at the mark. The account keeps its losing legs, and its margin is looked at again.

Binance and BitMEX close at the bankruptcy price of the liquidated order, Hyperliquid at the mark before.
Venues rank by profit times leverage: ``(profit / entry value) * (value / equity)``. The legs of one account
have the same equity, so they go in the order of profit rate times value, until `most` USD of the asset are
closed. Against all other traders the rank is not known, and how far down the queue a venue comes is not
published, so the share is stated: on 10 October 2025 the median leverage of what was closed was 0.2.

Sources: Binance support FAQ 360033525471; BitMEX, "Auto-Deleveraging"; Hyperliquid documentation,
"Auto-deleveraging"; HyperMultiAssetedADL, reconstruction of 10 October 2025.
"""

from typing import Any, NamedTuple

from stresskit.domain import Float1D, Float2D, Int1D
from stresskit.numerics.jit import part
from stresskit.numerics.notional import unit_notional


class Queue(NamedTuple):
    """Terms as in `stresskit.domain.Deleveraging`, and the state of one life.

    `drawn` (paths,): what other positions of the account, each a life of its own, drew from the fund. `entry`
    (positions,): entry price over the mark at the start; `reference` (assets, paths): marks at the onset;
    `taken` (assets, paths): 1 where the winning legs were closed; `struck` (paths,): the last step at which
    any were; `rank` (positions,): scratch.
    """

    move: float
    fund: float
    notional: float
    share: float
    at_mark: float
    most: float
    drawn: Float1D
    entry: Float1D
    reference: Float2D
    taken: Float2D
    struck: Int1D
    rank: Float1D


@part
def unpaid(queue: Any, marks: Any, b: Any, record: Any) -> Any:
    """What bankruptcies, the account's own among them, cost beyond the fund, USD."""
    total = max(queue.drawn[b] + record.shortfall[b] - record.fund[b], 0.0)
    for i in range(marks.shape[0]):
        move = abs(marks[i, b] / queue.reference[i, b] - 1.0)
        total += queue.notional * max(move - queue.move, 0.0)
    return total - queue.fund


@part
def take(
    queue: Any, book: Any, block: Any, b: Any, p: Any, mark: Any, price: Any, room: Any, record: Any
) -> Any:
    """Close the share of position `p` at `price`, at most `room` USD of it; return the room left."""
    amount = queue.share * block.quantity[p, b]
    value = abs(amount) * unit_notional(book.face[p], mark)
    if value > room:
        amount *= room / value
        value = room
    lost = amount * (mark - price)
    block.quantity[p, b] -= amount
    block.cash[b] += amount * price
    record.adl_notional[b] += value
    record.adl_loss[b] += lost
    return room - value


@part
def line_up(queue: Any, book: Any, block: Any, b: Any, i: Any, move: Any, mark: Any) -> None:
    """Fill `rank` (positions,): profit rate times value of the winning legs of asset `i`, 0 of others."""
    for p in range(book.asset.size):
        held, queue.rank[p] = block.quantity[p, b], 0.0
        if book.asset[p] == i and held * move > 0.0:
            profit = max(held * (mark - queue.entry[p]), 0.0)
            queue.rank[p] = profit / queue.entry[p] * unit_notional(book.face[p], mark)


@part
def next_in_line(rank: Any) -> Any:
    """The leg with the highest rank, the first of equals, which leaves the line; -1 if nobody is in it."""
    found, best = -1, 0.0
    for p in range(rank.size):
        if rank[p] > best:
            found, best = p, rank[p]
    if found >= 0:
        rank[found] = 0.0
    return found


@part
def take_winners(queue: Any, book: Any, marks: Any, step: Any, block: Any, b: Any, record: Any) -> None:
    """Close the winning legs of path `b` whose asset moved far enough."""
    for i in range(marks.shape[0]):
        mark, start = marks[i, b], queue.reference[i, b]
        move = mark / start - 1.0
        if queue.taken[i, b] > 0.0 or abs(move) <= queue.move:
            continue
        bankrupt = start * (1.0 + (queue.move if move > 0.0 else -queue.move))
        price = mark if queue.at_mark > 0.0 else bankrupt
        line_up(queue, book, block, b, i, move, mark)
        room, p = queue.most, next_in_line(queue.rank)
        while p >= 0 and room > 0.0:
            room = take(queue, book, block, b, p, mark, price, room, record)
            queue.taken[i, b] = 1.0
            queue.struck[b] = step
            p = next_in_line(queue.rank)
    if queue.struck[b] == step and record.adl_step[b] < 0:
        record.adl_step[b] = step


@part
def deleverage(queue: Any, book: Any, tile: Any, s: Any, step: Any, block: Any, record: Any) -> None:
    """Deleverage every path at step `s` of the tile."""
    marks = tile.marks[s]
    for b in range(block.cash.size):
        if record.closed_step[b] < 0 and unpaid(queue, marks, b, record) > 0.0:
            take_winners(queue, book, marks, step, block, b, record)
