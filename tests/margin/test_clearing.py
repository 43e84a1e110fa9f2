"""Value at risk, the volatility floor and the clearing house's add-ons, against the definitions."""

import numpy as np
import pytest

from stresskit.domain import Tile, View, ceiling, focus, remember, requirement, requirement_of_leg, roof
from stresskit.margin.scenario_set import build_clearing, build_var
from stresskit.margin.var import Var
from stresskit.numerics.jit import kernel
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_block, empty_breakdown
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of

N, STEPS = 2000, 24


def mean_of_worst(loss, count):
    return np.sort(loss)[::-1][:count].mean()


def sets(rng, assets):
    """Scenario prices of three dependence sets."""
    own = 0.03 * rng.standard_t(4, (assets, N))
    common = 0.03 * rng.standard_t(4, N)
    perfect = np.broadcast_to(common, own.shape)
    return [np.maximum(1 + x, 0.05) for x in (0.6 * own + 0.6 * common, perfect, own)]


def rule_of(assets, seed, **changes):
    rng = np.random.default_rng(seed)
    ones = np.ones(assets)
    variance = 1e-4 * ones
    spec = Var(rule="var", scenarios=N, minimum_charge=0.0005, **changes)
    calm, perfect, zero = sets(rng, assets)
    weight = np.full(assets, (1 - 0.9**STEPS) / (STEPS * 0.1))  # of a persistence of 0.9
    base = build_var(spec, calm, variance, weight)
    quantity = rng.choice([-1.0, 1.0], assets) * rng.lognormal(10, 0.7, assets)
    return base, build_clearing(base, perfect, zero), quantity


def evaluate(rule, quantity, variance=1e-4):
    n = quantity.size
    book = book_of(Account(tuple(Position(i, q, 0, 0, 0) for i, q in enumerate(quantity)), 0.0, 0.0))
    breakdown = empty_breakdown(n, n, N)
    view = View(quantity.copy(), np.ones(n), np.full(n, variance), np.ones(1), np.zeros(1))
    return assess(rule, book, view, breakdown), breakdown


@pytest.mark.parametrize("seed", range(20))
def test_value_at_risk_is_the_smallest_loss_of_the_tail(seed):
    base, _, quantity = rule_of(3, seed, measure="var")
    total, found = evaluate(base, quantity)
    loss = np.sort(quantity @ base.scenarios.losses)[::-1]
    assert total == pytest.approx(loss[19], rel=1e-12)
    assert found.terms[2] == pytest.approx(loss[:20].mean(), rel=1e-12)
    assert total <= found.terms[2]
    assert found.contribution.sum() == pytest.approx(total, rel=1e-12)


def test_without_the_floor_a_calm_market_needs_less():
    floored, _, quantity = rule_of(2, 3)
    free, _, _ = rule_of(2, 3, volatility_floor=False)
    calm, still = evaluate(floored, quantity, 2.5e-5)[0], evaluate(free, quantity, 2.5e-5)[0]
    assert calm == evaluate(floored, quantity)[0] == pytest.approx(evaluate(free, quantity)[0], rel=1e-12)
    assert still < calm
    assert evaluate(floored, quantity, 4e-4)[0] == evaluate(free, quantity, 4e-4)[0] > calm


@pytest.mark.parametrize("assets", [1, 2, 5])
@pytest.mark.parametrize("seed", range(8))
def test_add_ons_are_those_of_the_definition(assets, seed):
    base, rule, x = rule_of(assets, seed)
    shortfall = mean_of_worst(x @ base.scenarios.losses, 20)
    deep = [mean_of_worst(x @ one.losses, 10) for one in (base.scenarios, rule.perfect, rule.zero)]
    single = [mean_of_worst(v * losses, 10) for v, losses in zip(x, base.scenarios.losses, strict=True)]
    order = np.argsort(single)[::-1]
    rest = np.where(np.isin(np.arange(assets), order[:2]), 0.0, x)
    residual = mean_of_worst(rest @ base.scenarios.losses, 20)
    dependence = (max(deep) - shortfall) / 4
    concentration = (sum(np.sort(single)[::-1][:2]) + residual - shortfall) / 4
    total, found = evaluate(rule, x)
    assert found.terms[[0, 3, 4]] == pytest.approx(
        [shortfall, dependence, concentration], rel=1e-11, abs=1e-9
    )
    assert total == pytest.approx(shortfall + max(dependence, concentration, 0.0), rel=1e-12)
    assert found.contribution.sum() == pytest.approx(total, rel=1e-11)
    assert found.terms[2] >= shortfall


@kernel
def anchored(rule, book, view, breakdown, block, path):
    value = requirement(rule, book, view, breakdown)
    remember(rule, block, path, breakdown)
    return value


