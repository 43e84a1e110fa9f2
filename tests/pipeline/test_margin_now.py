"""The margin of the shipped books now: the article's arithmetic, and what the data say besides."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import load_run
from stresskit.margin.scenario_set import worst_mean
from stresskit.pipeline import margin
from stresskit.pipeline.margin_now import Desk, liquidation_mark
from stresskit.pipeline.setting import prepare
from tests.lawful import assert_lawful
from tests.pipeline.conftest import CONFIGS


def by_command(name):
    done = CliRunner().invoke(main, ["margin", str(CONFIGS / f"{name}.toml"), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def desks(name, *overrides):
    setting = prepare(load_run(CONFIGS / f"{name}.toml", overrides))
    (account,) = setting.accounts
    return {mode: Desk(found.contender, setting.variance) for mode, found in account.modes.items()}


def test_directional_majors():
    found = by_command("directional-majors")
    assert_lawful(found)
    cross = found["cross"]
    assert cross["initial"] == 10_000.00
    assert cross["equity"] == 20_000.00
    assert [p["initial"] for p in cross["positions"]] == [5000.0, 5000.0]
    assert cross["maintenance"] == 2 * 50_000 * 0.004
    assert cross["free"] == 10_000.00
    assert cross["hypothetical"] is False
    assert found["portfolio"]["hypothetical"] is True


def test_a_fall_of_both_legs_by_a_twentieth_costs_a_quarter_of_the_wallet():
    desk = desks("directional-majors")["cross"]
    book = desk.contender.book
    fallen = book.cash + book.quantity @ np.full(2, 0.95)
    assert fallen == pytest.approx(20_000 - 2_500 - 2_500, abs=1e-9)
    assert book.cash + book.quantity.sum() == 20_000
    desk.view.marks[:] = 0.95
    assert desk.maintenance() == pytest.approx(0.004 * 95_000)


def test_a_perfect_hedge_gets_no_relief_under_cross_and_all_of_it_under_the_distribution_rule():
    found = by_command("perfect-hedge")
    cross = found["cross"]
    alone = [
        desks("perfect-hedge", f"account.positions=[{{symbol='BTC/USDT:USDT', notional_usd={side}100_000}}]")[
            "cross"
        ]
        for side in ("", "-")
    ]
    assert cross["maintenance"] == sum(desk.maintenance() for desk in alone) == 800.0
    assert [p["maintenance"] for p in cross["positions"]] == [400.0, 400.0]
    portfolio = found["portfolio"]
    assert abs(portfolio["terms"]["expected_shortfall"]) < 0.001 * 200_000
    assert portfolio["binding"] == "minimum_charge"
    assert portfolio["maintenance"] == 0.005 * 200_000


def stand_alone(desk):
    """Expected shortfall of the book, and of each leg by itself."""
    rule, quantity = desk.contender.rule, desk.contender.book.quantity
    asset = desk.contender.book.asset
    legs = [q * rule.scenarios.losses[a] for q, a in zip(quantity, asset, strict=True)]
    return worst_mean(sum(legs), rule.tail_count), [worst_mean(leg, rule.tail_count) for leg in legs]


def test_netting_relief_of_the_distribution_rule(figures):
    """What the data give for the article's "1 % instead of 10 %": far less than that."""
    found = {}
    for name in ("quickstart", "directional-majors", "basket-market-neutral"):
        desk = desks(name)["portfolio"]
        whole, legs = stand_alone(desk)
        gross = np.abs(desk.contender.book.quantity).sum()
        assert desk.maintenance() == pytest.approx(whole, rel=1e-12)
        assert whole <= sum(legs)
        found[name] = whole / sum(legs)
        figures.append(
            f"netting relief, {name}: ES {whole:,.0f} USD, {whole / gross:.2%} of gross, stand-alone sum "
            f"{sum(legs):,.0f} ({', '.join(f'{leg:,.0f}' for leg in legs)}): saves {1 - found[name]:.1%}"
        )
    mirror = [f"account.positions.{i}.notional_usd={q}" for i, q in enumerate((-50_000, 50_000))]
    whole, legs = stand_alone(desks("quickstart", *mirror)["portfolio"])
    figures.append(
        f"netting relief, quickstart mirrored: ES {whole:,.0f} USD, {whole / 1e5:.2%} of gross, "
        f"stand-alone sum {sum(legs):,.0f}: saves {1 - whole / sum(legs):.1%}"
    )
    assert found["quickstart"] < found["directional-majors"] <= 1
    assert 0.1 < found["quickstart"] < 0.7


@pytest.mark.parametrize(
    "name", ["quickstart", "directional-majors", "perfect-hedge", "basket-market-neutral"]
)
def test_a_liquidation_price_is_where_equity_meets_the_requirement(name):
    for mode, desk in desks(name).items():
        for i, quantity in enumerate(desk.contender.book.quantity):
            mark = liquidation_mark(desk, i)
            if mark is None:
                continue
            asset = desk.contender.book.asset[i]
            gross = np.abs(desk.contender.book.quantity).sum()
            assert desk.excess(asset, mark) == pytest.approx(0.0, abs=1e-9 * gross * max(mark, 1)), mode
            assert (mark < 1) == (quantity > 0)


def test_prices_need_marks_and_moves_do_not():
    overrides = [
        "account.positions.0.mark=60000",
        "account.positions.0.entry=58000",
        "account.positions.1.leverage=5",
    ]
    found = margin(load_run(CONFIGS / "quickstart.toml", overrides))
    assert_lawful(found)
    one, two = found["cross"]["positions"]
    assert found["cross"]["equity"] == pytest.approx(20_000 + 50_000 * (1 - 58 / 60))
    assert one["liquidation_price"] == pytest.approx(60_000 * (1 + one["liquidation_move"]))
    assert two["liquidation_price"] is None
    assert two["liquidation_move"] > 0
    assert two["initial"] == 10_000
    rich = margin(load_run(CONFIGS / "quickstart.toml", ["account.collateral.0.amount=90000"]))
    assert rich["cross"]["positions"][0]["liquidation_move"] is None
    assert "no positive price" in rich["cross"]["positions"][0]["reason"]


def test_parts_add_up():
    for name in ("quickstart", "directional-majors", "perfect-hedge", "basket-market-neutral"):
        for mode in by_command(name).values():
            total = sum(p["maintenance"] for p in mode["positions"])
            assert total == pytest.approx(mode["maintenance"], rel=1e-12)
            assert sum(p["initial"] for p in mode["positions"]) == pytest.approx(mode["initial"], rel=1e-12)
            assert sum(mode["risk_factors"].values()) == pytest.approx(
                mode["maintenance"] / mode["equity"], rel=1e-12
            )
            assert mode["ratio"] == pytest.approx(mode["equity"] / mode["maintenance"])
            assert mode["free"] == mode["equity"] - mode["initial"]
            assert mode["maintenance"] == mode["terms"][mode["binding"]]
            if mode["rule"] == "var":
                assert mode["initial"] == pytest.approx(1.3 * mode["maintenance"])
                assert 0 <= mode["standard_error"] < 0.1 * mode["maintenance"]
