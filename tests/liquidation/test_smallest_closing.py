"""How much is closed: against a dense scan of the definition, and against closed forms."""

from collections import Counter

import numpy as np
import pytest
from scipy.optimize import brentq

from stresskit.domain import View
from stresskit.liquidation.concave import GRAIN
from stresskit.simulate.scratch import empty_breakdown, view_at
from tests.liquidation.kernels import closing
from tests.reference.account import Account, Position, smallest_closing
from tests.reference.random_accounts import book_of, case, explore, table_of

CLEAR = 1e-9  # of gross value: a decision that was nearer than this is set aside
NUDGE = 1e-6  # of a position, to see how steep the account's health is


def health(found, market, quantity, p, done, equity):
    """``g(x) = E(x) - (1 + buffer) MM(x)`` as the definition has it."""
    position = found.account.positions[p]
    mark = market.marks[position.asset]

    def slippage(value):
        return value * position.half_spread + position.impact * value**1.5

    def g(amount):
        value = amount * mark
        left = equity - (slippage(done + value) - slippage(done))
        held = list(quantity)
        held[p] = np.sign(held[p]) * max(abs(held[p]) - amount, 0.0)
        required, _ = found.twin.requirement(found.account, held, market)
        return left - min(position.fee * value, max(left, 0.0)) - (1 + found.account.buffer) * required

    return g


@pytest.mark.parametrize("kind", ["brackets", "var"])
def test_amount_is_that_of_a_dense_scan(kind, figures):
    tally = Counter()

    def agree(shape):
        found = case(shape, kind, steps=2, paths=1)
        rng = np.random.default_rng([shape.seed, 1])
        market, quantity = found.path(0)[1], found.book.quantity.tolist()
        required, _ = found.twin.requirement(found.account, quantity, market)
        equity = float(rng.uniform(0.05, 1.0)) * required
        value = np.abs(found.book.quantity * np.array(market.marks)[found.book.asset])
        done = rng.choice([0.0, 0.5], value.size) * value
        for p in range(value.size):
            g = health(found, market, quantity, p, done[p], equity)
            held = abs(quantity[p])
            expected, restored, distance = smallest_closing(g, held)
            view = View(
                found.book.quantity.copy(), *(np.array(x) for x in (*market[:2], [market.multiplier]))
            )
            breakdown = empty_breakdown(value.size, found.variance.size, found.scenarios)
            amount, done_it = closing(found.rule, found.book, view, p, done, equity, breakdown)
            tally["legs"] += 1
            if distance < CLEAR * value.sum():
                tally["set aside"] += 1
                continue
            tally["restored"] += restored
            tally["part"] += not restored and expected > 0
            tally["nothing"] += expected == 0
            assert done_it == restored
            assert 0 <= amount <= held
            if restored:
                assert amount == pytest.approx(expected, rel=0, abs=1e-9 * held)
                assert g(amount) == pytest.approx(0.0, abs=1e-9 * value.sum()) or amount == held
            else:
                assert amount == pytest.approx(expected, rel=0, abs=1e-9 * held)
                sides = np.clip([expected - NUDGE * held, expected + NUDGE * held], 0, held)
                steep = max(abs(g(side) - g(expected)) for side in sides) / NUDGE
                room = 2 * GRAIN * steep + 1e-12 * value.sum()  # both know the peak within a grain
                assert g(amount) == pytest.approx(g(expected), rel=0, abs=room)

    tally = explore(agree, 40, tally)
    counts = ", ".join(f"{name} {int(number)}" for name, number in tally.items())
    figures.append(f"smallest closing against a dense scan, {kind}: {counts}")
    assert tally["set aside"] < 0.05 * tally["legs"]
    assert min(tally[key] for key in ("restored", "part", "nothing")) > 0


def one_leg(notional, rate, cost, equity, impact=0.0, buffer=0.1):
    """Amount and verdict for one position under one tier; half of `cost` is fee."""
    book = book_of(Account((Position(0, notional, cost / 2, impact, cost / 2),), 0.0, buffer))
    rule = table_of([((0.0, rate, 0.0),)])
    breakdown = empty_breakdown(1, 1, 0)
    return closing(rule, book, view_at(book, np.ones(1)), 0, np.zeros(1), equity, breakdown)


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("share", [0.999, 0.8, 0.6])
def test_closed_form_without_impact(side, share):
    notional, rate, cost = 250_000.0, 0.05, 0.01
    equity = share * rate * notional
    amount, restored = one_leg(side * notional, rate, cost, equity)
    expected = (1.1 * rate * notional - equity) / (1.1 * rate - cost)
    assert restored
    assert amount == pytest.approx(expected, rel=1e-9)


def test_root_with_impact():
    notional, rate, cost, impact, equity = 4e6, 0.05, 0.004, 8e-6, 0.9 * 0.05 * 4e6

    def g(x):
        return equity - cost * x - impact * x**1.5 - 1.1 * rate * (notional - x)

    amount, restored = one_leg(notional, rate, cost, equity, impact)
    assert restored
    assert amount == pytest.approx(brentq(g, 0, notional / 2, xtol=1e-9), rel=1e-8)


def test_a_fee_above_the_maintenance_rate_never_helps():
    notional, rate = 50_000.0, 0.004
    equity = rate * notional
    amount, restored = one_leg(notional, rate, 0.0125, equity)
    assert not restored
    assert amount == 0.0


def test_costs_that_eat_the_equity_end_with_nothing_open_and_nothing_required():
    notional, rate, equity = 50_000.0, 0.04, 700.0  # slippage 500, fee 500
    amount, restored = one_leg(notional, rate, 0.02, equity)
    assert restored
    assert amount == notional


def test_slippage_beyond_the_equity_is_not_restored():
    amount, restored = one_leg(50_000.0, 0.04, 0.02, 499.0)
    assert not restored
    assert 0 < amount <= 50_000
