"""No equity appears or vanishes, step by step, under any venue's policy."""

from typing import Any

import numpy as np
import pytest

from stresskit.domain import Tile
from stresskit.liquidation import POLICIES as ALL
from stresskit.liquidation import CloseAll, LargestContribution
from stresskit.simulate.loop import live_through, start
from stresskit.simulate.scratch import empty_block, empty_record, take_hands
from tests.reference.random_accounts import Shape, case
from tests.reference.venue_policies import POLICIES

SHAPES = [
    Shape(seed, 3, 6, 0.1, wealth, fee, 3e-5, 0.02, 0.99, 0.005)
    for seed, (wealth, fee) in enumerate([(1.05, 0.0), (1.3, 0.0005), (1.3, 0.0125), (2.0, 0.05)])
]


EVERY = {name: pair.fast for name, pair in POLICIES.items()}
EVERY |= {"close_all": lambda _: CloseAll(), "largest_contribution": lambda _: LargestContribution()}


def test_no_policy_is_forgotten() -> None:
    assert {type(make(np.ones(1))) for make in EVERY.values()} == set(ALL.values())


@pytest.mark.parametrize("name", EVERY)
def test_equity_changes_by_profit_less_costs_and_what_the_fund_takes_or_bears(name: str) -> None:
    events = 0
    for shape in SHAPES:
        found = case(shape, "brackets", paths=64)
        policy = EVERY[name](np.ones(shape.positions))
        book = found.book
        block, record = empty_block(book.asset.size, shape.assets, 64), empty_record(64)
        hands = take_hands(book, found.variance, 0)
        start(found.rule, book, block, hands, record)
        before, step = np.ones((shape.assets, 64)), 0
        for tile in found.tiles:
            for s in range(len(tile.marks)):
                one = Tile(tile.marks[s : s + 1].copy(), tile.variance[s : s + 1].copy(), tile.multiplier)
                held, equity, costs = block.quantity.copy(), block.equity.copy(), spent(record)
                live_through(found.rule, policy, book, one, step, False, block, hands, record)
                profit = (held * (one.marks[0] - before)[book.asset]).sum(axis=0)
                change = profit - (spent(record) - costs)
                assert block.equity == pytest.approx(equity + change, abs=1e-9 * np.abs(book.quantity).sum())
                before, step = one.marks[0], step + 1
        events += int(record.closings.sum())
        assert np.all(record.taken_notional <= record.closed_notional * (1 + 1e-12))
        assert np.all((record.fund == 0.0) | (record.taken_notional > 0.0))
    assert events > 100


def spent(record: Any) -> np.ndarray:
    """What closings took of the equity so far, the shortfall that others bore set off."""
    total: np.ndarray = record.fee + record.slippage + record.fund - record.shortfall
    return total.copy()
