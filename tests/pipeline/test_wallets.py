"""Accounts with coins, loans, spot, inverse and dated contracts, from the config to the figures."""

import numpy as np
import pytest

from stresskit.cli.outcome import outcome
from stresskit.config import Run
from stresskit.config_file.load import from_run
from stresskit.errors import ConfigError
from stresskit.pipeline import check, margin, run
from stresskit.pipeline.replay import replay
from tests.lawful import assert_lawful

MARKS = {"BTC": 60_000.0, "ETH": 2_500.0}
CROSS = {"rule": "brackets", "rulebook": "bybit-uta-2025-12"}
VAR = {"rule": "var", "scenarios": 1000}
LINEAR = {"symbol": "BTC/USDT:USDT", "notional_usd": 60_000.0, "entry": 66_000.0}


def loaded(positions, collateral, modes=None, venue="bybit", **more):
    simulation = {"paths": 300, "horizon": "2d", "seed": 5}
    scenarios = {"scenarios": more.pop("scenarios")} if "scenarios" in more else {}
    account = {"venue": venue, "marks": MARKS, "collateral": collateral, "positions": positions}
    document = {
        "name": "wallets",
        "market": {"source": "snapshot", "snapshot": "majors-2026-03"},
        "simulation": {**simulation, **more.pop("simulation", {})},
        "account": {**account, **more},
        "modes": modes or {"cross": CROSS},
        "execution": {"liquidation_fee": 0.005},
        **scenarios,
    }
    return from_run(Run.model_validate(document))


def test_coins_count_at_their_tiers_and_loans_in_full():
    collateral = [
        {"asset": "USDT", "amount": 1_000.0},
        {"asset": "BTC", "amount": 25.0},
        {"asset": "ETH", "amount": -2.0, "loan_maintenance": 0.04},
    ]
    found = margin(loaded([LINEAR], collateral))["cross"]
    assert_lawful(found)
    counted = {entry["asset"]: entry["counted"] for entry in found["balances"]}
    assert counted == pytest.approx({"USDT": 1_000, "BTC": 23.8 * 60_000, "ETH": -5_000})
    assert found["equity"] == pytest.approx(1_000 + 23.8 * 60_000 - 5_000 - 6_000)
    assert found["haircut"] == pytest.approx(1.2 * 60_000)
    assert found["terms"]["loans"] == pytest.approx(0.04 * 5_000)
    assert found["terms"]["closing_fees"] == pytest.approx(60_000 * 0.00055)
    assert found["maintenance"] == pytest.approx(sum(found["terms"].values()))
    assert found["risk_factors"]["ETH"] == pytest.approx(200 / found["equity"])


def test_single_asset_mode_counts_the_settlement_asset_alone():
    collateral = [{"asset": "USDT", "amount": 20_000.0}, {"asset": "BTC", "amount": 1.0}]
    mode = {"cross": {"rule": "brackets", "rulebook": "binance-usdm-2026-09"}}
    several = margin(loaded([LINEAR], collateral, mode, "binance"))["cross"]
    single = margin(loaded([LINEAR], collateral, mode, "binance", assets_mode="single_asset"))["cross"]
    assert several["equity"] == pytest.approx(20_000 * 0.9999 + 0.95 * 60_000 - 6_000)
    assert single["equity"] == pytest.approx(20_000 - 6_000)


def test_what_nothing_counts_for_is_asked_for():
    with pytest.raises(ConfigError, match="a ratio for SOL"):
        margin(loaded([LINEAR], [{"asset": "SOL", "amount": 100.0, "mark": 150.0}]))
    given = [{"asset": "SOL", "amount": 100.0, "mark": 150.0, "ratio": 0.9}]
    assert margin(loaded([LINEAR], given))["cross"]["equity"] == pytest.approx(13_500 - 6_000)
    with pytest.raises(ConfigError, match="above zero after collateral ratios"):
        margin(loaded([LINEAR], [{**given[0], "ratio": 0.3}]))


