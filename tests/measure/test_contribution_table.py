"""Contributions as metrics.json states them: sums, closed forms, and inputs that say nothing."""

import numpy as np
import pytest

from stresskit.measure.contribution_table import contribution_table
from stresskit.measure.contributions import divided
from stresskit.measure.law import PLAIN, Law
from stresskit.measure.legs import Leg, by_asset, division
from stresskit.measure.tail import expected_shortfall
from tests.lawful import assert_lawful

LEGS = (Leg("BTC long", "BTC", 60.0, 0), Leg("BTC short", "BTC", -20.0, 1), Leg("ETH", "ETH", -30.0, 2))
SYMBOLS = ("BTC long", "BTC short", "ETH")
N = 4000


def book(paths=N, carry=0.0, seed=3):
    """Reader of a market's columns: marks of two assets, and what the three legs earn on them."""
    rng = np.random.default_rng(seed)
    btc, eth = 1.0 + 0.1 * rng.standard_normal((2, paths))
    pnl = sum(leg.exposure * ((btc if leg.asset == "BTC" else eth) - 1.0) for leg in LEGS)
    funding = carry * rng.standard_normal(paths)
    return {"mark_BTC": btc, "mark_ETH": eth, "pnl": pnl + funding}.__getitem__


def life(hits, paths=N):
    first = np.where(np.arange(paths) < hits, 7, -1)
    return {"first_step": first, "trigger": np.where(first > 0, np.arange(paths) % 3, -1)}.__getitem__


def told(column, carried=(), hits=100, law=PLAIN, paths=N):
    whole = division(column, LEGS, carried)
    return contribution_table(whole, {"cross": life(hits, paths)}, SYMBOLS, law)


def parts(found):
    return [leg["component"]["value"] for leg in found["legs"]]


@pytest.mark.parametrize("weighted", [False, True])
def test_parts_add_up_to_the_figures_of_the_market(weighted):
    column = book()
    law = Law(np.random.default_rng(0).uniform(0.5, 2.0, N)) if weighted else PLAIN
    found = told(column, law=law)
    for kind in ("positions", "assets"):
        for measure in ("var", "es"):
            for level in found[kind][measure].values():
                assert sum(parts(level)) == pytest.approx(level["total"], rel=1e-10)
                alone = sum(leg["standalone"] for leg in level["legs"])
                assert alone - level["total"] == pytest.approx(level["diversification"])
    if not weighted:
        expected = expected_shortfall(-column("pnl"), 0.99).value
        assert found["positions"]["es"]["0.99"]["total"] == pytest.approx(expected, rel=1e-10)
    assert_lawful(found)


def test_an_asset_carries_what_its_positions_carry():
    found = told(book())
    positions, assets = (parts(found[kind]["es"]["0.975"]) for kind in ("positions", "assets"))
    assert assets == pytest.approx([positions[0] + positions[1], positions[2]])
    long, short, _ = found["positions"]["es"]["0.975"]["legs"]
    assert long["marginal"] == pytest.approx(short["marginal"])  # the same asset, the same slope
    assert short["component"]["value"] < 0 < long["component"]["value"]


def test_normal_legs_meet_the_closed_form():
    """Two independent normals of 4 and 3 USD: they carry the ES as their variances, 16 to 9."""
    column, n = book(400_000), 400_000
    legs = told(column, paths=n)["assets"]["es"]["0.99"]["legs"]
    assert [leg["share"] for leg in legs] == pytest.approx([0.64, 0.36], abs=0.01)
    assert legs[0]["standalone"] == pytest.approx(4.0 * 2.6652, rel=0.01)


def test_what_no_leg_earns_is_a_leg_of_its_own():
    found = told(book(carry=2.0), ("funding",))["assets"]["es"]["0.95"]
    assert [leg["name"] for leg in found["legs"]] == ["BTC", "ETH", "funding"]
    assert found["legs"][2]["component"]["value"] > 0
    assert (found["legs"][2]["marginal"], found["legs"][2]["reason"]) == (None, "the leg has no exposure")
    assert [leg["name"] for leg in told(book(carry=2.0))["assets"]["es"]["0.95"]["legs"]][2] == "other"
    assert len(told(book())["assets"]["es"]["0.95"]["legs"]) == 2


def test_a_large_sample_is_cut_without_a_trace():
    """Only the tail is sorted; the figures are those of the whole sample."""
    losses = np.random.default_rng(1).standard_t(4, (50_000, 3))
    whole = losses.sum(axis=1)
    cut = divided(whole, lambda i: losses[:, i], 3, [0.99])[0.99]
    full = divided(whole, lambda i: losses[:, i], 3, [0.99], np.ones(50_000))[0.99]
    for one, other in zip(cut, full, strict=True):
        assert one.total == pytest.approx(other.total, rel=1e-10)
        for a, b in zip(one.components, other.components, strict=True):
            assert a[:3] == pytest.approx(b[:3], rel=1e-6, abs=1e-9)


def test_liquidations_are_divided_among_triggers_and_legs():
    found = told(book(), hits=300)["liquidation"]["cross"]
    shares = [x["p_liquidation"]["value"] for x in found["trigger"]]
    assert shares == pytest.approx([100 / N] * 3)
    column = book()
    assert sum(x["loss"]["value"] for x in found["loss"]) == pytest.approx(-column("pnl")[:300].mean())


@pytest.mark.parametrize(("hits", "value"), [(0, None), (N, 0.0)])
def test_no_path_and_every_path_liquidated(hits, value):
    found = told(book(), hits=hits)
    assert_lawful(found)
    leg = found["liquidation"]["cross"]["loss"][0]["loss"]
    assert leg["value"] is value if value is None else leg["value"] == pytest.approx(value, abs=0.5)


def test_too_few_paths_and_equal_losses_are_said():
    few = told(book(50), hits=2, paths=50)
    assert_lawful(few)
    assert "at least 368 paths" in few["positions"]["es"]["0.99"]["reason"]
    still = {"mark_BTC": np.ones(N), "mark_ETH": np.ones(N), "pnl": np.zeros(N)}.__getitem__
    flat = told(still)
    assert_lawful(flat)
    legs = flat["positions"]["var"]["0.99"]["legs"]
    assert [(leg["component"]["value"], leg["share"]) for leg in legs] == [(0.0, None)] * 3
    assert legs[0]["reason"] == "the total is not above 0"


def test_legs_of_one_asset_are_netted_in_the_order_of_the_book():
    assert [(leg.name, leg.exposure) for leg in by_asset(LEGS)] == [("BTC", 40.0), ("ETH", -30.0)]
