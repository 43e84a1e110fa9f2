"""A tightened rule asks its factor times what the slow twin of the rule inside asks, and no more."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.config_file.parameters import load_unified
from stresskit.domain import Tile, View, Wallet, ceiling, loan_factor, remember, requirement
from stresskit.liquidation import CloseAll
from stresskit.margin.tightened import tightened
from stresskit.margin.unified import unified_table
from stresskit.numerics.jit import kernel
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_block, empty_breakdown
from tests.margin.test_unified import BINANCE, HYPERLIQUID, ROWS, account
from tests.reference.account import Market, close_all, live
from tests.reference.random_accounts import STEADY, Shape, case, explore, kernel_lives, shapes, table_of
from tests.reference.random_grids import ASSETS, grid_case, grid_seeds
from tests.reference.venue import Tight

FACTOR, TRIGGER = 1.7, 1.5
SOME = settings(STEADY, max_examples=60)
factors = st.tuples(st.floats(1.0, 4.0), st.sampled_from([0.0, 1.0, 2.0]), st.floats(0.3, 3.0))


@kernel
def bounded(rule: Any, book: Any, view: Any, breakdown: Any, tile: Any, block: Any) -> float:
    """Evaluate and remember path 0, then bound the requirement at the tile's only step."""
    value: float = requirement(rule, book, view, breakdown)
    remember(rule, block, 0, breakdown)
    ceiling(rule, book, tile, 0, block)
    return value


def in_force(said: tuple[float, float, float]) -> float:
    """The factor where every asset's variance is its long-run level and the multiplier is the third."""
    factor, trigger, multiplier = said
    return factor if trigger == 0 or multiplier >= trigger else 1.0


@pytest.mark.long  # a kernel of its own
@SOME
@given(grid_seeds(), factors)
def test_a_grid(drawn: tuple[str, int], said: tuple[float, float, float]) -> None:
    found, n = grid_case(*drawn), len(ASSETS)
    view = found.view(found.values)._replace(multiplier=np.array([said[2]]))
    inside, tight = (empty_breakdown(len(found.legs), n, 2 * len(found.legs)) for _ in range(2))
    rule = tightened(found.table, said[0], said[1], np.ones(n))
    plain, total = assess(found.table, found.book, view, inside), assess(rule, found.book, view, tight)
    twin = in_force(said) * found.twin.requirement(found.values.tolist()).total
    gross = float(np.abs(found.values).sum())
    assert total == pytest.approx(twin, rel=1e-12, abs=1e-14 * gross)
    for name in ("contribution", "slope", "drift"):
        expected = in_force(said) * getattr(inside, name)
        assert getattr(tight, name) == pytest.approx(expected, rel=1e-12, abs=1e-300), name
    assert np.array_equal(tight.terms, inside.terms)
    assert plain <= total


@settings(STEADY, max_examples=30)
@given(shapes(), factors)
def test_a_distribution(shape: Shape, said: tuple[float, float, float]) -> None:
    found = case(shape, "var")
    rule = tightened(found.rule, said[0], said[1], found.variance)
    twin = Tight(found.twin, said[0], said[1], found.variance.tolist())
    held = [p.quantity for p in found.account.positions]
    market = Market([1.0] * shape.assets, found.variance.tolist(), said[2])
    required, own = twin.requirement(found.account, held, market)
    breakdown = empty_breakdown(len(held), shape.assets, found.scenarios)
    view = View(np.array(held), np.ones(shape.assets), found.variance.copy(), np.array([said[2]]))
    total = assess(rule, found.book, view, breakdown)
    assert total == pytest.approx(required, rel=1e-12)
    assert breakdown.contribution == pytest.approx(own, rel=1e-9, abs=1e-9 * total)


@pytest.mark.parametrize("parameters", [BINANCE, HYPERLIQUID])
def test_of_a_unified_account_the_brackets_alone(parameters: Any) -> None:
    """What of the collateral does not count is as before: a tightened table is the table at higher rates."""
    quantity = np.array([-90_000.0, 70_000.0])
    rule, book = account(parameters, quantity, 30_000.0, 100_000.0)
    dearer = [tuple((floor, FACTOR * rate, FACTOR * less) for floor, rate, less in row) for row in ROWS]
    twin = unified_table(table_of(dearer), parameters, ["BTC"])
    tight = tightened(rule, FACTOR, TRIGGER, np.ones(2))
    for marks in ([1.0, 1.0], [0.4, 2.5], [3.0, 0.7]):
        for multiplier, other in ((1.0, rule), (2.0, twin)):
            seen = View(
                quantity.copy(), np.array(marks), np.ones(2), np.array([multiplier]), np.array([-3e4])
            )
            found = [assess(one, book, seen, empty_breakdown(2, 2, 0)) for one in (tight, other)]
            assert found[0] == pytest.approx(found[1], rel=1e-12)


@kernel
def counted(rule: Any) -> float:
    times: float = loan_factor(rule)
    return times