def test_an_inverse_short_against_its_coin_is_worth_the_same_at_every_price():
    """One bitcoin held, its value in face sold: USD as long as it lives; only `var` sees that they net."""
    short = {"symbol": "BTC/USD:BTC", "notional_usd": -60_000.0}
    modes = {"cross": {"rule": "brackets", "rulebook": "deribit-2025"}, "portfolio": VAR}
    coin = margin(loaded([short], [{"asset": "BTC", "amount": 1.0}], modes, "deribit"))
    assert_lawful(coin)
    (leg,) = coin["cross"]["positions"]
    assert coin["cross"]["equity"] == pytest.approx(60_000)
    assert leg["maintenance"] == pytest.approx((0.01 + 5e-5) * 60_000)
    assert leg["initial"] == pytest.approx((0.02 + 5e-5) * 60_000)
    assert leg["liquidation_price"] is None
    assert leg["bankruptcy_price"] is None
    naked = coin["portfolio"]["maintenance"]
    spot = {"symbol": "BTC/USDT", "quantity": 1.0}
    usd = [{"asset": "USD", "amount": 5_000.0}]
    hedged = margin(loaded([short, spot], usd, modes, "deribit"))
    assert_lawful(hedged)
    assert hedged["portfolio"]["maintenance"] == pytest.approx(0.005 * 60_000)
    assert hedged["portfolio"]["terms"]["expected_shortfall"] == pytest.approx(0.0, abs=1e-6)
    assert naked > 10 * hedged["portfolio"]["maintenance"]
    assert hedged["cross"]["maintenance"] == coin["cross"]["maintenance"]
    assert hedged["cross"]["equity"] == pytest.approx(65_000)
    assert [p["maintenance"] for p in hedged["cross"]["positions"]] == [leg["maintenance"], 0.0]


def test_a_move_is_assessed_in_coins_and_faces():
    long = {"symbol": "BTC/USD:BTC", "notional_usd": 60_000.0, "entry": 60_000.0}
    mode = {"cross": {"rule": "brackets", "rulebook": "deribit-2025"}}
    run_ = loaded([long], [{"asset": "BTC", "amount": 0.5}], mode, "deribit")
    after = margin(run_, what_if=["BTC -20%"])["after"]["cross"]
    assert after["equity"] == pytest.approx((0.5 + 60_000 * (1 / 60_000 - 1 / 48_000)) * 48_000)
    assert after["maintenance"] == pytest.approx(60_000 * (0.01 + 5e-5 * 60_000 / 48_000))
    (leg,) = after["positions"]
    assert leg["notional"] == 60_000
    price = leg["liquidation_price"]
    left = 0.5 + 60_000 * (1 / 60_000 - 1 / price)
    assert left == pytest.approx(60_000 / price * (0.01 + 5e-5 * 60_000 / price), rel=1e-9)
    assert leg["bankruptcy_price"] == pytest.approx(60_000 / 1.5)


def test_isolated_positions_stand_alone():
    """The published example, 50x from 20,000 with 0.5 %: its tier is stated here by the rulebook's first."""
    legs = [
        {"symbol": "BTC/USDT:USDT", "quantity": 1.0, "entry": 60_000.0, "leverage": 50},
        {"symbol": "ETH/USDT:USDT", "quantity": -10.0, "entry": 2_400.0, "leverage": 10, "margin": 4_000.0},
    ]
    modes = {"cross": CROSS, "alone": {**CROSS, "rule": "isolated"}}
    run_ = loaded(legs, [{"asset": "USDT", "amount": 10_000.0}], modes)
    found = margin(run_)["alone"]
    assert_lawful(found)
    btc, eth = found["positions"]
    assert found["hypothetical"] is False
    assert [btc["margin"], eth["margin"]] == pytest.approx([1_200.0, 4_000.0])
    assert [btc["equity"], eth["equity"]] == pytest.approx([1_200.0, 3_000.0])
    assert found["free"] == pytest.approx(10_000 - 1_200 - 4_000)
    assert found["ratio"] == pytest.approx(min(btc["equity"] / btc["maintenance"], eth["ratio"]))
    rate = 0.005 + 0.00055
    assert btc["liquidation_price"] == pytest.approx((60_000 - 1_200) / (1 - rate))
    assert btc["bankruptcy_price"] == pytest.approx(58_800)
    assert btc["displayed"]["price"] == pytest.approx(60_000 - (1_200 - 300))
    check(run_)
    with pytest.raises(ConfigError, match="the positions' own margins are above the wallet"):
        margin(loaded(legs, [{"asset": "USDT", "amount": 5_000.0}], modes))


