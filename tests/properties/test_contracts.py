"""What holds for contracts of every kind, tables of every scheme and wallets of several assets."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.domain import Tile, ceiling
from stresskit.numerics.jit import kernel
from stresskit.pipeline.desk import bankruptcy_mark, liquidation_mark, side_of
from stresskit.simulate.scratch import empty_block
from tests.reference.contracts import Held, Wealth, desk_of, equity, maintenance
from tests.reference.random_accounts import STEADY
from tests.reference.random_contracts import PRICES, accounts, at_an_edge, contracts, moves, wealths


@kernel
def bounded(rule, book, tile, block):
    ceiling(rule, book, tile, 0, block)


def size_of(held: list[Held], wealth: Wealth, marks: list[float]) -> float:
    """The gross of everything that goes into a sum: what its rounding is measured against."""
    parts = sum(h.notional(m) + abs(h.profit(m)) for h in held for m in (marks[h.asset], PRICES[h.asset]))
    return parts + abs(wealth.usd) + sum(abs(a) * (marks[k] + PRICES[k]) for k, a in wealth.coins.items())


@settings(STEADY, max_examples=300)
@given(accounts, wealths(), moves)
def test_kernels_agree_with_the_plain_account(held, wealth, move):
    """At any marks, in the engine's relative units and in prices and coins."""
    desk = desk_of(held, wealth, PRICES)
    desk.view.marks[:] = move
    marks = [price * m for price, m in zip(PRICES, move, strict=True)]
    rounding = 1e-14 * size_of(held, wealth, marks)
    assert desk.equity() == pytest.approx(equity(held, wealth, marks), rel=1e-12, abs=rounding)
    assert desk.maintenance() >= 0
    if at_an_edge(held, marks):
        return
    assert desk.maintenance() == pytest.approx(maintenance(held, wealth, marks), rel=1e-12, abs=rounding)
    own = [h.maintenance(marks[h.asset]) for h in held]
    assert desk.breakdown.contribution == pytest.approx(own, rel=1e-12, abs=rounding)
    assert desk.breakdown.terms.sum() == pytest.approx(desk.maintenance(), rel=1e-14)


@settings(STEADY, max_examples=200)
@given(accounts, wealths(), st.integers(0, 2**32 - 1))
def test_the_ceiling_is_the_requirement_and_never_less(held, wealth, seed):
    """Every scheme, at random marks and exactly at the edges of tiers, some of the book closed."""
    rng, desk, paths = np.random.default_rng(seed), desk_of(held, wealth, PRICES), 24
    rule, book = desk.contender.rule, desk.contender.book
    block = empty_block(len(held), 3, paths)
    tile = Tile(np.exp(0.6 * rng.standard_normal((1, 3, paths))), np.ones((1, 3, paths)), 1.0)
    for b in range(paths):
        block.quantity[:, b] = book.quantity * rng.choice([0.0, 0.5, 1.0], len(held))
        p = int(rng.integers(len(held)))
        floors = rule.floor[p][np.isfinite(rule.floor[p]) & (rule.floor[p] > 0)]
        if b % 2 and floors.size and block.quantity[p, b]:
            tile.marks[0, book.asset[p], b] = floors[0] / abs(block.quantity[p, b])
    bounded(rule, book, tile, block)
    for b in range(paths):
        desk.view.quantity[:], desk.view.marks[:] = block.quantity[:, b], tile.marks[0, :, b]
        required = desk.maintenance()
        assert required <= block.ceiling[b] <= required * (1 + 1e-10) + 1e-9


@settings(STEADY, max_examples=200)
@given(contracts(), st.lists(st.floats(0.001, 3.0), min_size=3, max_size=3))
def test_marginal_is_convex_and_continuous_and_whole_position_never_falls(held, shares):
    low, middle, high = sorted(shares)

    def required(share):
        return desk_of([replace(held, size=held.size * share)], Wealth(1e9), PRICES).maintenance()

    values = [required(share) for share in (low, middle, high)]
    rounding = 1e-12 * held.notional(PRICES[held.asset])
    assert values[0] <= values[1] + rounding
    assert values[1] <= values[2] + rounding
    if held.whole:
        return
    chord = (
        ((high - middle) * values[0] + (middle - low) * values[2]) / (high - low) if high > low else values[0]
    )
    assert values[1] <= chord + rounding
    assert required(middle * (1 + 1e-9)) - values[1] <= 1e-8 * held.notional(PRICES[held.asset]) * middle


@settings(STEADY, max_examples=100)
@given(contracts(), st.floats(0.05, 0.95))
def test_splitting_never_costs_more(held, share):
    """Tiers rise with the size of each position, so two halves never ask for more than the whole."""
    parts = [replace(held, size=held.size * part) for part in (share, 1 - share)]
    whole, split = (desk_of(part, Wealth(1e9), PRICES).maintenance() for part in ([held], parts))
    assert split <= whole * (1 + 1e-12)
    if len(held.tiers) == 1 and not held.size_rate:
        assert split == pytest.approx(whole, rel=1e-12)


