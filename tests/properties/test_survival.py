"""What holds on every path, whatever the rule and the policy."""

from dataclasses import replace

import numpy as np
import pytest

from stresskit.simulate.blocks import Contender, live_block, workspace
from tests.properties.configs import setting

PATHS = 512
CASES = [("quickstart", "hedge_breaks"), ("directional-majors", "baseline"), ("perfect-hedge", "baseline")]


def equity_curves(plan):
    """Equity (steps + 1, paths) of every contender, and the final records."""
    curves = [np.empty((plan.steps + 1, PATHS)) for _ in plan.contenders]
    for curve, contender in zip(curves, plan.contenders, strict=True):
        curve[0] = contender.book.cash + contender.book.quantity.sum()

    def watch(step, _tile, blocks, _records):
        for curve, block in zip(curves, blocks, strict=True):
            curve[step] = block.equity

    return curves, live_block(plan, 0, workspace(plan, PATHS, 1), watch).records


def when(record, steps):
    """Step of the first breach (paths,); beyond the horizon where there is none."""
    return np.where(record.first_step >= 0, record.first_step, steps + 1)


@pytest.mark.parametrize(("name", "scenario"), CASES)
def test_more_equity_never_brings_the_first_breach_forward(name, scenario):
    found = setting(name)
    modes = [mode.contender for account in found.accounts for mode in account.modes.values()]
    plan = found.plan(scenario)
    for mode in modes:
        equity = mode.book.cash + mode.book.quantity.sum()
        books = [
            mode.book._replace(cash=mode.book.cash + more * equity) for more in (-0.5, -0.2, 0, 0.1, 0.5, 2.0)
        ]
        richer = tuple(Contender(mode.rule, mode.policy, book, mode.scenarios) for book in books)
        outcome = live_block(
            plan_of(plan, richer),
            0,
            workspace(plan_of(plan, richer), PATHS, 16),
        )
        breaches = np.array([when(record, plan.steps) for record in outcome.records])
        assert (np.diff(breaches, axis=0) >= 0).all()
        if name != "perfect-hedge":
            assert (breaches[0] < breaches[-1]).any()


def plan_of(plan, contenders):
    return replace(plan, contenders=contenders, books=())


@pytest.mark.parametrize(("name", "scenario"), CASES)
def test_until_the_first_breach_all_modes_live_the_same(name, scenario):
    found = setting(name, "comparison.equal_efficiency=false")
    plan = found.plan(scenario)
    curves, records = equity_curves(plan)
    first = np.minimum(*(when(record, plan.steps) for record in records))
    untouched = np.arange(plan.steps + 1)[:, None] < first
    assert np.array_equal(curves[0][untouched], curves[1][untouched])
    if name != "perfect-hedge":
        assert not np.array_equal(*curves)


@pytest.mark.parametrize(("name", "scenario"), CASES)
def test_cash_is_conserved(name, scenario):
    """Equity changes by price profit, less fee and slippage, plus the shortfall that others bear.

    At the steps: what is closed between two of them is closed at other marks, and held to the twin.
    """
    found = setting(name, 'simulation.between_steps="none"')
    plan = found.plan(scenario)
    lives = plan.contenders
    gross = [np.abs(c.book.quantity).sum() for c in lives]
    before = [(np.repeat(c.book.quantity[:, None], PATHS, 1), None, np.zeros(PATHS)) for c in lives]
    marks = np.ones((plan.variance.size, PATHS))
    seen = {"liquidations": 0, "partial": 0, "shortfalls": 0}

    def watch(_step, tile, blocks, records):
        moved = tile.marks[0] - marks
        for k, (contender, block, record) in enumerate(zip(lives, blocks, records, strict=True)):
            quantity, equity, cost = before[k]
            equity = contender.book.cash + contender.book.quantity.sum() if equity is None else equity
            profit = (quantity * moved[contender.book.asset]).sum(axis=0)
            borne = record.fee + record.slippage - record.shortfall
            expected = equity + profit - (borne - cost)
            assert np.abs(block.equity - expected).max() <= 1e-11 * gross[k]
            assert (np.abs(block.quantity) <= np.abs(quantity)).all()
            assert (block.quantity * quantity >= 0).all()
            out = record.closed_step > 0
            assert (block.equity[out] >= 0).all()
            assert (block.quantity[:, out] == 0).all()
            assert (record.shortfall[~out] == 0).all()
            assert (record.shortfall * record.fee_waived >= 0).all()
            before[k] = (block.quantity.copy(), block.equity.copy(), borne.copy())
            if _step == plan.steps:
                seen["liquidations"] += (record.first_step > 0).sum()
                seen["partial"] += ((record.first_step > 0) & ~out).sum()
                seen["shortfalls"] += (record.shortfall > 0).sum()
        marks[:] = tile.marks[0]

    live_block(plan, 0, workspace(plan, PATHS, 1), watch)
    if name != "perfect-hedge":
        assert min(seen.values()) > 0, seen
