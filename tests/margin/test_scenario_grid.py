"""The scenario grid: kernels against the plain-Python twin, and what must hold of every grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.domain import Tile, ceiling, steepest
from stresskit.margin.grid.table import SLOTS, initial
from stresskit.numerics.jit import kernel
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_block, empty_breakdown
from tests.reference.random_accounts import STEADY
from tests.reference.random_grids import ASSETS, assembled, evaluated, grid_case, grid_seeds

MANY = settings(STEADY, max_examples=250)
SOME = settings(STEADY, max_examples=100)


@kernel
def bounded(rule, book, tile, block):
    ceiling(rule, book, tile, 0, block)


@kernel
def steepest_slope(rule, book, p):
    return steepest(rule, book, p, 1.0)[0]


def required(case, values=None):
    return evaluated(case, case.view(case.values if values is None else values), assess, empty_breakdown)


@MANY
@given(grid_seeds())
def test_total_terms_and_initial_margin_are_those_of_the_twin(drawn):
    case = grid_case(*drawn)
    gross = np.abs(case.values).sum()
    for table, twin in ((case.table, case.twin), (initial(case.table), case.twin._replace(initial=True))):
        total, breakdown = required(case._replace(table=table))
        expected = twin.requirement(case.values.tolist())
        assert total == pytest.approx(expected.total, rel=1e-12, abs=1e-14 * gross)
        for name, term in zip(SLOTS, breakdown.terms, strict=True):
            assert term == pytest.approx(expected.terms[name], rel=1e-12, abs=1e-14 * gross), name
        assert total >= 0


@MANY
@given(grid_seeds())
def test_contributions_sum_to_the_requirement(drawn):
    case = grid_case(*drawn)
    total, breakdown = required(case)
    gross = np.abs(case.values).sum()
    assert breakdown.contribution.sum() == pytest.approx(total, rel=1e-11, abs=1e-12 * gross)


@SOME
@given(grid_seeds(), st.floats(0.001, 100.0))
def test_what_is_owed_is_charged(drawn, owed):
    case = grid_case(*drawn)
    view = case.view(case.values)
    view.cash[0] -= owed
    found = evaluated(case, view, assess, empty_breakdown)[0]
    assert found - required(case)[0] == pytest.approx(case.table.borrowing * owed, abs=1e-9 * (1 + found))


@SOME
@given(grid_seeds(), st.floats(0.0, 1.0))
def test_splitting_a_position_changes_nothing(drawn, share):
    case = grid_case(*drawn)
    contracts = [n for n, leg in enumerate(case.legs) if leg.kind != "spot"]
    spot = {leg.asset: case.book.wallet.spot[list(case.book.wallet.asset).index(ASSETS.index(leg.asset))]
            for leg in case.legs if leg.kind == "spot"}  # fmt: skip
    if not contracts:
        return
    p = contracts[0]
    values = np.append(case.values, (1 - share) * case.values[p])
    values[p] *= share
    parted = assembled(case.twin.parameters, (*case.legs, case.legs[p]), values, spot)
    gross = np.abs(case.values).sum()
    assert required(parted)[0] == pytest.approx(required(case)[0], rel=1e-11, abs=1e-12 * gross)


@SOME
@given(grid_seeds())
def test_order_changes_nothing(drawn):
    case = grid_case(*drawn)
    place = np.random.default_rng(drawn[1]).permutation(len(case.legs))
    spot = {ASSETS[a]: s for a, s in zip(case.book.wallet.asset, case.book.wallet.spot, strict=True)}
    legs = tuple(case.legs[p] for p in place)
    other = assembled(case.twin.parameters, legs, case.values[place], spot)
    gross = np.abs(case.values).sum()
    whole, breakdown = required(case)
    again, shuffled = required(other)
    assert again == pytest.approx(whole, rel=1e-12, abs=1e-13 * gross)
    assert shuffled.contribution == pytest.approx(breakdown.contribution[place], rel=1e-9, abs=1e-9 * gross)


@SOME
@given(grid_seeds())
def test_convex_along_a_leg_where_the_table_says_so(drawn):
    case = grid_case(*drawn)
    rng = np.random.default_rng(drawn[1])
    if not case.table.convex:
        return
    p = int(rng.integers(len(case.legs)))
    low, high = np.sort(rng.uniform(0, 1, 2))
    found = []
    for left in (low, 0.5 * (low + high), high):
        values = case.values.copy()
        values[p] *= left
        found.append(required(case, values)[0])
    assert found[1] <= 0.5 * (found[0] + found[2]) + 1e-12 * np.abs(case.values).sum()


@MANY
@given(grid_seeds())
def test_ceiling_is_the_requirement_but_for_rounding(drawn):
    case, paths = grid_case(*drawn), 8
    rng = np.random.default_rng(drawn[1])
    n, held = len(case.legs), len(ASSETS)
    block = empty_block(n, held, paths)
    tile = Tile(np.exp(0.3 * rng.standard_normal((1, held, paths))), np.ones((1, held, paths)), 1.0)
    kept = rng.choice([0.0, 0.3, 1.0, 20.0], (n, paths))
    block.quantity[:] = case.book.quantity[:, None] * kept
    block.held[:] = 1.0
    expected = np.empty(paths)
    for b in range(paths):
        marks = tile.marks[0, :, b]
        moving = block.quantity[:, b] @ marks[case.book.asset]
        block.cash[b] = rng.uniform(-1.0, 1.0) * 1e5
        wallet = case.book.wallet
        block.equity[b] = block.cash[b] + moving + wallet.value @ marks[wallet.asset]
        view = case.view(case.values)
        view.quantity[:], view.marks[:], view.cash[0] = block.quantity[:, b], marks, block.cash[b]
        expected[b] = evaluated(case, view, assess, empty_breakdown)[0]
    bounded(case.table, case.book, tile, block)
    gross = np.abs(case.values).sum() * 60
    assert (block.ceiling >= expected - 1e-15 * gross).all()
    assert (block.ceiling <= expected * (1 + 1e-11) + 1e-13 * gross).all()


def test_no_slope_is_beyond_the_bound(figures):
    """Lone legs and netted ones, spot in use, matched quotes, delta shocks; the marks may be anything."""
    tightest = []

    @MANY
    @given(grid_seeds())
    def holds(drawn):
        case, rng = grid_case(*drawn), np.random.default_rng(drawn[1])
        for spread in (0.0, 0.3, 1.0):
            view = case.view(case.values * rng.choice([0.0, 0.3, 1.0, 20.0], case.values.size))
            view.marks[:] = np.exp(spread * rng.standard_normal(len(ASSETS)))
            breakdown = evaluated(case, view, assess, empty_breakdown)[1]
            for p in range(case.values.size):
                bound = steepest_slope(case.table, case.book, p)
                assert abs(breakdown.slope[p]) <= bound * (1 + 1e-12)
                if bound > 0.0:
                    tightest.append(abs(breakdown.slope[p]) / bound)

    holds()
    figures.append(f"slope over its bound, grid: median {np.median(tightest):.2f}, most {max(tightest):.2f}")