@settings(STEADY, max_examples=100)
@given(accounts, wealths(), moves)
def test_the_order_of_positions_does_not_matter(held, wealth, move):
    one, other = desk_of(held, wealth, PRICES), desk_of(held[::-1], wealth, PRICES)
    for desk in (one, other):
        desk.view.marks[:] = move
    assert one.maintenance() == pytest.approx(other.maintenance(), rel=1e-12)
    marks = [price * m for price, m in zip(PRICES, move, strict=True)]
    rounding = 1e-14 * size_of(held, wealth, marks)
    assert one.equity() == pytest.approx(other.equity(), rel=1e-12, abs=rounding)
    assert one.breakdown.contribution == pytest.approx(other.breakdown.contribution[::-1], rel=1e-13)


@settings(STEADY, max_examples=100)
@given(st.sampled_from([-1.0, 1.0]), st.floats(1e3, 1e6), st.floats(-0.01, 0.01), st.floats(0.001, 0.1))
def test_inverse_and_linear_agree_for_small_moves(side, face, move, rate):
    """Entered at the mark, what is left of them differs by the maintenance on the move of the notional."""
    tiers = ((0.0, rate, 0.0),)
    linear = desk_of([Held(0, side * face / PRICES[0], PRICES[0], tiers)], Wealth(face), PRICES)
    inverse = desk_of([Held(0, side * face, PRICES[0], tiers, inverse=True)], Wealth(face), PRICES)
    found = [desk.excess(0, 1 + move) for desk in (linear, inverse)]
    assert found[0] == pytest.approx(found[1], abs=rate * face * abs(move) * (1 + 1e-9) + 1e-9 * face)
    coins = side * face * (1 / PRICES[0] - 1 / (PRICES[0] * (1 + move)))
    assert coins * PRICES[0] == pytest.approx(side * face * move, abs=1.02 * face * move**2 + 1e-9 * face)


@settings(STEADY, max_examples=300)
@given(accounts, wealths(), st.integers(0, 3))
def test_our_liquidation_price_is_a_root_of_the_rule_and_the_first(held, wealth, choice):
    desk, place = desk_of(held, wealth, PRICES), choice % len(held)
    asset, mark = held[place].asset, liquidation_mark(desk, place)
    if desk.excess(asset, 1.0) <= 0:
        assert mark is None
        return
    down = side_of(desk, place) > 0
    jumps = any(h.whole and h.asset == asset for h in held)
    end = (1e-9 if down else 1e6) if mark is None else mark * (1 + 1e-9 if down else 1 - 1e-9)
    assert all(desk.excess(asset, m) > 0 for m in np.geomspace(1.0, end, 60))
    if mark is not None:
        rounding = 1e-9 * size_of(held, wealth, [p * max(mark, 1.0) for p in PRICES])
        assert desk.excess(asset, mark * (1 - 1e-9 if down else 1 + 1e-9)) <= rounding
        if not jumps:
            assert desk.excess(asset, mark) == pytest.approx(0.0, abs=rounding)


@settings(STEADY, max_examples=100)
@given(accounts, wealths(), st.integers(0, 3))
def test_nothing_is_left_at_the_bankruptcy_price(held, wealth, choice):
    desk, place = desk_of(held, wealth, PRICES), choice % len(held)
    mark = bankruptcy_mark(desk, place)
    if mark is None:
        return
    desk.view.marks[held[place].asset] = mark
    assert desk.equity() == pytest.approx(
        0.0, abs=1e-10 * size_of(held, wealth, [p * max(mark, 1) for p in PRICES])
    )
    dead = liquidation_mark(desk_of(held, wealth, PRICES), place)
    assert dead is None or abs(dead - 1) <= abs(mark - 1) * (1 + 1e-9)


@settings(STEADY, max_examples=200)
@given(accounts, wealths(), moves, st.integers(0, 2))
def test_drift_is_the_slope_in_the_mark(held, wealth, move, asset):
    desk = desk_of(held, wealth, PRICES)
    desk.view.marks[:] = move
    desk.maintenance()
    drift, step = float(desk.breakdown.drift[asset]), 1e-6
    values = []
    for change in (1 - step, 1 + step):
        desk.view.marks[asset] = move[asset] * change
        values.append(desk.maintenance())
    marks = [price * m for price, m in zip(PRICES, move, strict=True)]
    near = [[m * (1 + 2 * step * sign) for m in marks] for sign in (-1, 1)]
    sides = [[tier_of(h, m[h.asset]) for h in held] for m in near]
    if sides[0] == sides[1]:
        rounding = 1e-8 * size_of(held, wealth, marks)
        assert (values[1] - values[0]) / (2 * step) == pytest.approx(drift, rel=1e-5, abs=rounding)


def tier_of(held: Held, mark: float) -> int:
    size = held.notional(mark) / (mark if held.in_coin else 1.0)
    return sum(size > floor for floor, _, _ in held.tiers)
