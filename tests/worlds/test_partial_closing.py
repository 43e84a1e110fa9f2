"""Gambler's ruin with partial closing, over every path of a walk: counts and wealth in closed form.

The mark moves by a factor u or 1/u. At no cost, and in steps that do not jump over the equity, an account
that is closed in part is never ruined: each breach takes it back to ``equity = (1 + buffer) * maintenance``,
from where the game starts again.
"""

from math import comb

import numpy as np
import pytest

from stresskit.domain import Tile
from stresskit.liquidation import Policy, ProRata, TierLadder
from stresskit.simulate.loop import live_through, start
from stresskit.simulate.scratch import empty_block, empty_record, take_hands
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of

STEPS, U, RATE, BUFFER = 12, 1.01, 0.05, 0.6
UP = (np.arange(2**STEPS)[:, None] >> np.arange(STEPS) & 1).T == 1  # (steps, paths): every walk once
MARKS = U ** np.cumsum(np.where(UP, 1, -1), axis=0)
LEG, WEALTH = 100_000.0, 8000.0


def lived(policy: Policy):
    book = book_of(Account((Position(0, LEG, 0.0, 0.0, 0.0),), WEALTH - LEG, BUFFER))
    block, record = empty_block(1, 1, 2**STEPS), empty_record(2**STEPS)
    rule, variance = table_of([((0.0, RATE, 0.0),)]), np.array([1e-4])
    hands = take_hands(book, variance, 0)
    start(rule, book, block, hands, record)
    tile = Tile(MARKS[:, None, :].copy(), np.full((STEPS, 1, 2**STEPS), 1e-4), 1.0)
    live_through(rule, policy, book, tile, 0, False, block, hands, record)
    return record, block


def steps_to_breach(share: float) -> int:
    """Net falls until equity is at or below maintenance, from equity of `share` of the notional."""
    down = 0
    while 1 - (1 - share) * U**down > RATE:
        down += 1
    return down


def restarts() -> np.ndarray:
    """How many breaches each walk has, counted on the walk alone."""
    count, place = np.zeros(2**STEPS, dtype=int), np.zeros(2**STEPS, dtype=int)
    limit = np.full(2**STEPS, steps_to_breach(WEALTH / LEG))
    again = steps_to_breach((1 + BUFFER) * RATE)
    for up in UP:
        place += np.where(up, 1, -1)
        hit = place <= -limit
        count += hit
        place[hit], limit[hit] = 0, again
    return count


@pytest.mark.parametrize("policy", [TierLadder(0.0, 0.0, 0.0, 1.0), ProRata(1.0, 1.0, 0.0, 1.0)])
def test_every_breach_starts_the_game_again(policy: Policy) -> None:
    record, _ = lived(policy)
    assert (record.closed_step == -1).all()
    assert np.array_equal(record.closings, restarts())
    assert record.closings.max() >= 3
    assert record.terminal_equity.min() > 0


def test_the_first_breach_is_the_gamblers_ruin() -> None:
    """Of the walks of n steps, those that touch -d by the reflection principle."""
    record, _ = lived(TierLadder(0.0, 0.0, 0.0, 1.0))
    d = steps_to_breach(WEALTH / LEG)
    ends = {STEPS - 2 * falls: comb(STEPS, falls) for falls in range(STEPS + 1)}
    touched = sum(n for end, n in ends.items() if end <= -d) + sum(n for end, n in ends.items() if end < -d)
    assert 1 < d < STEPS
    assert (record.first_step > 0).sum() == touched


def test_a_fair_game_stays_fair() -> None:
    """Where the mark is a martingale the mean wealth is the start's, however often the stake was cut."""
    record, _ = lived(ProRata(1.0, 1.0, 0.0, 1.0))
    ups, p = UP.sum(axis=0), 1 / (1 + U)
    chance = p**ups * (1 - p) ** (STEPS - ups)
    assert chance.sum() == pytest.approx(1.0, rel=1e-12)
    assert (chance * record.terminal_equity).sum() == pytest.approx(WEALTH, rel=1e-11)
    assert (record.closings > 0).mean() > 0.1
