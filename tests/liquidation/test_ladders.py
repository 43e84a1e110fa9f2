"""What the venues' sequences do, in cases that can be done by hand."""

import numpy as np
import pytest

from stresskit.config_file.rulebook import load_rulebook
from stresskit.domain import Ledger
from stresskit.liquidation import LargestLoss, Policy, Staged, TierLadder
from stresskit.margin.bracket_table import Margined, bracket_table
from stresskit.margin.brackets import BracketTable
from stresskit.simulate.scratch import empty_breakdown, empty_ledger, view_at
from tests.liquidation.kernels import liquidated
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of

TIERS = ((0.0, 0.01, 0.0), (100_000.0, 0.02, 1000.0), (200_000.0, 0.05, 7000.0))


def after(
    policy: Policy, rule: BracketTable, equity: float, positions: tuple[Position, ...], buffer: float = 0.0
) -> tuple[float, np.ndarray, Ledger]:
    """Equity, quantities and ledger after one liquidation at the start marks."""
    book = book_of(Account(positions, equity - sum(p.quantity for p in positions), buffer))
    view, ledger = view_at(book, np.ones(2)), empty_ledger()
    breakdown = empty_breakdown(len(positions), 2, 0)
    left = liquidated(policy, rule, book, view, equity, breakdown, ledger)
    return left, view.quantity, ledger


def test_bybit_comes_down_one_tier_at_a_time() -> None:
    """250,000 asks 5,500; at 200,000 it asks 3,000, which 4,000 pays."""
    left, held, ledger = after(
        TierLadder(1.0, 0.0, 0.0, 1.0), table_of([TIERS]), 4000.0, (Position(0, 250_000.0, 0.001, 0.0, 0.0),)
    )
    assert held == pytest.approx([200_000.0])
    assert left == pytest.approx(4000 - 50)
    assert (ledger.closings[0], ledger.taken_notional[0], ledger.fund[0]) == (1, 0.0, 0.0)


def test_weex_skips_a_tier() -> None:
    left, held, _ = after(
        TierLadder(2.0, 0.0, 0.0, 0.0), table_of([TIERS]), 4000.0, (Position(0, 250_000.0, 0.001, 0.0, 0.0),)
    )
    assert held == pytest.approx([100_000.0])
    assert left == pytest.approx(4000 - 150)


def test_mexc_hands_each_step_to_the_fund_with_the_equity_behind_it() -> None:
    """A fifth of the position goes with a fifth of the equity; the rest asks less by a whole tier."""
    left, held, ledger = after(
        TierLadder(1.0, 0.0, 1.0, 1.0), table_of([TIERS]), 4000.0, (Position(0, 250_000.0, 0.001, 0.0, 0.01),)
    )
    assert held == pytest.approx([200_000.0])
    assert left == pytest.approx(3200.0)
    assert ledger.fund[0] == pytest.approx(800 - 50)
    assert (ledger.taken_notional[0], ledger.fee[0]) == pytest.approx((50_000.0, 0.0))


def test_binance_first_tier_is_taken_over_since_its_fee_is_above_its_maintenance() -> None:
    """1.25 % of fee against 0.4 % of maintenance: no partial closing helps, and the record says so."""
    tables = load_rulebook("binance-usdm-2026-09").tables
    assert tables.symbols["BTC/USDT:USDT"].liquidation_fee or tables.liquidation_fee.rate == 0.0125
    rule = bracket_table(tables, [Margined("BTC/USDT:USDT", 20.0)])
    left, held, ledger = after(
        TierLadder(0.0, 0.0, 0.0, 1.0), rule, 200.0, (Position(0, 50_000.0, 1e-4, 0.0, 0.0125),), 0.1
    )
    assert (left, held.tolist()) == (0.0, [0.0])
    assert ledger.useless[0] == 1
    assert ledger.taken_notional[0] == ledger.closed_notional[0] == 50_000.0
    assert ledger.fund[0] == pytest.approx(200 - 5)
    assert (ledger.fee[0], ledger.slippage[0]) == pytest.approx((0.0, 5.0))


def test_a_takeover_that_costs_more_than_the_equity_is_a_shortfall() -> None:
    left, _, ledger = after(
        TierLadder(0.0, 0.0, 0.0, 1.0), table_of([TIERS]), 200.0, (Position(0, 50_000.0, 0.01, 0.0, 0.0125),)
    )
    assert left == pytest.approx(200 - 500)
    assert (ledger.fund[0], ledger.slippage[0]) == pytest.approx((0.0, 500.0))


def test_the_two_sides_of_a_hedge_trade_with_each_other_for_nothing() -> None:
    """Long 100,000 against short 60,000 of one coin: 40,000 are left and ask 400."""
    legs = (Position(0, 100_000.0, 0.001, 0.0, 0.01), Position(0, -60_000.0, 0.001, 0.0, 0.01))
    left, held, ledger = after(TierLadder(1.0, 1.0, 0.0, 1.0), table_of([TIERS] * 2), 1000.0, legs)
    assert held.tolist() == [40_000.0, 0.0]
    assert (left, ledger.slippage[0], ledger.fee[0]) == (1000.0, 0.0, 0.0)
    assert ledger.closed_notional[0] == 120_000.0


@pytest.mark.parametrize(
    ("entry", "held", "left"),
    [
        ([1.2, 0.9], [0.0, -80_000.0], 1200 - 60),  # losses of 12,000 and 8,000
        ([1.05, 0.8], [60_000.0, 0.0], 1200 - 80),  # of 3,000 and 16,000
    ],
)
def test_bingx_closes_whole_positions_the_greatest_loss_first(
    entry: list[float], held: list[float], left: float
) -> None:
    legs = tuple(Position(k, q, 0.001, 0.0, 0.0) for k, q in enumerate((60_000.0, -80_000.0)))
    equity, still_held, ledger = after(LargestLoss(np.array(entry)), table_of([TIERS] * 2), 1200.0, legs)
    assert still_held.tolist() == held
    assert equity == pytest.approx(left)
    assert ledger.closings[0] == 1


def test_hyperliquid_takes_a_fifth_of_a_large_position_first() -> None:
    legs = (Position(0, 150_000.0, 0.001, 0.0, 0.0),)
    left, held, _ = after(Staged(), table_of([TIERS]), 1900.0, legs)
    assert held == pytest.approx([120_000.0])  # 2,000 were asked, 1,400 are
    assert left == pytest.approx(1900 - 30)


def test_below_the_backstop_the_vault_takes_the_whole_account() -> None:
    legs = (Position(0, 150_000.0, 0.001, 0.0, 0.0),)
    left, held, ledger = after(Staged(), table_of([TIERS]), 1300.0, legs)  # two thirds of 2,000 are 1,333
    assert (left, held.tolist()) == (0.0, [0.0])
    assert ledger.fund[0] == pytest.approx(1300 - 150)
