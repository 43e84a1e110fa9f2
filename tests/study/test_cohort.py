"""A cohort: each account's figures are those of a run of its own, whatever group it is in."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import load_run
from stresskit.domain import Record
from stresskit.errors import ConfigError, DataError
from stresskit.pipeline import run
from stresskit.simulate.scratch import empty_record
from stresskit.study.cohort import check_cohort, load_cohort, run_cohort
from stresskit.study.cohort.figures import Together
from stresskit.study.cohort.same_market import fingerprint

COMMON = """
name = "clients"

[market]
source = "snapshot"
snapshot = "majors-2026-03"

[simulation]
horizon = "12h"
paths = 700
seed = 3
block = 512

[modes.cross]
rule = "brackets"
rulebook = "binance-usdm-2026-09"
liquidation = "close_all"

[scenarios.baseline]
kind = "baseline"

[scenarios.decoupled]
kind = "correlation_breakdown"
toward = "zero"
strength = 0.8

[limits]
p_liquidation = 0.01
"""
ROWS = """account,symbol,notional_usd,leverage,collateral
one,BTC/USDT:USDT,50000,50,1500
one,ETH/USDT:USDT,-20000,20,1500
client 2,SOL/USDT:USDT,-9000,10,800
three,DOGE/USDT:USDT,4000,10,9000
three,BTC/USDT:USDT,4000,10,9000
"""
ONE = """
[comparison]
equal_efficiency = false

