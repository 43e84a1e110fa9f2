"""Money that an owner moves from one account to another; nothing else nets between accounts.

When an account is seen near to liquidation, after a step's looks, its owner sends for `amount` USD of
another account. The giver pays at once, as far as its own USD go (profit that is not realized cannot be
withdrawn) and its equity stays at or above `keep` times its maintenance; the delay later, again after the
looks, the money arrives. On its way it is in neither account. A call that the giver can give nothing for is
made again at the next step.

The accounts walk a tile step by step, so that each stands where the other does.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stresskit.domain import Float1D, Tile
from stresskit.simulate.bridge import Bridge
from stresskit.simulate.isolated_life import AnyLiving
from stresskit.simulate.living import Living
from stresskit.simulate.loop import assess
from stresskit.simulate.plan import Contender, Plan, Transfer
from stresskit.simulate.steps import single_steps


def walk_together(
    plan: Plan,
    tile: Tile,
    first: int,
    lives: Sequence[AnyLiving],
    bridge: Bridge | None,
    evaluated: list[int],
) -> None:
    """Every contender lives through the tile; those that give or take stop after each step."""
    present, spell = plan.present(first), plan.spell(first)
    linked = {place for one in plan.transfers for place in (one.giver, one.taker)}
    for place, one in enumerate(lives):
        if place not in linked:
            evaluated[place] += one.through(present[place], tile, first, plan.always, bridge, spell)
    for s, now, then in single_steps(tile, bridge):
        for place in sorted(linked):
            evaluated[place] += lives[place].through(present[place], now, first + s, plan.always, then, spell)
        if spell is None or not spell.halted:
            move_money(plan.transfers, present, lives, now, first + s + 1)


def move_money(
    transfers: Sequence[Transfer],
    present: Sequence[Contender],
    lives: Sequence[AnyLiving],
    tile: Tile,
    step: int,
) -> None:
    """What leaves and arrives after `step`, to which the tile leads."""
    for one in transfers:
        giver, taker = lives[one.giver], lives[one.taker]
        assert isinstance(giver, Living)
        assert isinstance(taker, Living)
        assert taker.owner is not None
        call = taker.owner.call
        for b in np.flatnonzero((call.due >= 0) & (taker.under_way == 0.0)):
            paid = min(one.amount, spare(present[one.giver], giver, tile, int(b), one.keep))
            if paid > 0.0:
                book(giver, b, -paid)
                giver.sent[b] += paid
                taker.under_way[b] = paid
            else:
                call.due[b] = -1
                call.woken[b] -= 1
        for b in np.flatnonzero((call.due >= 0) & (call.due <= step)):
            book(taker, b, float(taker.under_way[b]))
            taker.received[b] += taker.under_way[b]
            taker.under_way[b], call.due[b] = 0.0, -1


def spare(contender: Contender, life: Living, tile: Tile, b: int, keep: float) -> float:
    """USD that path `b` of a giver can do without."""
    book, block = contender.book, life.block
    entry: Float1D = np.ones(book.asset.size) if contender.entry is None else contender.entry
    quantity = block.quantity[:, b]
    realized = float(block.cash[b] + quantity @ entry)
    if not quantity.any():
        return realized
    seen = life.hands.seen
    seen.quantity[:], seen.cash[0] = quantity, block.cash[b]
    seen.marks[:] = tile.marks[-1, :, b] * block.shift[:, b]
    seen.variance[:], seen.multiplier[0] = tile.variance[-1, :, b], tile.multiplier
    required = assess(contender.rule, book, seen, life.hands.breakdown)
    return min(realized, float(block.equity[b]) - keep * required)


def book(life: Living, b: Any, usd: float) -> None:
    """Add `usd` to path `b` of an account."""
    block, record = life.block, life.record
    block.cash[b] += usd
    block.equity[b] += usd
    block.slack[b] += min(2.0 * usd, 0.0)  # a rule that charges what is owed asks at most for all of it
    record.terminal_equity[b] += usd
    record.lowest_equity[b] = min(record.lowest_equity[b], block.equity[b])
