"""Closing where the requirement jumps at the edges of tiers: found on a scan, against the definition."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings

from stresskit.liquidation.largest_contribution import LargestContribution
from stresskit.liquidation.scanned_closing import LOOKS
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, empty_ledger, view_at
from tests.liquidation.kernels import bends_up, liquidated, scanned
from tests.liquidation.test_smallest_closing import health
from tests.properties.test_ceiling import SHAPE
from tests.reference.account import Brackets
from tests.reference.random_accounts import STEADY, case, explore, shapes


def jumping(shape):
    """A case of brackets whose rates hold on the whole position."""
    found = case(shape, "brackets", steps=2, paths=1)
    rows = tuple(tuple((floor, rate, 0.0) for floor, rate, _ in row) for row in found.twin.tiers)
    rule = found.rule._replace(deduction=0.0 * found.rule.deduction, jumps=np.ones(len(rows)))
    return found._replace(twin=Brackets(rows), rule=rule)


def test_only_tables_that_jump_are_scanned():
    found = jumping(SHAPE)
    assert not bends_up(found.rule)
    assert bends_up(found.rule._replace(jumps=0.0 * found.rule.jumps))


def test_the_amount_restores_and_no_look_before_it_does(figures):
    tally = Counter()

    def agree(shape):
        found = jumping(shape)
        rng, n = np.random.default_rng([shape.seed, 1]), found.book.asset.size
        market = found.path(0)[0]._replace(marks=[1.0] * found.variance.size)
        quantity = found.book.quantity.tolist()
        required, _ = found.twin.requirement(found.account, quantity, market)
        equity = float(rng.uniform(0.05, 1.0)) * required
        for p in range(n):
            g, held = health(found, market, quantity, p, 0.0, equity), abs(quantity[p])
            breakdown = empty_breakdown(n, found.variance.size, 0)
            view = view_at(found.book, found.variance)
            amount, restored = scanned(found.rule, found.book, view, p, np.zeros(n), equity, breakdown)
            looks = [held if k == LOOKS else held * k / LOOKS for k in range(1, LOOKS + 1)]
            values, rounding = [g(x) for x in looks], 1e-9 * found.account.gross()
            first = next((k for k, value in enumerate(values) if value >= 0), None)
            if any(abs(value) < rounding for value in values):
                tally["set aside"] += 1
                continue
            assert restored == (first is not None)
            if first is None:
                best = max([g(0.0), *values])
                assert g(amount) == pytest.approx(best, abs=rounding)
                tally["not restored"] += 1
                continue
            assert g(amount) >= -rounding
            assert g(amount - 1e-6 * held) < rounding
            assert looks[first] - held / LOOKS <= amount <= looks[first]
            tally["at an edge" if g(amount) > 1e-6 * held else "at a root"] += 1

    tally = explore(agree, 120, tally)
    assert min(tally[what] for what in ("at an edge", "at a root", "not restored")) > 10
    figures.append("scanned closing of tables that jump: " + ", ".join(f"{k} {v}" for k, v in tally.items()))


@settings(STEADY, max_examples=60)
@given(shapes())
def test_after_the_liquidation_the_account_is_healthy_or_shut(shape):
    found = jumping(shape)
    n, share = found.book.asset.size, float(np.random.default_rng(shape.seed).uniform(0.3, 1.0))
    view, breakdown = view_at(found.book, found.variance), empty_breakdown(n, found.variance.size, 0)
    equity = share * assess(found.rule, found.book, view, breakdown)
    ledger = empty_ledger()
    left = liquidated(LargestContribution(), found.rule, found.book, view, equity, breakdown, ledger)
    required = assess(found.rule, found.book, view, breakdown)
    gross = np.abs(found.book.quantity).sum()
    assert not view.quantity.any() or left >= (1 + found.book.buffer) * required - 1e-9 * gross
    assert left + ledger.slippage[0] + ledger.fee[0] == pytest.approx(equity, abs=1e-9 * gross)
