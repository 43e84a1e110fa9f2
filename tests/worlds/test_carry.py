"""Worlds in which nothing moves but funding or the basis: the step of liquidation is known exactly."""

from dataclasses import replace

import numpy as np
import pytest

from stresskit.domain import Wallet
from stresskit.liquidation import CloseAll
from stresskit.model.factor import build_factor, unmoved
from stresskit.numerics.philox import BASIS, FUNDING
from stresskit.simulate.blocks import Contender, live_block, stream, workspace
from stresskit.simulate.carry_draws import Carry
from tests.model.test_factor import GAP
from tests.reference.account import Account, Position
from tests.reference.carry import Terms
from tests.reference.random_accounts import book_of, table_of
from tests.simulate.test_carry import dues_of
from tests.worlds.one_asset import constant_volatility, plan_for

STILL = constant_volatility(1e-200, 0.0)
RATE = 0.001


def plan_of(quantity, equity, terms, *, rate=RATE, maintenance=0.005, face=0.0, step_h=1.0, bridged=False):
    """One position at a mark that stays, under a flat rate, with funding that stays."""
    held = Account((Position(0, quantity, 0.0, 0.0, 0.0),), equity - quantity, 0.0)
    book, dues = book_of(held)._replace(face=np.array([face])), dues_of([terms], step_h)
    life = Contender(table_of([((0.0, maintenance, 0.0),)]), CloseAll(), book, 0, dues)
    still = unmoved(rate, 28800.0)
    factor = build_factor(int(FUNDING), np.array([0]), [0], [still], np.array([rate]))
    plan = plan_for(STILL, 120, (life,), seed=3)
    return replace(plan, carry=Carry(factor, None, (dues,)), books=(book,), bridged=bridged)


def first(plan):
    outcome = next(stream(plan, 4, 64, 1))
    record = outcome.records[0]
    assert len(set(record.first_step.tolist())) == 1
    return record, int(record.first_step[0]), float(outcome.profits[0][0])


EIGHT = Terms(8.0, 8.0, np.inf, -np.inf)


@pytest.mark.parametrize("bridged", [False, True])
@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (EIGHT, 40),  # 5 payments of 100 take 1,000 to the maintenance of 500
        (EIGHT._replace(first_h=3.0), 35),
        (EIGHT._replace(cap=0.0005, floor=-0.0005), 80),  # half of each payment, twice as many
        (EIGHT._replace(interval_h=1.0, first_h=1.0, share=1 / 8), 40),
        (EIGHT._replace(continuous=True), 40),
    ],
)
def test_a_constant_path_dies_at_the_payment_that_takes_equity_to_maintenance(terms, expected, bridged):
    plan = plan_of(1e5, 1000.0, terms, bridged=bridged)
    record, step, profit = first(plan)
    assert step == expected
    assert record.funding[0] == pytest.approx(500.0, rel=1e-12)
    assert record.terminal_equity[0] == pytest.approx(500.0, rel=1e-12)
    assert (record.inside == 0).all()
    assert record.lowest_ratio[0] == pytest.approx(1.0, rel=1e-12)
    assert profit == pytest.approx(-{40: 1500.0, 35: 1500.0, 80: 750.0}[expected], rel=1e-12)


def test_one_dollar_more_lasts_one_payment_longer():
    assert first(plan_of(1e5, 1001.0, EIGHT))[1] == 48


@pytest.mark.parametrize(("quantity", "rate"), [(-1e5, RATE), (1e5, -RATE)])
def test_the_other_side_is_paid(quantity, rate):
    record, step, profit = first(plan_of(quantity, 1000.0, EIGHT, rate=rate))
    assert step == -1
    assert record.funding[0] == pytest.approx(-1500.0, rel=1e-12)
    assert record.terminal_equity[0] == pytest.approx(2500.0, rel=1e-12)
    assert profit == pytest.approx(1500.0, rel=1e-12)


def test_a_step_longer_than_the_interval_pays_several_at_once():
    """Days with three payments of 100: 300 a step, so that 1,000 last until the second."""
    record, step, _ = first(plan_of(1e5, 1000.0, EIGHT, step_h=24.0))
    assert step == 2
    assert record.funding[0] == pytest.approx(600.0, rel=1e-12)


def test_a_longer_interval_than_the_step_pays_when_it_falls():
    record, step, _ = first(plan_of(1e5, 1000.0, EIGHT._replace(first_h=10.0), step_h=3.0))
    assert step == 14  # payments at 10, 18, 26, 34 and 42 hours, in the steps to 12, 18, 27, 36 and 42
    assert record.funding[0] == pytest.approx(500.0, rel=1e-12)


def test_an_inverse_contract_pays_on_its_face():
    """Entered at four fifths of the mark: a slope of 125,000 on a face of 100,000 USD."""
    plan = plan_of(1.25e5, 1000.0, EIGHT, face=0.8)
    record, step, _ = first(plan)
    assert step == 40
    assert record.funding[0] == pytest.approx(500.0, rel=1e-12)


def hedged(equity, maintenance=0.0):
    """A coin in the wallet, one short perpetual that carries the basis: prices cancel."""
    account = Account((Position(0, -1e5, 0.0, 0.0, 0.0),), equity, 0.0)
    none = np.zeros(1)
    coin = Wallet(np.array([0]), np.array([1e5]), none, none, 0.0)
    book = book_of(account)._replace(wallet=coin)
    dues = dues_of([Terms(0.0, 0.0, np.inf, -np.inf, based=True, origin=GAP.mean)], 1.0)
    return Contender(table_of([((0.0, maintenance, 0.0),)]), CloseAll(), book, 0, dues)


@pytest.mark.parametrize("bridged", [False, True])
def test_cash_and_carry_dies_by_the_basis_alone(bridged):
    """At no maintenance the account dies when the premium of the perpetual has eaten what was there."""
    plan = plan_for(constant_volatility(0.005, 0.0), 100, (hedged(120.0),), seed=9)
    factor = build_factor(int(BASIS), np.array([0]), [0], [GAP], np.array([GAP.mean]))
    plan = replace(plan, carry=Carry(None, factor, ()), bridged=bridged)
    marks, basis = [], []

    def watch(_step, tile, _blocks, _records):
        marks.append(tile.marks[:, 0].copy())
        basis.append(tile.basis[:, 0].copy())

    record = live_block(plan, 0, workspace(plan, 512, 16), watch).records[0]
    lost = 1e5 * np.concatenate(marks) * ((1 + np.concatenate(basis)) / (1 + GAP.mean) - 1)
    dead = lost >= 120.0
    expected = np.where(dead.any(axis=0), dead.argmax(axis=0) + 1, -1)
    assert (
        record.first_step == expected
    ).mean() > 0.995  # the bridge sees the coin's own move on the premium
    assert 0.05 < (expected > 0).mean() < 0.95
    alive = record.first_step < 0
    assert record.terminal_equity[alive] == pytest.approx(120.0 - lost[-1, alive], rel=1e-9)
    assert record.basis_gain[alive] == pytest.approx(-lost[-1, alive], rel=1e-7, abs=1e-7)
