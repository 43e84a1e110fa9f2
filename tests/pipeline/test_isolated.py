"""Isolated margin in a run: its positions are accounts of their own on the same paths."""

import json
from pathlib import Path

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.pipeline import check, margin, run
from stresskit.pipeline.replay import replay
from tests.lawful import assert_lawful

BTC = '{ symbol = "BTC/USDT:USDT", notional_usd = 50_000, leverage = 10, margin = 2_500 }'
ETH = '{ symbol = "ETH/USDT:USDT", notional_usd = -50_000, leverage = 10, margin = 3_500 }'
COIN = '{ symbol = "BTC/USD:BTC", notional_usd = 30_000, mark = 60_000, leverage = 10, margin = 0.02 }'
TEXT = """
name = "apart"
[market]
source = "snapshot"
snapshot = "majors-2026-03"
[simulation]
horizon = "2d"
paths = 400
seed = 5
[comparison]
equal_efficiency = false
[modes.isolated]
rule = "isolated"
rulebook = "{rulebook}"
liquidation = "close_all"
[modes.cross]
rule = "brackets"
rulebook = "{rulebook}"
liquidation = "close_all"
"""
LINEAR, INVERSE = "binance-usdm-2026-09", "deribit-2025"
ADDED = ("fee", "slippage", "shortfall", "closed_notional", "closings")


def account(name: str, mode: str, collateral: str, *positions: str, venue: str = "binance") -> str:
    legs = ", ".join(positions)
    return (
        f'[[accounts]]\nname = "{name}"\nvenue = "{venue}"\nmodes = ["{mode}"]\n'
        f"collateral = [{collateral}]\npositions = [{legs}]\n"
    )


def usdt(amount: float) -> str:
    return f'{{ asset = "USDT", amount = {amount} }}'


def btc(amount: float) -> str:
    return f'{{ asset = "BTC", amount = {amount}, mark = 60_000 }}'


def write(folder: Path, *tables: str, rulebook: str = LINEAR) -> Path:
    path = folder / "apart.toml"
    path.write_text(TEXT.replace("{rulebook}", rulebook) + "\n".join(tables), encoding="utf-8")
    return path


def test_each_position_lives_as_an_account_of_its_own(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        account("whole", "isolated", usdt(10_000), BTC, ETH),
        account("btc", "cross", usdt(2_500), BTC),
        account("eth", "cross", usdt(3_500), ETH),
    )
    found = run(load_run(file), tmp_path)
    assert_lawful(found.metrics)
    whole, *alone = (
        {name: found.column("baseline", life, name) for name in (*ADDED, *MORE)}
        for life in ("whole.isolated", "btc.cross", "eth.cross")
    )
    hits = [one["first_step"] > 0 for one in alone]
    assert np.array_equal(whole["first_step"] > 0, hits[0] | hits[1])
    assert np.array_equal(whole["closed_step"] > 0, hits[0] & hits[1])
    assert np.mean(hits[0] ^ hits[1]) > 0.05
    for name in ADDED:
        assert whole[name] == pytest.approx(alone[0][name] + alone[1][name], rel=1e-12)
    free = 10_000 - 2_500 - 3_500
    equity = alone[0]["terminal_equity"] + alone[1]["terminal_equity"] + free
    assert whole["terminal_equity"] == pytest.approx(equity, rel=1e-12)
    assert whole["terminal_equity"].min() >= free
    assert whole["lowest_ratio"] == pytest.approx(np.minimum(*(one["lowest_ratio"] for one in alone)))
    assert np.array_equal(whole["trigger"][hits[0] & ~hits[1]], np.zeros((hits[0] & ~hits[1]).sum()))
    assert set(whole["trigger"][hits[1] & ~hits[0]]) == {1}


MORE = ("first_step", "closed_step", "terminal_equity", "lowest_ratio", "trigger")


BAD = """
[model]
funding = { kind = "simulated" }
[execution]
permanent_share = 0.3
[scenarios.adl]
kind = "adl"
move = 0.03
[scenarios.tight]
kind = "tightening"
factor = 2
onset = "5h"
[scenarios.off]
kind = "depeg"
asset = "USDT"
loss = 0.05
onset = "10h"
[scenarios.down]
kind = "outage"
onset = "10h"
duration = "6h"
"""


