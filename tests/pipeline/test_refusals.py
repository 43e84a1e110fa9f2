"""What a config may not ask for, each refused at its place before any path is drawn."""

import json

import pytest

from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.market.snapshot import SHIPPED
from stresskit.pipeline import check, margin, run
from tests.pipeline.conftest import CONFIGS

TEXT = (CONFIGS / "quickstart.toml").read_text()
BTC = '{ symbol = "BTC/USDT:USDT", notional_usd =  50_000, leverage = 10 }'
CASES = {
    "an asset without calibration": (
        '"BTC/USDT:USDT"',
        '"PEPE/USDT:USDT"',
        "account.positions.0.symbol",
        "BTC, ETH",
    ),
    "a symbol that the rulebook lacks": (
        '"BTC/USDT:USDT"',
        '"BTC/USD:USD"',
        "account.positions.0.symbol",
        "lists: ",
    ),
    "another venue": ('"binance"', '"bybit"', "modes.cross.rulebook", 'a rulebook of "bybit"'),
    "too much leverage": ("leverage = 10", "leverage = 200", "account.positions.0.leverage", "at most 150"),
    "a position above the cap": (
        "50_000, lev",
        "2e9, lev",
        "account.positions.0.notional_usd",
        "1,800,000,000 USD",
    ),
    "a step without calibration": ('step = "1h"', 'step = "4h"', "simulation.step", "1d, 1h"),
    "an unknown snapshot": ('"majors-2026-03"', '"majors-2026-04"', "market.snapshot", "majors-2026-03"),
    "an unknown rulebook": (
        '"binance-usdm-2026-09"',
        '"binance"',
        "modes.cross.rulebook",
        "binance-usdm-2026-09",
    ),
    "volatility of an unknown asset": (
        "[simulation]",
        "[model]\ninitial_volatility = { PEPE = 0.5 }\n[simulation]",
        "model.initial_volatility.PEPE",
        "an asset that was calibrated",
    ),
}


def place_of(text, key):
    """Line and column of the value behind a key."""
    name = key.rsplit(".", 1)[-1]
    at = text.index(f"{name} = ") + len(name) + 3
    at += len(text[at:]) - len(text[at:].lstrip(" "))
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


@pytest.mark.parametrize("what", CASES)
def test_refused_at_its_place(tmp_path, what):
    old, new, key, expected = CASES[what]
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    file = tmp_path / "run.toml"
    file.write_text(text)
    loaded = load_run(file)
    for stage in (check, margin, lambda given: run(given, tmp_path / "runs")):
        with pytest.raises(ConfigError) as caught:
            stage(loaded)
        (problem,) = caught.value.problems
        line, column = place_of(text, key)
        assert problem.where == f"{file}:{line}:{column}"
        assert problem.key == key
        assert expected in problem.expected
    assert not (tmp_path / "runs").exists()


def test_a_model_that_a_snapshot_of_ones_own_lacks(tmp_path):
    content = json.loads((SHIPPED / "majors-2026-03.json").read_text())
    for part, kept in (
        ("steps", "1h"),
        ("marginals", "1h/gjr_garch/student_t"),
        ("dependence", "1h/student_t"),
    ):
        content[part] = {kept: content[part][kept]}
    (tmp_path / "mine.json").write_text(json.dumps(content))
    model = '[model]\nmarginal = { kind = "garch", innovations = "normal" }\n\n[simulation]'
    text = TEXT.replace('"majors-2026-03"', '"mine.json"').replace("[simulation]", model)
    (tmp_path / "run.toml").write_text(text)
    line = text[: text.index("[model]")].count("\n") + 1
    with pytest.raises(
        ConfigError, match=rf"run\.toml:{line + 1}:12: model.marginal: one that .* holds at 1h: gjr_garch"
    ):
        check(load_run(tmp_path / "run.toml"))
    (tmp_path / "run.toml").write_text(text.replace(model, "[simulation]"))
    check(load_run(tmp_path / "run.toml"))


def test_a_fault_set_on_the_command_line_is_placed_there():
    loaded = load_run(CONFIGS / "quickstart.toml", ["account.venue=okx"])
    with pytest.raises(ConfigError, match=r"modes\.cross\.rulebook"):
        check(loaded)
    loaded = load_run(CONFIGS / "quickstart.toml", ["account.positions.1.leverage=500"])
    with pytest.raises(ConfigError, match=r"--set account\.positions\.1\.leverage=500"):
        check(loaded)


def test_a_venue_without_a_rulebook_needs_a_fee(tmp_path):
    text = TEXT[: TEXT.index("[modes.cross]")] + TEXT[TEXT.index("[modes.portfolio]") :]
    (tmp_path / "run.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"liquidation_fee: a fee in \[execution\]: no mode of account"):
        check(load_run(tmp_path / "run.toml"))
    (tmp_path / "run.toml").write_text(text + "\n[execution]\nliquidation_fee = 0.01\n")
    check(load_run(tmp_path / "run.toml"))


def test_all_faults_of_an_account_at_once(tmp_path):
    text = TEXT.replace("leverage = 10", "leverage = 200").replace('"BTC/USDT:USDT"', '"BTC/USD:USD"')
    (tmp_path / "run.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        check(load_run(tmp_path / "run.toml"))
    keys = [problem.key for problem in caught.value.problems]
    assert keys == ["account.positions.0.symbol", "account.positions.1.leverage"]
