"""What is monotone in a liquidation; nothing else is."""

import numpy as np
import pytest

from stresskit.liquidation import CloseAll, Policy, ProRata, TierLadder
from stresskit.liquidation.execution import Execution, impact_coefficients
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, empty_ledger, view_at
from tests.liquidation.kernels import liquidated
from tests.reference.random_accounts import Shape, case, kernel_lives
from tests.reference.venue_policies import POLICIES

SEEDS = range(8)


def shaped(seed: int, buffer: float = 0.1, fee: float = 0.0005, impact: float = 3e-5) -> Shape:
    return Shape(seed, 3, 5, buffer, 1.4, fee, impact, 0.02, 0.99, 0.005)


@pytest.mark.parametrize("name", POLICIES)
def test_more_stablecoins_never_bring_the_first_breach_forward(name: str) -> None:
    later = 0
    for seed in SEEDS:
        found = case(shaped(seed), "brackets", paths=32)
        policy, gross = POLICIES[name].fast(np.ones(5)), found.account.gross()
        firsts = []
        for more in (0.0, 0.01, 0.05, 0.2):
            richer = found._replace(book=found.book._replace(cash=found.book.cash + more * gross))
            first = kernel_lives(richer, policy, always=False).first_step
            firsts.append(np.where(first < 0, 10**6, first))
        assert np.all(np.diff(firsts, axis=0) >= 0)
        later += int((np.diff(firsts, axis=0) > 0).sum())
    assert later > 0


def test_worse_depth_never_lowers_the_loss_when_everything_is_closed() -> None:
    """One quantity, filled whole: its cost rises as the depth falls, and so does what is lost."""
    volatility, volume = np.full(5, 0.04), np.geomspace(1e6, 1e10, 5)
    deep = [
        impact_coefficients(Execution(depth=depth), volatility, volume) for depth in (1.0, 0.35, 0.1, 0.02)
    ]
    assert np.all(np.diff(deep, axis=0) > 0)
    for seed in SEEDS:
        found = case(shaped(seed), "brackets", paths=32)
        lives = [
            kernel_lives(found._replace(book=found.book._replace(impact=one)), CloseAll(), always=False)
            for one in deep
        ]
        assert (lives[0].first_step > 0).any()
        for shallow, deeper in zip(lives[1:], lives, strict=False):
            assert np.array_equal(shallow.closed_notional, deeper.closed_notional)
            assert np.all(shallow.slippage >= deeper.slippage)
            lost = (deeper.terminal_equity - deeper.shortfall) - (shallow.terminal_equity - shallow.shortfall)
            assert np.all(lost >= -1e-9 * found.account.gross() - (deeper.fee - shallow.fee))


@pytest.mark.parametrize("policy", [TierLadder(0.0, 0.0, 0.0, 1.0), ProRata(1.0, 1.0, 0.0, 1.0)])
def test_without_costs_a_larger_buffer_leaves_a_ratio_that_is_not_smaller(policy: Policy) -> None:
    for seed in SEEDS:
        found = case(shaped(seed, fee=0.0, impact=0.0), "brackets", steps=2, paths=1)
        book, breakdown = found.book._replace(half_spread=np.zeros(5)), empty_breakdown(5, 3, 0)
        required = assess(found.rule, book, view_at(book, found.variance), breakdown)
        for share in (1.0, 0.9, 0.5, 0.1):
            ratios = []
            for buffer in (0.0, 0.05, 0.2, 0.5, 2.0):
                view, thinner = view_at(book, found.variance), book._replace(buffer=buffer)
                equity = share * required
                left = liquidated(policy, found.rule, thinner, view, equity, breakdown, empty_ledger())
                assert left == pytest.approx(equity, rel=1e-12)
                ratios.append(left / assess(found.rule, thinner, view, breakdown))
            assert np.all(np.diff(ratios) >= -1e-9)
            assert ratios == pytest.approx([1.0, 1.05, 1.2, 1.5, 3.0], rel=1e-6)
