"""Long and short the same contract: equity cannot move, only the requirement can."""

import numpy as np
import pytest

from stresskit.liquidation import CloseAll, LargestContribution
from stresskit.margin.scenario_set import build_var
from stresskit.margin.var import Var
from stresskit.simulate.blocks import Contender, live_block, workspace
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of
from tests.worlds.one_asset import constant_volatility, plan_for

LEG, STEPS, PATHS, FEE, SPREAD = 100_000.0, 200, 2000, 0.001, 0.0005
MODEL = constant_volatility(0.05, 0.0)


def hedge(equity):
    return book_of(
        Account((Position(0, LEG, SPREAD, 0, FEE), Position(0, -LEG, SPREAD, 0, FEE)), equity, 0.1)
    )


def lived(contender):
    """The record, and the marks (steps, paths) it was lived on."""
    marks = np.empty((STEPS, PATHS))

    def watch(step, tile, _blocks, _records):
        marks[step - 1] = tile.marks[0, 0]

    plan = plan_for(MODEL, STEPS, (contender,), seed=7)
    return live_block(plan, 0, workspace(plan, PATHS, 1), watch).records[0], marks


@pytest.mark.parametrize("equity", [1.0, 20_000.0])
def test_never_liquidated_where_only_risk_is_charged(equity):
    rng = np.random.default_rng(1)
    spec = Var(rule="var", scenarios=1000, minimum_charge=0.0)
    rule = build_var(spec, rng.lognormal(0, 0.2, (1, 1000)), MODEL.marginals.long_run_variance, np.ones(1))
    record, marks = lived(Contender(rule, LargestContribution(), hedge(equity), 1000))
    assert marks.max() > 3
    assert marks.min() < 0.3
    assert (record.first_step == -1).all()
    assert record.terminal_equity == pytest.approx(equity, abs=1e-9 * LEG)


def test_a_minimum_charge_kills_it_at_the_price_at_which_it_reaches_the_equity():
    """Without risk the charge on the gross is all that is asked: 2 LEG m charge = equity."""
    charge, equity = 0.01, 3000.0
    rng = np.random.default_rng(1)
    spec = Var(rule="var", scenarios=1000, minimum_charge=charge)
    rule = build_var(spec, rng.lognormal(0, 0.2, (1, 1000)), MODEL.marginals.long_run_variance, np.ones(1))
    record, marks = lived(Contender(rule, LargestContribution(), hedge(equity), 1000))
    crossed = marks >= equity / (2 * LEG * charge)
    first = np.where(crossed.any(axis=0), crossed.argmax(axis=0) + 1, -1)
    assert 0.05 < (first > 0).mean() < 0.95
    assert np.array_equal(record.first_step, first)


def test_brackets_kill_it_when_the_price_has_risen_enough():
    rate, equity = 0.01, 3000.0
    table = table_of([((0.0, rate, 0.0),)] * 2)
    record, marks = lived(Contender(table, CloseAll(), hedge(equity), 0))
    fatal = equity / (2 * LEG * rate)
    crossed = marks >= fatal
    first = np.where(crossed.any(axis=0), crossed.argmax(axis=0) + 1, -1)
    assert 0.05 < (first > 0).mean() < 0.95
    assert np.array_equal(record.first_step, first)
    assert np.array_equal(record.closed_step, first)
    dead = first > 0
    value = 2 * LEG * marks[first[dead] - 1, np.flatnonzero(dead)]
    assert record.slippage[dead] == pytest.approx(SPREAD * value)
    assert record.fee[dead] == pytest.approx(FEE * value)
    assert record.terminal_equity[dead] == pytest.approx(equity - (SPREAD + FEE) * value)
    assert record.terminal_equity[~dead] == pytest.approx(equity)
