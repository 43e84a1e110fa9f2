"""A scenario reaches the market's dependence; the venue's rule sees the volatility and nothing else."""

import numpy as np
import pytest

from stresskit.margin.scenario_set import set_sha256
from stresskit.margin.var import VarRule
from stresskit.simulate.blocks import live_block, workspace
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, view_at
from tests.properties.configs import setting

STRESS = [
    "scenarios.hedge_breaks.volatility_multiplier=2.0",
    'scenarios.hedge_breaks.onset="10h"',
    'scenarios.hedge_breaks.duration="20h"',
    'simulation.horizon="2d"',
]


@pytest.fixture(scope="module")
def found():
    return setting("quickstart", *STRESS)


def test_the_rule_is_the_same_object_in_every_scenario(found):
    calm, broken = found.plan("baseline"), found.plan("hedge_breaks")
    for one, two in zip(calm.contenders, broken.contenders, strict=True):
        assert one.rule is two.rule
    factors = [stretch.sampler.copula.factor for stretch in (*calm.stretches, *broken.stretches)]
    assert np.array_equal(factors[0], factors[1])
    assert not np.array_equal(factors[0], factors[2])


def test_the_scenario_set_does_not_depend_on_scenarios_or_seed(found):
    def fingerprint(setting):
        rules = [c.rule for _, c in setting.lives() if isinstance(c.rule, VarRule)]
        assert rules
        return {set_sha256(rule) for rule in rules}

    other = setting("quickstart", "simulation.seed=1", "scenarios.hedge_breaks.strength=0.1")
    assert fingerprint(found) == fingerprint(other)
    assert len(fingerprint(found)) == 1


def test_multiplier_scales_returns_and_the_volatility_that_the_rule_sees(found):
    """While the break lasts the requirement is that of a market with twice the volatility."""
    contender = next(c for _, c in found.lives() if isinstance(c.rule, VarRule))
    book = contender.book
    multipliers = []

    def watch(_step, tile, _blocks, _records):
        multipliers.append(tile.multiplier)

    plan = found.plan("hedge_breaks")
    live_block(plan, 0, workspace(plan, 64, 1), watch)
    assert multipliers == [1.0] * 10 + [2.0] * 20 + [1.0] * 18

    def required(multiplier):
        breakdown = empty_breakdown(book.asset.size, found.variance.size, contender.scenarios)
        return assess(contender.rule, book, view_at(book, found.variance, multiplier), breakdown)

    assert required(2.0) == pytest.approx(2 * required(1.0), rel=1e-12)


def test_returns_are_scaled_but_not_the_recursion():
    """Same draws: with calm dependence and multiplier 2 the returns double and the variance stays."""
    stress = [text for text in STRESS if "multiplier" not in text]
    strengthless = "scenarios.hedge_breaks.strength=0"
    tiles = {}
    for multiplier in (1.0, 2.0):
        scaled = f"scenarios.hedge_breaks.volatility_multiplier={multiplier}"
        plan = setting("quickstart", *stress, strengthless, scaled).plan("hedge_breaks")
        marks, variance = [np.ones((2, 64))], []

        def watch(_step, tile, _blocks, _records, marks=marks, variance=variance):
            marks.append(tile.marks[0].copy())
            variance.append(tile.variance[0].copy())

        live_block(plan, 0, workspace(plan, 64, 1), watch)
        tiles[multiplier] = np.array(marks), np.array(variance)
    one, two = tiles[1.0], tiles[2.0]
    assert np.array_equal(one[1], two[1])
    returns = [marks[1:] / marks[:-1] - 1 for marks, _ in (one, two)]
    assert returns[1][10:30] == pytest.approx(2 * returns[0][10:30], rel=1e-9, abs=1e-12)
    assert returns[1][:10] == pytest.approx(returns[0][:10], abs=1e-13)
    assert returns[1][30:] == pytest.approx(returns[0][30:], abs=1e-13)
