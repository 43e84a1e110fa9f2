"""The few paths of a block that a tile must be lived through step by step, brought together.

What a step asks of all paths costs little a path and much a call; where most paths surely stay healthy the
others are moved into a block of their own, and back when the tile is over.
"""

from typing import Any, NamedTuple

from stresskit.domain import Block, Float2D, Float3D, Int1D, Record
from stresskit.numerics.aligned import aligned
from stresskit.numerics.jit import part
from stresskit.simulate.scratch import empty_block, empty_record

AT_ONCE = 128  # paths brought together


class Few(NamedTuple):
    """Memory for `AT_ONCE` paths.

    `marks`, `variance` (steps, assets, paths), `eve_marks`, `eve_variance` (assets, paths) and `number`
    (paths,) as in the tile and its bridge, `block` and `record` as the whole block's.
    """

    marks: Float3D
    variance: Float3D
    eve_marks: Float2D
    eve_variance: Float2D
    number: Int1D
    block: Block
    record: Record


def room_for_few(positions: int, shape: tuple[int, int, int]) -> Few:
    """Allocate for tiles of `shape` (steps, assets, paths)."""
    steps, assets = shape[:2]
    tile, state = (steps, assets, AT_ONCE), (assets, AT_ONCE)
    block = empty_block(positions, assets, AT_ONCE)._replace(trace=aligned((steps, AT_ONCE)))
    record, number = empty_record(AT_ONCE), aligned((AT_ONCE,), "int64")
    arrays = aligned(tile), aligned(tile), aligned(state), aligned(state)
    return Few(*arrays, number, block, record)


@part
def money_of(block: Any, record: Any) -> Any:
    """What a life remembers of a path in USD and ratios, column by column."""
    return (
        block.cash, block.held, block.equity, block.ceiling, block.slack, block.anchor_value,
        block.anchor_norm, record.terminal_equity, record.lowest_equity, record.lowest_ratio, record.fee,
        record.fee_waived, record.slippage, record.shortfall, record.shortfall_price, record.closed_notional,
        record.funding, record.basis_gain, record.fund, record.taken_notional, record.adl_notional,
        record.adl_loss, record.top_up, record.cut_notional, record.cut_cost,
    )  # fmt: skip


@part
def counts_of(record: Any) -> Any:
    """What it remembers in whole numbers."""
    return (
        record.first_step, record.closed_step, record.closings, record.trigger, record.inside,
        record.useless, record.binding, record.adl_step,
    )  # fmt: skip


@part
def take(column: Any, picked: Any, out: Any) -> None:
    """Fill the first of out with the picked of a column."""
    for k in range(picked.size):
        out[k] = column[picked[k]]


@part
def give(column: Any, picked: Any, out: Any) -> None:
    """Write the first of a column to the picked of out."""
    for k in range(picked.size):
        out[picked[k]] = column[k]


@part
def take_rows(rows: Any, picked: Any, out: Any) -> None:
    """`take`, row by row."""
    for r in range(out.shape[0]):
        take(rows[r], picked, out[r])


@part
def give_rows(rows: Any, picked: Any, out: Any) -> None:
    """`give`, row by row."""
    for r in range(out.shape[0]):
        give(rows[r], picked, out[r])


@part
def bring(tile: Any, bridge: Any, block: Any, record: Any, picked: Any, few: Any) -> None:
    """Bring the picked paths together; places that are left over are of accounts that are closed."""
    for s in range(tile.marks.shape[0]):
        take_rows(tile.marks[s], picked, few.marks[s])
        take_rows(tile.variance[s], picked, few.variance[s])
        few.block.trace[s, :] = 0.0
    if bridge is not None:
        take_rows(bridge.marks, picked, few.eve_marks)
        take_rows(bridge.variance, picked, few.eve_variance)
        take(bridge.number, picked, few.number)
    take_rows(block.quantity, picked, few.block.quantity)
    take_rows(block.anchor_exposure, picked, few.block.anchor_exposure)
    whole, some = money_of(block, record), money_of(few.block, few.record)
    for c in range(len(whole)):
        take(whole[c], picked, some[c])
    many, counts = counts_of(record), counts_of(few.record)
    for c in range(len(many)):
        take(many[c], picked, counts[c])
    few.record.closed_step[picked.size :] = 0


@part
def send_back(few: Any, steps: Any, picked: Any, block: Any, record: Any) -> None:
    """Put what has become of the picked paths where they were."""
    give_rows(few.block.quantity, picked, block.quantity)
    give_rows(few.block.anchor_exposure, picked, block.anchor_exposure)
    whole, some = money_of(block, record), money_of(few.block, few.record)
    for c in range(len(whole)):
        give(some[c], picked, whole[c])
    many, counts = counts_of(record), counts_of(few.record)
    for c in range(len(many)):
        give(counts[c], picked, many[c])
    for s in range(steps if block.trace.shape[0] > 0 else 0):
        for k in range(picked.size):
            block.trace[s, picked[k]] += few.block.trace[s, k]
