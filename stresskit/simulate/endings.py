"""What a step and a tile leave behind."""

from typing import Any

from stresskit.numerics.elementary import smaller
from stresskit.numerics.jit import part


@part
def keep_slack(equity: Any, bound: Any, slack: Any) -> None:
    """Keep the excess of every path for the bridge over the next step."""
    for b in range(slack.size):
        slack[b] = equity[b] - bound[b]


@part
def end_step(equity: Any, trace: Any, lowest: Any, s: Any) -> None:
    """Keep what the step leaves: equity and trace of a block, lowest equity of its record."""
    for b in range(lowest.size):
        lowest[b] = smaller(lowest[b], equity[b])
    if trace.shape[0] > 0:
        row = trace[s]
        for b in range(equity.size):
            row[b] += equity[b]


@part
def end_tile(block: Any, record: Any) -> None:
    """Keep what the tile leaves."""
    for b in range(block.equity.size):
        record.terminal_equity[b] = block.equity[b]