@kernel
def closed(rule, book, view, p, held, breakdown):
    """The requirement along a closing of position `p`, and its slope there; then the roof over it."""
    requirement(rule, book, view, breakdown)
    focus(rule, book, view, p, breakdown)
    view.quantity[p] = held
    asked = requirement_of_leg(rule, book, view, p, breakdown)
    slope = breakdown.slope[p]
    return asked, slope, roof(rule, book, view, breakdown)


@pytest.mark.parametrize("assets", [1, 2, 5])
@pytest.mark.parametrize("seed", range(8))
def test_a_closing_asks_what_the_smaller_book_asks(assets, seed):
    _, rule, x = rule_of(assets, seed)
    book = book_of(Account(tuple(Position(i, q, 0, 0, 0) for i, q in enumerate(x)), 0.0, 0.0))
    p, breakdown = (
        int(np.argmax(np.abs(x))) if seed % 2 else seed % assets,
        empty_breakdown(assets, assets, N),
    )
    for left in (1.0, 0.999, 0.6, 0.1, 0.0):
        smaller = np.where(np.arange(assets) == p, left * x, x)
        view = View(x.copy(), np.ones(assets), np.full(assets, 2e-4), np.ones(1), np.zeros(1))
        asked, slope, above = closed(rule, book, view, p, smaller[p], breakdown)
        whole, found = evaluate(rule, smaller, 2e-4)
        assert asked == pytest.approx(whole, rel=1e-11, abs=1e-9)
        assert slope == pytest.approx(found.slope[p], rel=1e-9, abs=1e-12) or left == 0.0
        assert above >= asked


@kernel
def bounded(rule, book, tile, block):
    ceiling(rule, book, tile, 0, block)


@pytest.mark.parametrize("measure", ["add_ons", "var"])
@pytest.mark.parametrize("seed", range(10))
def test_ceiling_is_never_below_the_requirement(measure, seed):
    """Anchored in one place and moved to another: value at risk by the ES bound, add-ons by that of A."""
    assets, paths = 3, 32
    base, with_add_ons, x = rule_of(assets, seed, measure="var" if measure == "var" else "es")
    rule = base if measure == "var" else with_add_ons
    rng = np.random.default_rng(seed + 100)
    book = book_of(Account(tuple(Position(i, q, 0, 0, 0) for i, q in enumerate(x)), 0.0, 0.0))
    block, breakdown = empty_block(assets, assets, paths), empty_breakdown(assets, assets, N)
    spare = empty_block(assets, assets, 1)
    tile = Tile(np.empty((1, assets, paths)), np.full((1, assets, paths), 1e-4), 1.0)
    required = np.empty(paths)
    for b in range(paths):
        near, far = np.exp(0.2 * rng.standard_normal((2, assets)))
        kept = x * rng.choice([0.0, 0.4, 1.0], assets)
        anchored(rule, book, View(x.copy(), near, np.full(assets, 1e-4), np.ones(1)), breakdown, block, b)
        view = View(kept, far, np.full(assets, 1e-4), np.ones(1))
        required[b] = anchored(rule, book, view, breakdown, spare, 0)
        block.quantity[:, b], tile.marks[0, :, b] = kept, far
    bounded(rule, book, tile, block)
    assert (block.ceiling >= required).all()
    assert (block.ceiling <= 4 * required + 1e-6).all()


def test_a_quantile_is_anchored_at_its_tail():
    """The scenario at the quantile may move a position further than the position's own tail does."""
    ones = np.ones(2)
    prices = np.ones((2, N))
    prices[1, :19] = 0.5
    prices[:, 19] = 0.6, 1.1
    rule = build_var(Var(rule="var", scenarios=N, measure="var"), prices, 1e-4 * ones, ones)
    book = book_of(Account(tuple(Position(i, 1000.0, 0, 0, 0) for i in range(2)), 0.0, 0.0))
    block, breakdown = empty_block(2, 2, 1), empty_breakdown(2, 2, N)
    held, more = np.array([1000.0, 1000.0]), np.array([1100.0, 1000.0])
    variance = np.full(2, 1e-4)
    before = anchored(rule, book, View(held, ones, variance, np.ones(1)), breakdown, block, 0)
    after = anchored(rule, book, View(more, ones, variance, np.ones(1)), breakdown, empty_block(2, 2, 1), 0)
    assert (before, after) == pytest.approx((300.0, 340.0), rel=1e-12)
    tile = Tile(np.ones((1, 2, 1)), np.full((1, 2, 1), 1e-4), 1.0)
    block.quantity[:, 0] = more
    bounded(rule, book, tile, block)
    assert block.ceiling[0] >= after