@pytest.mark.parametrize("parameters", [BINANCE, HYPERLIQUID])
def test_a_loan_is_asked_for_as_often_as_the_bridge_believes(parameters: Any) -> None:
    quantity, owed = np.array([50_000.0, 0.0]), 6_000.0
    rule, plain = account(parameters, quantity, 30_000.0, 100_000.0)
    wallet = Wallet(np.array([1]), np.array([-60_000.0]), np.zeros(1), np.array([owed]), 0.0)
    seen, drift = View(quantity.copy(), np.ones(2), np.ones(2), np.ones(1), np.array([1e6])), []
    for one in (rule, tightened(rule, FACTOR, 0.0, np.ones(2))):
        for loan in (0.0, owed):
            breakdown = empty_breakdown(2, 2, 0)
            assess(one, plain._replace(wallet=wallet._replace(loan=np.array([loan]))), seen, breakdown)
            drift.append(breakdown.drift[1])
        assert drift[-1] - drift[-2] == pytest.approx(counted(one) * owed)
    assert drift[3] - drift[2] == pytest.approx(FACTOR * (drift[1] - drift[0]))


@pytest.mark.long
@pytest.mark.parametrize("kind", ["var", "scenario_grid", "unified"])
def test_its_ceiling_bounds_it(kind: str) -> None:
    rng, paths = np.random.default_rng(3), 32
    for seed in range(20):
        rule, book, legs, scenarios, held = _ruled(kind, seed)
        n = 3 if kind == "scenario_grid" else 2
        tight = tightened(rule, FACTOR, TRIGGER, np.ones(n) * 1e-4)
        block, breakdown = empty_block(legs, n, paths), empty_breakdown(legs, n, scenarios)
        shape = (1, n, paths)
        tile = Tile(np.exp(0.1 * rng.standard_normal(shape)), 1e-4 * rng.lognormal(0, 1, shape), 1.2)
        block.quantity[:], block.cash[:], block.held[:] = held[:, None], book.cash, 1.0
        required = np.empty(paths)
        for b in [*range(1, paths), 0]:
            seen = View(
                held.copy(), tile.marks[0, :, b].copy(), tile.variance[0, :, b].copy(), np.array([1.2]),
                np.array([float(book.cash)]),
            )  # fmt: skip
            block.equity[b] = book.cash + held @ seen.marks[book.asset]
            block.equity[b] += book.wallet.value @ seen.marks[book.wallet.asset]
            required[b] = bounded(tight, book, seen, breakdown, tile, block)
            block.anchor_exposure[:, b] = block.anchor_exposure[:, 0]
            block.anchor_value[b], block.anchor_norm[b] = block.anchor_value[0], block.anchor_norm[0]
        bounded(tight, book, seen, breakdown, tile, block)
        assert np.all(block.ceiling >= required * (1 - 1e-12))
        assert np.all(block.ceiling <= required * (1 + 1e-6) + 1e-6)


def _ruled(kind: str, seed: int) -> tuple[Any, Any, int, int, np.ndarray]:
    """A random rule with its book: number of legs, length of the scratch, quantities."""
    if kind == "scenario_grid":
        found = grid_case("okx-pm-2025-01", seed)
        held = found.book.quantity.copy()
        return found.table, found.book, len(found.legs), 2 * len(found.legs), held
    if kind == "unified":
        quantity = np.random.default_rng(seed).normal(size=2) * 1e5
        rule, book = account(load_unified("binance-pm-2026-01").parameters, quantity, 3e4, 1e5)
        return rule, book, 2, 0, quantity
    one = case(Shape(seed, 2, 3, 0.1, 2.0, 0.0, 0.0, 0.01, 0.99, 0.005), "var")
    return one.rule, one.book, 3, one.scenarios, one.book.quantity.copy()


@pytest.mark.long
def test_lives_under_a_tightened_distribution_are_those_of_the_twin(figures: list[str]) -> None:
    tally: Counter[str] = Counter()

    def agree(shape: Shape) -> None:
        found, rng = case(shape, "var"), np.random.default_rng([shape.seed, 4])
        said = float(rng.uniform(1.0, 4.0)), float(rng.choice([0.0, 1.0, 2.0]))
        rule = tightened(found.rule, said[0], said[1], found.variance)
        twin = Tight(found.twin, said[0], said[1], found.variance.tolist())
        full, certified = (
            kernel_lives(found._replace(rule=rule), CloseAll(), always=always) for always in (True, False)
        )
        gross = found.account.gross()
        for b in range(found.paths):
            slow = live(found.account, twin, close_all, found.path(b))
            tally["lives"] += 1
            if slow.closest < 1e-9 * gross:
                tally["set aside"] += 1
                continue
            tally["liquidated"] += slow.first_step > 0
            for name in ("first_step", "closed_step"):
                assert getattr(full, name)[b] == getattr(certified, name)[b] == getattr(slow, name)
            for name in ("terminal_equity", "fee", "slippage", "shortfall"):
                assert abs(getattr(full, name)[b] - getattr(slow, name)) <= 1e-9 * gross, name

    tally = explore(agree, 60, tally)
    figures.append(f"lives under a tightened distribution: {', '.join(f'{k} {v}' for k, v in tally.items())}")
    assert tally["liquidated"] > 0.1 * tally["lives"]
