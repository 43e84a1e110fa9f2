"""What the owner of an account does when it comes near to liquidation: top up, or reduce.

After all looks of a step the owner sees equity over maintenance. At or below `ratio` an action is on its
way; `delay` steps later, again after the looks of that step, it happens: `amount` USD arrive, or the share
`share` of every position is closed by orders, at half-spread and impact but without a liquidation fee. It
happens `times` times at most, one at a time, and not to an account that was shut meanwhile. What an owner
closes leaves no permanent impact. Under the same terms an owner calls for money of another account of
theirs, which `stresskit.simulate.transfers` moves.
"""

from typing import Any, NamedTuple

from stresskit.domain import Int1D
from stresskit.liquidation.execution import slippage
from stresskit.numerics.jit import part
from stresskit.numerics.notional import unit_notional


class Habit(NamedTuple):
    """One kind of action: at which `ratio` (0: never), after how many steps, how often.

    `due` (paths,): step at which it happens, -1 where none is on its way; `woken` (paths,): how often it
    was set off.
    """

    ratio: float
    delay: int
    times: int
    due: Int1D
    woken: Int1D


class Owner(NamedTuple):
    """`top_up` of `amount` USD, `cut` of the share `share` of every position, `call` for a transfer."""

    top_up: Habit
    amount: float
    cut: Habit
    share: float
    call: Habit


@part
def wakes(habit: Any, b: Any, equity: Any, maintenance: Any) -> Any:
    """Whether the ratio sets the habit off on path `b`."""
    idle = habit.ratio > 0.0 and habit.due[b] < 0 and habit.woken[b] < habit.times
    return idle and equity <= habit.ratio * maintenance


@part
def set_off(habit: Any, b: Any, step: Any, equity: Any, maintenance: Any) -> None:
    """Put the action on its way if the ratio says so."""
    if wakes(habit, b, equity, maintenance):
        habit.due[b] = step + habit.delay
        habit.woken[b] += 1


@part
def due(habit: Any, b: Any, step: Any) -> Any:
    """Whether the action happens now; then it is no longer on its way."""
    now = 0 <= habit.due[b] <= step
    if now:
        habit.due[b] = -1
    return now


@part
def add_cash(owner: Any, block: Any, b: Any, record: Any) -> None:
    """The amount arrives."""
    block.cash[b] += owner.amount
    block.equity[b] += owner.amount
    record.top_up[b] += owner.amount


@part
def reduce(owner: Any, book: Any, marks: Any, block: Any, b: Any, record: Any) -> None:
    """Close the share of every position at the market."""
    for p in range(book.asset.size):
        amount, mark = owner.share * block.quantity[p, b], marks[book.asset[p], b]
        value = abs(amount) * unit_notional(book.face[p], mark)
        cost = slippage(book, p, value)
        block.quantity[p, b] -= amount
        block.cash[b] += amount * mark - cost
        block.equity[b] -= cost
        record.cut_notional[b] += value
        record.cut_cost[b] += cost
