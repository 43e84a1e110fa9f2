"""Who of a block needs a closer look after a step: a few passes over all paths, without a branch."""

from typing import Any

import numpy as np

from stresskit.numerics.elementary import smaller
from stresskit.numerics.jit import inline, part
from stresskit.simulate.reach import far, sift


@inline
def mark_rough(block: Any, closed: Any, bridge: Any, always: Any) -> Any:
    """Mark in ``block.rough`` who needs a closer look; how many do."""
    rough, equity, bound, found = block.rough, block.equity, block.ceiling, 0
    for b in range(rough.size):
        x1 = equity[b] - bound[b]
        calm = x1 > 0.0 if bridge is None else far(block.slack[b], x1, block.reach[b])
        rough[b] = 2.0 if closed[b] >= 0 else 0.0 if calm & (not always) else 1.0
    for b in range(rough.size):
        found += rough[b] == 1.0
    return found


@inline
def pick(block: Any) -> Any:
    """List the paths that are marked, without a branch; how many they are."""
    found = 0
    for b in range(block.rough.size):
        block.picked[found] = b
        found += block.rough[b] == 1.0
    return found


@part
def survey(block: Any, closed: Any, lowest: Any, bridge: Any, always: Any, index: Any) -> Any:
    """List in ``block.picked`` who needs a closer look, keep the lowest ratio of the others; how many do.

    Loops of one thing each, because one that writes to more does not vectorise.
    """
    rough, equity, bound = block.rough, block.equity, block.ceiling
    found = mark_rough(block, closed, bridge, always)
    if found > 0:
        found = pick(block)
        if bridge is not None and not always:
            found = sift(bridge, block, found, index)
    for b in range(rough.size):
        certified = (rough[b] == 0.0) & (bound[b] > 0.0)
        ratio = equity[b] / bound[b] if certified else np.inf
        lowest[b] = smaller(lowest[b], ratio)
    return found
