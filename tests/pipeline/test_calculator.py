"""The calculator: before and after moves and orders, prices of liquidation and bankruptcy, venue's names."""

import json

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.pipeline import margin
from stresskit.pipeline.desk import bankruptcy_mark
from stresskit.pipeline.margin_now import Desk
from stresskit.pipeline.setting import prepare
from tests.pipeline.conftest import CONFIGS

MARKED = ("account.positions.0.mark=60000", "account.positions.0.entry=58000")


def loaded(*overrides, config="quickstart"):
    return load_run(CONFIGS / f"{config}.toml", overrides)


def test_the_object_of_a_run_stands_in_that_of_the_calculator():
    given = loaded(*MARKED)
    plain, found = prepare(given).margin()["account"], margin(given)
    for mode, object_ in plain.items():
        for key, value in object_.items():
            if key not in ("positions", "reason"):
                assert found[mode][key] == value
        for one, other in zip(object_["positions"], found[mode]["positions"], strict=True):
            assert {**one, "reason": 0} == {**{key: other[key] for key in one}, "reason": 0}
    json.dumps(found, allow_nan=False)


def test_a_move_is_the_account_at_those_marks():
    """The rule itself at the moved marks agrees with a config that is written there."""
    found = margin(loaded(*MARKED), ["BTC -5%", "ETH +2%"])
    moved = (
        "account.positions.0.mark=57000",
        "account.positions.0.entry=58000",
        "account.positions.0.notional_usd=47500",
        "account.positions.1.notional_usd=-51000",
        "account.collateral.0.amount=19000",
    )
    there = margin(loaded(*moved))
    for mode in there:
        for key in ("equity", "initial", "maintenance", "free", "ratio", "effective_leverage"):
            assert found["after"][mode][key] == pytest.approx(there[mode][key], rel=1e-9), key
        for one, other in zip(found["after"][mode]["positions"], there[mode]["positions"], strict=True):
            for key in ("notional", "initial", "maintenance", "liquidation_move", "bankruptcy_move"):
                assert one[key] == pytest.approx(other[key], rel=1e-6), key
        one, other = found["after"][mode]["positions"][0], there[mode]["positions"][0]
        assert one["liquidation_price"] == pytest.approx(other["liquidation_price"], rel=1e-9)
    assert found["what_if"] == {"BTC": -0.05, "ETH": 0.02}
    assert found["before"] == margin(loaded(*MARKED))


def test_a_move_that_kills():
    found = margin(loaded(), ["BTC -50%"])["after"]["cross"]
    assert found["equity"] == pytest.approx(-5_000)
    assert found["effective_leverage"] is None
    assert found["positions"][0]["liquidation_move"] is None
    assert "no equity is left" in found["reason"]


@pytest.mark.parametrize(
    ("order", "notionals"),
    [
        ("ETH/USDT:USDT -10000 usd", [50_000, -60_000]),
        ("ETH/USDT:USDT +10_000 usd", [50_000, -40_000]),
        ("ETH/USDT:USDT 60000 usd", [50_000, 10_000]),
        ("ETH/USDT:USDT 50000 usd", [50_000]),
        ("BTC/USDT:USDT 0.5 BTC", [80_000, -50_000]),
        ("BTC/USDT:USDT -1 BTC", [-10_000, -50_000]),
        ("BTC/USDT:USDT -0.25 BTC", [35_000, -50_000]),
        ("SOL/USDT:USDT 100 SOL 5x @ 150", [50_000, -50_000, 15_000]),
    ],
)
def test_an_order_changes_the_book_and_not_the_equity(order, notionals):
    found = margin(loaded(*MARKED), add=[order])
    after = found["after"]["cross"]
    assert [p["notional"] for p in after["positions"]] == pytest.approx(notionals)
    assert after["equity"] == pytest.approx(found["before"]["cross"]["equity"], rel=1e-12)
    if "5x" in order:
        assert after["positions"][2]["initial"] == pytest.approx(3_000)


def test_orders_one_after_the_other_and_a_move_after_them():
    orders = ["ETH/USDT:USDT -10000 usd", "ETH/USDT:USDT 10000 usd"]
    found = margin(loaded(), add=orders)
    assert found["after"] == found["before"]
    both = margin(loaded(), ["ETH -10%"], ["ETH/USDT:USDT -10000 usd"])["after"]["cross"]
    assert both["equity"] == pytest.approx(26_000)
    assert both["positions"][1]["notional"] == pytest.approx(-54_000)


@pytest.mark.parametrize(
    ("move", "order", "complaint"),
    [
        ("BTC 5", None, r"--what-if 'BTC 5': a move above -100 % such as"),
        ("BTC -100%", None, r"--what-if 'BTC -100%': a move above"),
        ("PEPE -5%", None, r"--what-if 'PEPE -5%': an asset of the book: BTC, ETH"),
        (None, "ETH 5", r"--add 'ETH 5': an order such as"),
        (None, "ETH/USDT:USDT 5 BTC", r"--add .*: an order such as"),
        (None, "ETH/USDT:USDT 1 ETH", r"--add .*: a mark, as in"),
        (None, "ETH/USDT:USDT 1e10 usd", r"--add .*: account.positions.1.notional_usd: at most"),
        (None, "PEPE/USDT:USDT 1 usd", r"--add .*: account.positions.2.symbol: an asset that was calibrated"),
        (None, "ETH/USDT:USDT 1e5 usd 500x", r"--add .*: an order|leverage"),
    ],
)
def test_what_cannot_be_read_or_filled_is_refused_by_its_own_words(move, order, complaint):
    if order and "500x" in order:
        order = "SOL/USDT:USDT 1e5 usd 500x"
        complaint = r"--add .*: account.positions.2.leverage: at most 75"
    with pytest.raises(ConfigError, match=complaint):
        margin(loaded(), [move] if move else [], [order] if order else [])


