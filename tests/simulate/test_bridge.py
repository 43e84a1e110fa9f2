"""Lives with a bridge between the steps: the kernels against the plain-Python twin, path by path."""

from collections import Counter

import numpy as np
import pytest

from stresskit.simulate.bridge import Bridge
from stresskit.simulate.crossing import ZERO
from stresskit.simulate.loop import live_through, start
from stresskit.simulate.scratch import empty_block, empty_record, take_hands
from tests.reference.account import Market
from tests.reference.bridge import Between, live_bridged
from tests.reference.random_accounts import POLICIES, Shape, case, explore

SEED, FIRST = 2**40 + 7, 1000
WHOLE = ("first_step", "closed_step", "trigger", "inside")
MONEY = ("terminal_equity", "lowest_equity", "fee", "fee_waived", "slippage", "shortfall")
NEAR, CENTS = 1e-9, 2e-6  # of gross: how near a decision may be, and the money


def correlation(found, seed):
    root = np.random.default_rng(seed).standard_normal((found.variance.size, 3))
    covariance = root @ root.T + 0.2 * np.eye(found.variance.size)
    scale = np.sqrt(np.diag(covariance))
    return covariance / np.outer(scale, scale)


def bridged_lives(found, policy, matrix, *, always):
    """Every path of a case by the kernels, with a bridge."""
    block = empty_block(found.book.asset.size, found.variance.size, found.paths)
    record = empty_record(found.paths)
    hands = take_hands(found.book, found.variance, found.scenarios)
    start(found.rule, found.book, block, hands, record)
    shape = (found.variance.size, found.paths)
    marks, variance, multiplier, step = np.ones(shape), np.empty(shape), 1.0, 0
    variance[:] = found.variance[:, None]
    for tile in found.tiles:
        bridge = Bridge(marks, variance, multiplier, matrix, SEED, FIRST + np.arange(found.paths))
        live_through(found.rule, policy, found.book, tile, step, always, block, hands, record, bridge)
        marks, variance = tile.marks[-1].copy(), tile.variance[-1].copy()
        multiplier, step = tile.multiplier, step + len(tile.marks)
    return record


def twins_of(found, policy, matrix, b):
    """The twin's life where a crossing leaves nothing of the excess, and where it leaves as little as it may.

    What is left at a crossing moves what is closed there, and that the next crossing: where fees eat what
    closing frees, by thousands of times as much after a few of them. So money is held to both.
    """
    opening = Market([1.0] * found.variance.size, found.variance.tolist(), 1.0)
    between = Between(SEED, FIRST + b, matrix)
    at = found.account, found.twin, policy, opening, found.path(b), between
    return live_bridged(*at), live_bridged(*at, short=2 * ZERO)


def unclear(twin, other, gross):
    """Whether a decision hangs on rounding."""
    same = all(getattr(twin, name) == getattr(other, name) for name in WHOLE)
    return min(twin.closest, other.closest) < NEAR * gross or not same


def compare(full, certified, twin, other, b, gross):
    for name in full._fields:
        if name != "lowest_ratio":
            assert getattr(full, name)[b] == getattr(certified, name)[b], name
    assert certified.lowest_ratio[b] <= full.lowest_ratio[b]
    for name in WHOLE:
        assert getattr(full, name)[b] == getattr(twin, name), name
    for name in (*MONEY, "closed_notional"):
        own, apart = getattr(twin, name), abs(getattr(twin, name) - getattr(other, name))
        assert abs(getattr(full, name)[b] - own) <= CENTS * gross + apart, name
    apart = twin.ratio_error(other.lowest_ratio)
    assert twin.ratio_error(full.lowest_ratio[b]) <= CENTS * gross + apart


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", ["brackets", "var"])
def test_lives_are_those_of_the_twin(kind, policy, figures):
    tally = Counter()
    slow, fast = POLICIES[policy]

    def agree(shape):
        found = case(shape._replace(buffer=shape.buffer or 0.05), kind)  # without one every step is a tie
        matrix = correlation(found, shape.seed)
        full, certified = (bridged_lives(found, fast, matrix, always=always) for always in (True, False))
        gross = found.account.gross()
        for b in range(found.paths):
            twin, other = twins_of(found, slow, matrix, b)
            tally["lives"] += 1
            if unclear(twin, other, gross):
                tally["set aside"] += 1
                continue
            tally["liquidated"] += twin.first_step > 0
            tally["inside a step"] += twin.inside > 0
            tally["more than once"] += twin.inside > 1
            compare(full, certified, twin, other, b, gross)

    tally = explore(agree, 40, tally)
    told = ", ".join(f"{name} {int(number)}" for name, number in tally.items())
    figures.append(f"bridged lives against the twin, {kind} x {policy}: {told}")
    assert tally["set aside"] < 0.05 * tally["lives"]
    assert tally["inside a step"] > 10


def test_without_a_buffer_an_account_at_the_edge_closes_what_it_must_and_no_more():
    """After each breach the excess is zero: it breaches at once again, and a touch closes nothing."""
    shape = Shape(0, 1, 1, 0.0, 1.015625, 0.0, 0.0, 0.005, 0.95, 0.0)
    found = case(shape, "brackets")
    slow, fast = POLICIES["largest_contribution"]
    one = np.eye(1)
    record = bridged_lives(found, fast, one, always=False)
    opening = Market([1.0], found.variance.tolist(), 1.0)
    for b in range(found.paths):
        twin = live_bridged(
            found.account, found.twin, slow, opening, found.path(b), Between(SEED, FIRST + b, one)
        )
        assert twin.inside > 1
        assert record.closed_notional[b] == pytest.approx(twin.closed_notional, rel=1e-9)
        assert record.closed_step[b] == twin.closed_step
