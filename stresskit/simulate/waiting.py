"""A venue that is down: prices move and funding is paid, but nobody looks at an account, and nobody acts."""

from typing import Any

from stresskit.domain import weigh
from stresskit.numerics.elementary import smaller
from stresskit.numerics.jit import kernel
from stresskit.simulate.carry import pay_funding, settle_basis
from stresskit.simulate.endings import end_step, end_tile, keep_slack


@kernel
def wait_through(
    rule: Any, book: Any, tile: Any, first_step: Any, block: Any, record: Any, dues: Any = None
) -> int:
    """Let a tile pass while the venue is down: prices move, funding is paid, nobody looks or acts."""
    for s in range(tile.marks.shape[0]):
        step = first_step + s + 1
        if dues is not None:
            settle_basis(dues, book, tile, s, block, record)
            pay_funding(dues, book, tile, s, step, block, record)
        weigh(rule, book, tile, s, block, None)
        for b in range(block.cash.size):
            if record.closed_step[b] < 0 and block.ceiling[b] > 0.0:
                record.lowest_ratio[b] = smaller(record.lowest_ratio[b], block.equity[b] / block.ceiling[b])
        keep_slack(block.equity, block.ceiling, block.slack)
        end_step(block.equity, block.trace, record.lowest_equity, s)
    end_tile(block, record)
    return 0