def test_two_moves_of_one_asset_are_refused():
    with pytest.raises(ConfigError, match="one move of BTC"):
        margin(loaded(), ["BTC -5%", "BTC -6%"])


def test_nothing_is_left_at_the_bankruptcy_price():
    for config in ("quickstart", "directional-majors", "basket-market-neutral"):
        setting = prepare(loaded(config=config))
        mode = setting.accounts[0].modes["cross"]
        desk = Desk(mode.contender, setting.variance)
        for i, asset in enumerate(mode.contender.book.asset):
            mark = bankruptcy_mark(desk, i)
            if mark is not None:
                desk.view.marks[asset] = mark
                assert desk.equity() == pytest.approx(0.0, abs=1e-6)
                desk.view.marks[asset] = 1.0


def test_distance_in_daily_sigmas():
    given = loaded()
    found, setting = margin(given)["cross"], prepare(given)
    daily = np.sqrt(setting.variance * 24)
    for i, position in enumerate(found["positions"]):
        assert found["daily_volatility"][position["symbol"][:3]] == pytest.approx(daily[i])
        assert position["liquidation_sigmas"] == pytest.approx(abs(position["liquidation_move"]) / daily[i])


def test_the_venue_speaks_in_its_own_words():
    found = margin(loaded())
    assert found["cross"]["title"] == "Cross margin, single-asset mode"
    assert found["cross"]["venue_ratio"] == {
        "name": "Margin Ratio",
        "value": pytest.approx(400 / 20_000),
        "liquidation_at": 1.0,
    }
    assert found["cross"]["names"]["maintenance_brackets"].startswith("Maintenance Margin (notional x rate")
    assert found["portfolio"]["title"] is None
    assert "the venue has no such mode" in found["portfolio"]["reason"]


def test_exposure_by_asset():
    hedge = margin(loaded(config="perfect-hedge"))["cross"]["exposures"]
    (asset,) = hedge
    assert hedge[asset]["net"] == 0
    assert hedge[asset]["gross"] == hedge[asset]["long"] + hedge[asset]["short"] > 0


FICTITIOUS = """
venue = "atlantis"
product = "perpetuals"
as_of = "2026-11"
contract = "linear"
scheme = "marginal"
confidence = "high"
source = "this test"

[liquidation_fee]
rate = 0.01
confidence = "high"
source = "this test"

[terms]
maintenance_brackets = "Anchor"

[offers.cross]
title = "Sunken cross"
rule = "brackets"
ratio = { name = "Depth", form = "equity_over_maintenance", liquidation_at = 1.0 }
confidence = "high"
source = "this test"

[liquidation]
published = "yes"
sequence = "all at once"
order = "none"
confidence = "high"
source = "this test"

[symbols]
"BTC/USDT:USDT" = { tiers = [[0, 0.02, 20, 0], [10_000, 0.03, 10, 100]], cap = 1_000_000 }
"ETH/USDT:USDT" = { tiers = [[0, 0.02, 20, 0]] }
"""


def test_a_new_venue_is_one_file_and_no_code(tmp_path):
    (tmp_path / "atlantis.toml").write_text(FICTITIOUS)
    text = (CONFIGS / "quickstart.toml").read_text()
    text = text.replace('"binance"', '"atlantis"').replace("binance-usdm-2026-09", "atlantis.toml")
    (tmp_path / "run.toml").write_text(text)
    found = margin(load_run(tmp_path / "run.toml"))["cross"]
    assert found["hypothetical"] is False
    assert found["title"] == "Sunken cross"
    assert found["names"]["maintenance_brackets"] == "Anchor"
    assert found["maintenance"] == pytest.approx(50_000 * 0.03 - 100 + 50_000 * 0.02)
    assert found["venue_ratio"]["value"] == pytest.approx(20_000 / found["maintenance"])


def test_what_the_venue_does_not_count_of_the_collateral(tmp_path):
    text = (CONFIGS / "quickstart.toml").read_text().replace('"binance"', '"bybit"')
    text = text.replace("binance-usdm-2026-09", "bybit-uta-2025-12")
    coins = '{ asset = "USDT", amount = 20_000 }, { asset = "BTC", amount = 0.5, mark = 60000 }'
    (tmp_path / "run.toml").write_text(text.replace('{ asset = "USDT", amount = 20_000 }', coins))
    found = margin(load_run(tmp_path / "run.toml"), ["BTC -10%"])
    assert found["before"]["cross"]["haircut"] == pytest.approx(0.02 * 30_000)
    assert found["after"]["cross"]["haircut"] == pytest.approx(0.02 * 27_000)
    lost = found["before"]["cross"]["equity"] - found["after"]["cross"]["equity"]
    assert lost == pytest.approx(0.98 * 3_000 + 5_000)
    assert any("closing fee is medium" in text for text in found["before"]["cross"]["doubts"])
    assert found["before"]["cross"]["names"]["closing_fees"] == "estimated fee to close"