def test_a_table_that_jumps_can_be_liquidated_in_part(tmp_path):
    """MEXC, the whole position at its tier's rate: of a large position a part is enough, sometimes."""
    mexc = {"rule": "brackets", "rulebook": "mexc-2025"}
    modes = {name: {**mexc, "liquidation": name} for name in ("close_all", "largest_contribution")}
    leg = {"symbol": "BTC/USDT:USDT", "notional_usd": 6_000_000.0, "leverage": 10}
    calm = {"paths": 400, "horizon": "2d"}
    found = run(
        loaded([leg], [{"asset": "USDT", "amount": 700_000.0}], modes, "mexc", simulation=calm), tmp_path
    )
    first = [found.column("baseline", mode, "first_step") for mode in modes]
    shut = [found.column("baseline", mode, "closed_step") for mode in modes]
    assert np.array_equal(*first)
    assert (first[0] > 0).any()
    assert np.array_equal(shut[0], first[0])
    assert ((first[1] > 0) & (shut[1] < 0)).any()


def test_what_expires_is_not_run():
    leg = {"symbol": "BTC/USDT:USDT", "notional_usd": 60_000.0}
    for day, fits in (("260101", False), ("290330", True)):
        dated = loaded([{**leg, "symbol": f"BTC/USDT:USDT-{day}"}], [{"asset": "USDT", "amount": 9_000.0}])
        assert margin(dated)["cross"]["positions"][0]["table"] == "BTC/USDT:USDT"
        if fits:
            check(dated)
        else:
            with pytest.raises(ConfigError, match="settlement is not simulated"):
                check(dated)


def test_a_run_on_coins_is_replayed_and_told(tmp_path):
    """Bitcoin collateral falls with the position: it dies more often than on the same dollars."""
    modes = {"cross": CROSS, "portfolio": VAR}
    leg = {"symbol": "BTC/USDT:USDT", "notional_usd": 150_000.0}
    calm = {"paths": 400, "horizon": "5d"}
    coins = run(loaded([leg], [{"asset": "BTC", "amount": 0.2}], modes, simulation=calm), tmp_path)
    dollars = run(
        loaded([leg], [{"asset": "USDT", "amount": 0.2 * 0.98 * 60_000}], modes, simulation=calm), tmp_path
    )
    died = [
        r.metrics["scenarios"]["baseline"]["modes"]["cross"]["p_liquidation"]["value"]
        for r in (coins, dollars)
    ]
    assert 0 < died[1] < died[0]
    assert_lawful(coins.metrics)
    alive = int(np.flatnonzero(coins.column("baseline", "cross", "first_step") < 0)[0])
    told = replay(coins.folder, alive)
    btc, steps = told["marks"]["BTC"], told["lives"]["cross"]["steps"]
    for mark, step in zip(btc, steps, strict=True):
        assert step["equity"] == pytest.approx(0.2 * 0.98 * 60_000 * mark + 150_000 * (mark - 1), rel=1e-9)
    pnl = coins.column("baseline", "market", "pnl")[alive]
    assert pnl == pytest.approx(steps[-1]["equity"] - steps[0]["equity"], rel=1e-9)


def test_a_breach_by_the_collateral_is_counted_and_told(tmp_path):
    """Bitcoin behind a position in ether: its own fall, or the venue's haircut, is what liquidates."""
    leg = {"symbol": "ETH/USDT:USDT", "notional_usd": 20_000.0}
    scenarios = {
        "baseline": {"kind": "baseline"},
        "crash": {"kind": "crash", "shocks": {"BTC": -0.9, "ETH": -0.02}, "at": "6h", "others": "stay"},
        "haircut": {"kind": "tightening", "haircut": 0.97, "onset": "12h"},
    }
    coin = [{"asset": "BTC", "amount": 0.2}]
    found = run(loaded([leg], coin, simulation={"paths": 60}, scenarios=scenarios), tmp_path)
    assert_lawful(found.metrics)
    told = {name: s["modes"]["cross"]["first_breach"] for name, s in found.metrics["scenarios"].items()}
    assert told["baseline"] == {
        "legs": None, "terms": None, "collateral": None, "reason": "no path is liquidated",
    }  # fmt: skip
    for scenario, cause in (("crash", "BTC price"), ("haircut", "BTC haircut")):
        (lost,) = told[scenario]["collateral"]
        assert lost["cause"] == cause
        assert lost["share"] > 0.9
        path = int(np.flatnonzero(found.column(scenario, "cross", "first_step") > 0)[0])
        steps = replay(found.folder, path, scenario)["lives"]["cross"]["steps"]
        assert any(f"brought there by the collateral: {cause}" in (s["event"] or "") for s in steps)
        assert f"brought there by collateral {cause}" in outcome(found, {})
