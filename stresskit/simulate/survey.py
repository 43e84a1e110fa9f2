"""Who of a block needs a closer look after a step: a few passes over all paths, without a branch."""

from typing import Any

import numpy as np

from stresskit.numerics.elementary import smaller
from stresskit.numerics.jit import inline, part
from stresskit.numerics.strips import STRIP
from stresskit.simulate.reach import far, sift


@inline
def count_near(closed: Any, equity: Any, bound: Any, slack: Any, reach: Any, bridge: Any) -> Any:
    """How many need a closer look."""
    near = 0
    for b in range(closed.size):
        x1 = equity[b] - bound[b]
        calm = x1 > 0.0 if bridge is None else far(slack[b], x1, reach[b])
        near += (closed[b] < 0) & (not calm)
    return near


@inline
def mark_rough(block: Any, closed: Any, first: Any, last: Any, bridge: Any, always: Any) -> None:
    """Mark in ``block.rough`` who of the paths ``first .. last - 1`` needs a closer look."""
    rough, equity, bound = block.rough[first:last], block.equity[first:last], block.ceiling[first:last]
    slack, reach, over = block.slack[first:last], block.reach[first:last], closed[first:last]
    for b in range(rough.size):
        x1 = equity[b] - bound[b]
        calm = x1 > 0.0 if bridge is None else far(slack[b], x1, reach[b])
        rough[b] = 2.0 if over[b] >= 0 else 0.0 if calm & (not always) else 1.0


@inline
def pick(block: Any, first: Any, last: Any, found: Any) -> Any:
    """Add to the `found` paths that are listed those that are marked, without a branch; how many they are."""
    rough, picked = block.rough, block.picked
    for b in range(first, last):
        picked[found] = b
        found += rough[b] == 1.0
    return found


@inline
def keep_ratio(lowest: Any, equity: Any, bound: Any, closed: Any) -> None:
    """Keep the lowest ratio of paths of which nobody needs a closer look."""
    for b in range(lowest.size):
        certified = (closed[b] < 0) & (bound[b] > 0.0)
        ratio = equity[b] / bound[b] if certified else np.inf
        lowest[b] = smaller(lowest[b], ratio)


@inline
def keep_others(lowest: Any, equity: Any, bound: Any, rough: Any) -> None:
    """Keep the lowest ratio of the paths that need no closer look."""
    for b in range(lowest.size):
        certified = (rough[b] == 0.0) & (bound[b] > 0.0)
        ratio = equity[b] / bound[b] if certified else np.inf
        lowest[b] = smaller(lowest[b], ratio)


@part
def survey(block: Any, closed: Any, lowest: Any, bridge: Any, always: Any, index: Any) -> Any:
    """List in ``block.picked`` who needs a closer look, keep the lowest ratio of the others; how many do.

    Strip by strip, and loops of one thing each, because one that writes to more does not vectorise.
    """
    found = 0
    for first in range(0, closed.size, STRIP):
        last = min(first + STRIP, closed.size)
        equity, bound, over = block.equity[first:last], block.ceiling[first:last], closed[first:last]
        slack, reach, kept = block.slack[first:last], block.reach[first:last], lowest[first:last]
        if not always and count_near(over, equity, bound, slack, reach, bridge) == 0:
            keep_ratio(kept, equity, bound, over)
            continue
        mark_rough(block, closed, first, last, bridge, always)
        before, found = found, pick(block, first, last, found)
        if bridge is not None and not always:
            found = sift(bridge, block, before, found, index)
        keep_others(kept, equity, bound, block.rough[first:last])
    return found