@pytest.mark.long
def test_so_it_is_on_a_bad_day(tmp_path: Path) -> None:
    """Deleveraging, tightening, a lost peg, an outage, funding and permanent impact, path by path."""
    file = write(
        tmp_path,
        account("whole", "isolated", usdt(10_000), BTC, ETH),
        account("btc", "cross", usdt(2_500), BTC),
        account("eth", "cross", usdt(3_500), ETH),
        BAD,
    )
    found = run(load_run(file), tmp_path)
    for scenario in found.scenarios:
        lives = ("whole.isolated", "btc.cross", "eth.cross")
        first = [found.column(scenario, life, "first_step") > 0 for life in lives]
        assert np.array_equal(first[0], first[1] | first[2])
        assert 0.05 < first[0].mean() < 0.95
        for name in (*ADDED, "funding", "adl_loss", "fund"):
            whole, *alone = (found.column(scenario, life, name) for life in lives)
            assert whole == pytest.approx(alone[0] + alone[1], rel=1e-9, abs=1e-9)
        whole, *alone = (found.column(scenario, life, "terminal_equity") for life in lives)
        free = 4_000 * (0.95 if scenario == "off" else 1)
        assert whole == pytest.approx(alone[0] + alone[1] + free, rel=1e-9)


def test_the_margin_of_an_inverse_contract_is_coins(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        account("whole", "isolated", btc(0.05), COIN, venue="deribit"),
        account("alone", "cross", btc(0.02), COIN, venue="deribit"),
        rulebook=INVERSE,
    )
    found = run(load_run(file), tmp_path)
    for name in ("first_step", "closed_step", "fee", "slippage", "shortfall"):
        one, other = (found.column("baseline", life, name) for life in ("whole.isolated", "alone.cross"))
        assert one == pytest.approx(other, rel=1e-12)
    mark = found.column("baseline", "whole.market", "mark_BTC")
    ends = [found.column("baseline", life, "terminal_equity") for life in ("whole.isolated", "alone.cross")]
    assert ends[0] - ends[1] == pytest.approx(0.03 * 60_000 * mark, rel=1e-9)
    assert 0.05 < (found.column("baseline", "whole.isolated", "first_step") > 0).mean() < 0.95


def test_figures_modes_at_equal_efficiency_and_replay(tmp_path: Path) -> None:
    file = write(tmp_path, account("whole", "isolated", usdt(10_000), BTC, ETH))
    found = run(load_run(file, ["comparison.equal_efficiency=true"]), tmp_path)
    figures = found.metrics["accounts"]["whole"]["scenarios"]["baseline"]
    one = figures["modes"]["isolated"]
    assert one["p_closed_out"]["value"] < one["p_liquidation"]["value"]
    legs = {leg["symbol"]: leg for leg in one["first_breach"]["legs"]}
    assert len(legs) == 2
    assert figures["equal_efficiency"]["collateral"]["isolated"] == pytest.approx(2 * 10_000)
    efficient = found.column("baseline", "whole.isolated@efficiency", "first_step")
    hit = found.column("baseline", "whole.isolated", "first_step")
    assert (efficient > 0).sum() < (hit > 0).sum()
    path = int(np.flatnonzero(hit > 0)[0])
    told = replay(found.folder, path)["lives"]["whole.isolated"]
    assert sum(step["event"] is not None for step in told["steps"]) >= 1
    assert told["steps"][-1]["equity"] == pytest.approx(told["outcome"]["terminal_equity"])
    sample = np.load(found.folder / "outcomes/baseline/whole.isolated/equity_sample.npy")
    assert sample[-1] == pytest.approx(found.column("baseline", "whole.isolated", "terminal_equity"))
    assert sample.min(axis=0) == pytest.approx(found.column("baseline", "whole.isolated", "lowest_equity"))
    json.dumps(found.metrics, allow_nan=False)


@pytest.mark.parametrize(
    ("collateral", "positions", "more", "expected"),
    [
        (usdt(5_000), (BTC, ETH), (), r"toml:24:\d+: accounts\.0\.collateral: 1,000\.00 USD more"),
        (
            f"{usdt(1_000)}, {btc(0.2)}",
            (BTC,),
            (),
            r"accounts\.0\.collateral: 1,500\.10 USD more in dollars: linear contracts",
        ),
        (
            f"{usdt(9_000)}, {{ asset = 'BTC', amount = -0.01, mark = 60_000 }}",
            (BTC,),
            (),
            r"accounts\.0\.collateral\.1\.amount: no loan",
        ),
        (
            usdt(9_000),
            (BTC, BTC.replace("50_000", "-40_000")),
            ("execution.permanent_share=0.5",),
            r"execution\.permanent_share: no such key with isolated margin",
        ),
    ],
)
def test_what_isolated_margin_is_not_simulated_with(
    tmp_path: Path, collateral: str, positions: tuple[str, ...], more: tuple[str, ...], expected: str
) -> None:
    file = write(tmp_path, account("whole", "isolated", collateral, *positions))
    with pytest.raises(ConfigError, match=expected):
        check(load_run(file, more))


def test_the_shipped_config_and_its_calculator_agree() -> None:
    file = Path(__file__).parents[2] / "configs/isolated-pair.toml"
    loaded = load_run(file)
    check(loaded)
    found = margin(loaded)["isolated"]
    assert found["free"] == pytest.approx(8_000)
    assert [leg["margin"] for leg in found["positions"]] == [5_000, 7_000]
