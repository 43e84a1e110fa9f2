"""A closer look at an account that comes near, cheaper than its requirement: see `domain.roof`."""

from typing import Any

from stresskit.domain import remember, roof
from stresskit.numerics.elementary import smaller
from stresskit.numerics.jit import part
from stresskit.simulate.crossing import meets
from stresskit.simulate.looking import look
from stresskit.simulate.reach import may_cross


@part
def below_roof(rule: Any, book: Any, tile: Any, s: Any, block: Any, b: Any, hands: Any) -> Any:
    """Whether path `b` has more equity than the roof after step `s` of the tile; then it is remembered."""
    look(tile, s, block, b, hands.seen)
    bound = roof(rule, book, hands.seen, hands.breakdown)
    if not bound < block.equity[b]:
        return False
    block.ceiling[b] = smaller(block.ceiling[b], bound)
    remember(rule, block, b, hands.breakdown)
    return True


@part
def stays_healthy(
    bridge: Any, rule: Any, book: Any, tile: Any, s: Any, index: Any, block: Any, b: Any, hands: Any
) -> Any:
    """Whether path `b` surely is in breach neither after the step nor within it.

    Also whether that took a full evaluation.
    """
    if not below_roof(rule, book, tile, s, block, b, hands):
        return False, False
    if bridge is None or bridge.blind > 0.0:
        return True, False
    bound = block.ceiling[b]
    if not may_cross(bridge, rule, book, tile, s, index, block, b, hands, bound):
        return True, False
    return not meets(bridge, rule, book, tile, s, index, block, b, hands, block.equity[b] - bound)[0], True