[account]
venue = "binance"
collateral = [{ asset = "USDT", amount = 1500 }]
positions = [
  { symbol = "BTC/USDT:USDT", notional_usd = 50_000, leverage = 50 },
  { symbol = "ETH/USDT:USDT", notional_usd = -20_000, leverage = 20 },
]
"""


def cohort_file(folder: Path, rows: str = ROWS, extra: str = "", common: str = COMMON) -> Path:
    (folder / "positions.csv").write_text(rows, encoding="utf-8")
    path = folder / "cohort.toml"
    table = '\n[cohort]\nvenue = "binance"\npositions = "positions.csv"\n'
    path.write_text(common + table + extra, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("cohort")
    return run_cohort(load_cohort(cohort_file(folder)), folder / "runs")


def table(result: Any) -> list[dict[str, str]]:
    with (result.folder / "accounts.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_an_account_has_the_figures_of_a_run_of_its_own(done: Any, tmp_path: Path) -> None:
    alone = tmp_path / "one.toml"
    alone.write_text(COMMON + ONE, encoding="utf-8")
    expected = run(load_run(alone), tmp_path / "runs").metrics
    rows = {(row["account"], row["scenario"]): row for row in table(done)}
    for scenario in ("baseline", "decoupled"):
        figures = expected["scenarios"][scenario]["modes"]["cross"]
        row = rows["one", scenario]
        assert figures["p_liquidation"]["value"] > 0
        for name in ("p_liquidation", "p_closed_out", "expected_liquidation_cost", "shortfall"):
            for key, column in (("value", ""), ("low", "_low"), ("high", "_high")):
                assert float(row[f"{name}{column}"]) == pytest.approx(figures[name][key], rel=1e-11)
        assert float(row["es_0.99"]) == pytest.approx(figures["es"]["0.99"]["value"], rel=1e-11)
        maintenance = expected["margin"]["cross"]["maintenance"]
        assert float(row["maintenance"]) == pytest.approx(maintenance, rel=1e-11)
    (entry,) = (entry for entry in done.metrics["ranking"] if entry["account"] == "one")
    assert entry["p_liquidation"] == expected["scenarios"]["baseline"]["modes"]["cross"]["p_liquidation"]


def test_groups_change_nothing(done: Any, tmp_path: Path) -> None:
    alone = run_cohort(load_cohort(cohort_file(tmp_path, extra="group = 1\n")), tmp_path / "runs", workers=2)
    assert alone.metrics == done.metrics
    assert (alone.folder / "accounts.csv").read_bytes() == (done.folder / "accounts.csv").read_bytes()
    assert alone.folder.name == done.folder.name


def test_ranking_limits_and_sums(done: Any) -> None:
    found = done.metrics
    assert found["accounts"] == 3
    assert found["ranking"][0]["account"] == "client 2"
    shares = [entry["p_liquidation"]["value"] for entry in found["ranking"]]
    assert shares == sorted(shares, reverse=True)
    (limit,) = found["limits"]
    assert limit["broken"] + limit["undecided"] + limit["met"] == 3
    assert limit["broken"] == sum(share > 0.01 for share in shares)
    assert done.exit_code == 1
    mean = found["scenarios"]["baseline"]["cross"]["liquidated_accounts"]["mean"]["value"]
    assert mean == pytest.approx(sum(shares), rel=1e-12)


def test_a_finished_cohort_is_reused_and_a_changed_table_is_not(tmp_path: Path) -> None:
    file = cohort_file(tmp_path)
    first = run_cohort(load_cohort(file), tmp_path / "runs")
    again = run_cohort(load_cohort(file), tmp_path / "runs")
    assert (first.reused, again.reused) == (False, True)
    assert again.metrics == json.loads(json.dumps(dict(first.metrics)))
    changed = cohort_file(tmp_path, ROWS.replace("4000,10,9000", "4000,10,9001"))
    assert not run_cohort(load_cohort(changed), tmp_path / "runs").reused


def record(paths: int, **columns: Any) -> Record:
    return empty_record(paths)._replace(**{name: np.array(values) for name, values in columns.items()})


def test_the_draw_on_the_fund_is_what_shortfalls_exceed_its_income_by() -> None:
    sums = Together(4)
    sums.add(0, record(2, shortfall=[10.0, 0.0], fund=[0.0, 5.0], first_step=[3, 2]))
    sums.add(2, record(2, shortfall=[0.0, 1.0], fund=[0.0, 0.0], first_step=[-1, 7]))
    sums.add(0, record(2, shortfall=[5.0, 2.0], fund=[4.0, -1.0], first_step=[1, -1]))
    found = sums.figures()
    assert sums.shortfall.tolist() == [15.0, 2.0, 0.0, 1.0]
    assert found["fund_draw"]["mean"]["value"] == pytest.approx((11.0 + 0.0 + 0.0 + 1.0) / 4)
    assert found["p_any_shortfall"]["value"] == 0.75
    assert found["liquidated_accounts"]["mean"]["value"] == 1.0


def test_balances_may_stand_in_a_table_of_their_own(done: Any, tmp_path: Path) -> None:
    lines = [line.rpartition(",")[0] for line in ROWS.splitlines()]
    (tmp_path / "balances.csv").write_text(
        "account,asset,amount\none,USDT,1500\nclient 2,USDT,800\nthree,USDT,9000\n"
    )
    file = cohort_file(tmp_path, "\n".join(lines), 'balances = "balances.csv"\n')
    assert run_cohort(load_cohort(file), tmp_path / "runs").metrics == done.metrics


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("SOL/USDT:USDT", "SOLANA", "positions.csv:4: symbol: "),
        ("SOL/USDT:USDT", "NONE/USDT:USDT", "positions.csv:4: symbol: "),
        ("-9000", "lots", 'positions.csv:4: notional_usd: a number, not "lots" (account client 2)'),
        ("-9000", "0", "positions.csv:4: notional_usd: not zero"),
        ("-9000,10,800", "-9000,10,", "positions.csv:4: collateral: what account client 2 has put up"),
        ("20,1500", "20,1501", "positions.csv:3: collateral: 1500.0, as in the first row of account one"),
        ("client 2", "", "positions.csv:4: account: the name of an account"),
        ("leverage", "leverge", "positions.csv:1: leverge: no such column (did you mean 'leverage'?)"),
        ("account,symbol", "acc,symbol", "positions.csv:1: account: this column is required"),
    ],
)
def test_what_is_wrong_with_a_table(old: str, new: str, expected: str, tmp_path: Path) -> None:
    file = cohort_file(tmp_path, ROWS.replace(old, new, 1))
    with pytest.raises(DataError) as caught:
        check_cohort(load_cohort(file))
    assert expected in str(caught.value).replace('"leverage"', "'leverage'")


def test_what_is_wrong_with_the_config(tmp_path: Path) -> None:
    for extra, expected in (
        ("asset = 3\n", "cohort.asset"),
        ("groups = 3\n", "unknown key"),
        ("[account]\nvenue = 'x'\n", "nothing beside"),
    ):
        with pytest.raises(ConfigError, match=expected):
            load_cohort(cohort_file(tmp_path, extra=extra))
    for old, new, expected in (
        ('toward = "zero"', 'toward = "every_leg_loses"', "scenarios"),
        ("seed = 3", 'seed = 3\nimportance = "auto"', "importance"),
        ("seed = 3", "seed = -3", "seed"),
    ):
        with pytest.raises(ConfigError, match=expected):
            check_cohort(load_cohort(cohort_file(tmp_path, common=COMMON.replace(old, new))))


def test_on_the_command_line(tmp_path: Path) -> None:
    file = str(cohort_file(tmp_path))
    done = CliRunner().invoke(main, ["batch", file, "--out", str(tmp_path / "runs")])
    assert done.exit_code == 1
    assert "COHORT  clients: 3 accounts on the same 700 paths" in done.stdout
    assert "  1  client 2" in done.stdout
    assert "TOGETHER IN decoupled" in done.stdout
    found = CliRunner().invoke(main, ["batch", file, "--out", str(tmp_path / "runs"), "--json"])
    assert json.loads(found.stdout)["accounts"] == 3
    assert CliRunner().invoke(main, ["validate", file]).exit_code == 0
    refused = CliRunner().invoke(main, ["run", file])
    assert refused.exit_code == 2
    assert "stresskit batch" in refused.stderr


def test_fingerprints_tell_values_apart() -> None:
    assert fingerprint({"a": np.array([1.0, 2.0])}) == fingerprint({"a": np.array([1.0, 2.0])})
    assert fingerprint((1, 2)) != fingerprint((12,))
    assert fingerprint(np.array([1.0])) != fingerprint(np.array([np.nextafter(1.0, 2.0)]))
    with pytest.raises(TypeError):
        fingerprint(object())
