"""Malformed configs: one clear message each, at the right place, exit 2."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from tests.config.examples import account, document

GOOD = """\
name = "pair"

[market]
source = "snapshot"
snapshot = "majors-2026-03"

[simulation]
horizon = "10d"
step = "1h"
paths = 100_000

[account]
venue = "binance"
collateral = [{ asset = "USDT", amount = 20_000 }]
positions = [
  { symbol = "BTC/USDT:USDT", notional_usd =  50_000, leverage = 10 },
  { symbol = "ETH/USDT:USDT", notional_usd = -50_000, leverage = 10 },
]

[modes.cross]
rule = "brackets"
rulebook = "binance-usdm-2026-09"

[modes.portfolio]
rule = "var"
confidence = 0.99

[scenarios.baseline]
kind = "baseline"

[scenarios.hedge_breaks]
kind = "correlation_breakdown"
toward = "every_leg_loses"
strength = 0.8

[limits]
p_liquidation = 0.05
"""

# what is replaced, by what, where the message points, and what it says
SPOILED = {
    "not a number": (
        "amount = 20_000",
        "amount = nan",
        "14:42: account.collateral.0.amount: a finite number, not nan",
    ),
    "infinite": (
        "confidence = 0.99",
        "minimum_charge = inf",
        "26:18: modes.portfolio.minimum_charge: a finite number, not inf",
    ),
    "misspelt key": (
        "paths = 100_000",
        "pathz = 100_000",
        "10:1: simulation.pathz: unknown key (did you mean 'paths'?)",
    ),
    "misspelt table": (
        "[limits]",
        "[limit]",
        "36:1: limit: unknown key (did you mean 'limits'?)",
    ),
    "wrong type": (
        "paths = 100_000",
        'paths = 100_000\nseed = "many"',
        '11:8: simulation.seed: a whole number, not "many"',
    ),
    "wrong word": (
        "paths = 100_000",
        'paths = "many"',
        '10:9: simulation.paths: a whole number from 1 to 10000000, or "auto", not "many"',
    ),
    "fraction for an integer": (
        "paths = 100_000",
        "paths = 1e5",
        '10:9: simulation.paths: a whole number from 1 to 10000000, or "auto", not 100000.0',
    ),
    "percentage": (
        "confidence = 0.99",
        "confidence = 99",
        "26:14: modes.portfolio.confidence: a confidence level of at least 0.5 and below 1; "
        "is 99 a percentage? write 0.99",
    ),
    "percentage as a limit": (
        "p_liquidation = 0.05",
        "p_liquidation = 5",
        "37:17: limits.p_liquidation: a fraction between 0 and 1; is 5 a percentage? write 0.05",
    ),
    "strength above one": (
        "strength = 0.8",
        "strength = 80",
        "34:12: scenarios.hedge_breaks.strength: a fraction between 0 and 1; is 80 a percentage? write 0.8",
    ),
    "unknown mode in limits": (
        "p_liquidation = 0.05",
        'p_liquidation = { limit = 0.05, mode = "portfoilo" }',
        '37:40: limits.p_liquidation.mode: "cross" or "portfolio", not "portfoilo" '
        "(did you mean 'portfolio'?)",
    ),
    "unknown scenario in limits": (
        "p_liquidation = 0.05",
        'p_liquidation = [{ limit = 0.05, scenario = "calm" }]',
        '37:45: limits.p_liquidation.0.scenario: "baseline" or "hedge_breaks", not "calm"',
    ),
    "bad duration": (
        'horizon = "10d"',
        'horizon = "10 days"',
        '8:11: simulation.horizon: a duration such as "30m", "1h" or "10d", not "10 days"',
    ),
    "negative paths": (
        "paths = 100_000",
        "paths = -1",
        '10:9: simulation.paths: a whole number from 1 to 10000000, or "auto", not -1',
    ),
    "step that does not divide": (
        'step = "1h"',
        'step = "7h"',
        "9:8: simulation.step: a step that divides the horizon of 10d",
    ),
    "endless horizon": (
        'horizon = "10d"',
        'horizon = "999999999w"',
        "8:11: simulation.horizon: at most 20000 steps of 1h",
    ),
    "margin period": (
        "confidence = 0.99",
        'margin_period = "90m"',
        "26:17: modes.portfolio.margin_period: a whole number of steps of 1h, at least one",
    ),
    "onset after the end": (
        "strength = 0.8",
        'strength = 0.8\nonset = "10d"',
        "35:9: scenarios.hedge_breaks.onset: before the horizon of 10d",
    ),
    "break that lasts no time": (
        "strength = 0.8",
        'strength = 0.8\nduration = "0h"',
        "35:12: scenarios.hedge_breaks.duration: a whole number of steps of 1h, at least one",
    ),
    "syntax": ("paths = 100_000", "paths = ", "10:9: TOML: a value such as"),
    "key twice": ("paths = 100_000", 'step = "2h"', "10:12: TOML: this key is given twice"),
    "open list": (
        "\n]\n",
        "\n",
        "19:2: TOML: a value such as",
    ),
    "unknown rule": (
        'rule = "var"',
        'rule = "varr"',
        '25:8: modes.portfolio.rule: "brackets" or "isolated" or "scenario_grid" or "unified" or "var", '
        "not \"varr\" (did you mean 'var'?)",
    ),
    "no rule": ('rule = "var"\n', "", "24:1: modes.portfolio.rule: this key is required"),
    "rule that is a table": (
        'rule = "var"',
        "rule = { a = 1 }",
        '25:8: modes.portfolio.rule: "brackets" or "isolated" or "scenario_grid" or "unified" or "var", '
        "not a table",
    ),
    "key of another rule": (
        "confidence = 0.99",
        'rulebook = "x"',
        "26:1: modes.portfolio.rulebook: unknown key; known here: add_ons, buffer, confidence,",
    ),
    "inverse without a mark": (
        "BTC/USDT:USDT",
        "BTC/USD:BTC",
        "16:3: account.positions.0.mark: the mark price, here or in the account's marks: inverse needs it",
    ),
    "inverse by coins": (
        'symbol = "BTC/USDT:USDT", notional_usd =  50_000',
        'symbol = "BTC/USD:BTC", quantity = 0.5, mark = 90_000',
        "16:40: account.positions.0.quantity: notional_usd instead: an inverse contract has a face in USD",
    ),
    "settled in a third asset": (
        "BTC/USDT:USDT",
        "BTC/USDT:ETH",
        "16:14: account.positions.0.symbol: a contract that settles in USDT (linear) or in BTC (inverse), "
        "not in ETH",
    ),
    "no such day": (
        "BTC/USDT:USDT",
        "BTC/USDT:USDT-260231",
        "16:14: account.positions.0.symbol: an expiry YYMMDD that is a day of the calendar, not 260231",
    ),
    "spot with an entry": (
        'symbol = "BTC/USDT:USDT", notional_usd =  50_000',
        'symbol = "BTC/USDT", quantity = 0.5, mark = 90_000, entry = 80_000',
        "16:65: account.positions.0.entry: nothing: a spot holding counts by its value",
    ),
    "exchange symbol": (
        "BTC/USDT:USDT",
        "BTCUSDT",
        '16:14: account.positions.0.symbol: a contract such as "BTC/USDT:USDT", "BTC/USD:BTC" or '
        '"BTC/USDT:USDT-260327", or spot, not "BTCUSDT"',
    ),
    "coin without a price": (
        'asset = "USDT"',
        'asset = "BTC"',
        "14:15: account.collateral.0.mark: the USD price of one BTC, here or in the account's marks",
    ),
    "ratio of a loan": (
        "amount = 20_000 }",
        'amount = 20_000 }, { asset = "BTC", amount = -0.1, mark = 9e4, ratio = 0.9 }',
        "14:104: account.collateral.1.ratio: no ratio for a negative amount: it counts in full",
    ),
    "requirement of a balance that is no loan": (
        "amount = 20_000 }",
        "amount = 20_000, loan_maintenance = 0.1 }",
        "14:69: account.collateral.0.loan_maintenance: a negative amount beside it",
    ),
    "two sizes": (
        "notional_usd =  50_000",
        "notional_usd = 50_000, quantity = 2",
        "16:65: account.positions.0.quantity: exactly one of notional_usd and quantity",
    ),
    "no size": (
        "notional_usd =  50_000, ",
        "",
        "16:3: account.positions.0.notional_usd: exactly one of notional_usd and quantity",
    ),
    "empty position": (
        "notional_usd =  50_000",
        "notional_usd = 0.0",
        "16:46: account.positions.0.notional_usd: not zero: positive is long, negative is short",
    ),
    "quantity without a mark": (
        "notional_usd =  50_000",
        "quantity = 2",
        "16:3: account.positions.0.mark: the mark price: quantity needs it",
    ),
    "entry without a mark": (
        "notional_usd =  50_000",
        "notional_usd = 50_000, entry = 3",
        "16:3: account.positions.0.mark: the mark price: entry needs it",
    ),
    "no leverage": (
        "leverage = 10",
        "leverage = 0",
        "16:66: account.positions.0.leverage: a number above 0, not 0",
    ),
    "no positions": (
        "[account]",
        "[account]\npositions = []\n[unknown]",
        "12:1: account.venue: this key is required",
    ),
    "account and accounts": (
        "[limits]",
        '[[accounts]]\nname = "b"\nvenue = "x"\ncollateral = [{ asset = "USD", amount = 1 }]\n'
        'positions = [{ symbol = "BTC/USDT:USDT", notional_usd = 1 }]\n[limits]',
        "36:1: accounts: either [account] or [[accounts]], not both",
    ),
    "reserved mode": (
        "[modes.portfolio]",
        "[modes.market]",
        '24:1: modes.market: another name; "market" has a meaning of its own in the results',
    ),
    "mode that is no name": (
        "[modes.portfolio]",
        '[modes."a b"]',
        '24:1: modes."a b": a name of letters, digits, - and _, starting with a letter or digit',
    ),
    "no such baseline": (
        "[limits]",
        '[comparison]\nbaseline = "isolated"\n[limits]',
        '37:12: comparison.baseline: "cross" or "portfolio", not "isolated"',
    ),
    "volatility as a percentage": (
        "[simulation]",
        "[model]\ninitial_volatility = { BTC = 60 }\n[simulation]",
        "8:30: model.initial_volatility.BTC: a number below 10, not 60",
    ),
    "unknown volatility": (
        "[simulation]",
        '[model]\ninitial_volatility = "longrun"\n[simulation]',
        '8:22: model.initial_volatility: "long_run" or "snapshot", not "longrun" '
        "(did you mean 'long_run'?)",
    ),
    "table for a list": (
        'collateral = [{ asset = "USDT", amount = 20_000 }]',
        "collateral = { USDT = 20_000 }",
        "14:14: account.collateral: a list, not a table",
    ),
    "date for text": ('name = "pair"', "name = 2026-01-02", "1:8: name: text in quotes, not 2026-01-02"),
    "no name": ('name = "pair"', "", "1:1: name: this key is required"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_each_fault_has_its_message_at_its_place(case: str, tmp_path: Path) -> None:
    old, new, message = SPOILED[case]
    assert old in GOOD
    path = tmp_path / "run.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    run = CliRunner().invoke(main, ["run", str(path)])
    assert run.exit_code == 2
    assert run.stdout == ""
    assert run.stderr.startswith(f"{path}:{message}"), run.stderr
    assert "Traceback" not in run.stderr


ALONE = [case for case in SPOILED if case not in ("no positions", "misspelt table")]


@pytest.mark.parametrize("case", ALONE)
def test_one_fault_is_one_line(case: str, tmp_path: Path) -> None:
    old, new, _ = SPOILED[case]
    path = tmp_path / "run.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_run(path)
    assert len(caught.value.problems) == 1, str(caught.value)


def test_all_faults_in_one_pass_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = GOOD
    for old, new in (
        ("paths = 100_000", "pathz = 1"),
        ("confidence = 0.99", "confidence = 99"),
        ("strength = 0.8", 'strength = 0.8\nonset = "11d"'),
        ("p_liquidation = 0.05", 'p_liquidation = { limit = 0.05, scenario = "calm" }'),
        ("amount = 20_000", 'amount = "x"'),
    ):
        text = text.replace(old, new, 1)
    path = tmp_path / "run.toml"
    path.write_text(text.replace("pathz = 1", "paths = 0"), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_run(path)
    assert [problem.key for problem in caught.value.problems] == [
        "simulation.paths",
        "account.collateral.0.amount",
        "modes.portfolio.confidence",
    ]
    # tables that are valid by themselves are compared with each other even when a third is not
    path.write_text(text.replace("pathz = 1", "paths = 1").replace("99", "0.9"), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_run(path)
    assert [problem.key for problem in caught.value.problems] == [
        "account.collateral.0.amount",
        "scenarios.hedge_breaks.onset",
        "limits.p_liquidation.scenario",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1:1: the file is empty"),
        (b" \n\n", ":1:1: the file is empty"),
        (b'name = "p\xe4ir"', ":1:10: UTF-8 text, not the byte 0xe4"),
        ("# é\nname = é".encode("latin-1"), ":1:3: UTF-8 text, not the byte 0xe9"),
        ('"é" = 1\nname = é'.encode(), ":2:8: TOML: a value such as"),
        (b"a = " + 2000 * b"[", ": tables and lists are nested too deeply"),
        (b"a = " + 5000 * b"1", ":1:1: TOML: Exceeds the limit"),
        (b"# only a comment", ":1:1: account: this table is required (or [[accounts]])"),
    ],
)
def test_files_that_are_no_config(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_bytes(content)
    run = CliRunner().invoke(main, ["run", str(path)])
    assert run.exit_code == 2
    assert f"{path}{message}" in run.stderr


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_files_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["run", str(tmp_path / name)])
    assert run.exit_code == 2
    assert run.stderr.startswith(f"{tmp_path / name}: cannot be read: ".replace("/.:", ":"))


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("simulation.paths=x", 'simulation.paths: a whole number from 1 to 10000000, or "auto", not "x"'),
        ("simulation.pathz=1", "simulation.pathz: unknown key (did you mean 'paths'?)"),
        ("simulation.paths", "key.path=value, for example simulation.paths=5000"),
        ("=1", "key.path=value, for example simulation.paths=5000"),
        ("simulation.paths=", 'a value such as 5000, 0.5, "10d" or true, not ""'),
        ("simulation.paths=[1", 'a value such as 5000, 0.5, "10d" or true, not "[1"'),
        ("simulation.paths=1\nx=2", 'a value such as 5000, 0.5, "10d" or true, not "1'),
        ("account.positions.2.leverage=1", "account.positions: an index from 0 to 1, not 2"),
        ("account.positions.-1.leverage=1", "account.positions: an index from 0 to 1, not -1"),
        ("name.first=1", 'name: a table, to hold "first"'),
        ("modes.portfolio={}", "modes.portfolio.rule: this key is required"),
        ("modes.portfolio.confidence=99", "modes.portfolio.confidence: a confidence level of at least 0.5"),
    ],
)
def test_overrides_are_their_own_place(override: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text(GOOD, encoding="utf-8")
    run = CliRunner().invoke(main, ["run", str(path), "--set", override])
    assert run.exit_code == 2
    assert run.stderr.startswith(f"--set {override}: {message}".replace("\n", "\\n"))


@pytest.mark.parametrize(
    ("spoiled", "message"),
    [
        (
            document(simulation={"paths": "x"}),
            ': /simulation/paths: simulation.paths: a whole number from 1 to 10000000, or "auto", not "x"',
        ),
        (
            document(account=account(venue=float("nan"))),
            ": /account/venue: account.venue: text in quotes, not nan",
        ),
        (
            document(account=account(collateral=[{"asset": "USD", "amount": float("nan")}])),
            ": /account/collateral/0/amount: account.collateral.0.amount: a finite number, not nan",
        ),
        (document(modes={}), ": /modes: modes: at least 1 entry"),
        (document(**{"a/b~": 1}), ': /a~1b~0: "a/b~": unknown key; known here: account,'),
        (document(name="\ud800"), ": /name: name: text of valid Unicode characters, not "),
        (document(name="\x1b[31m"), ": /name: name: a name of letters, digits, - and _, starting"),
        (
            document(accounts=[account(name="a"), account(name="a")], account=None),
            ': /accounts/1/name: accounts.1.name: a name of its own; "a" is taken',
        ),
        (
            document(accounts=[account(name="a", modes=["corss"])], account=None),
            ': /accounts/0/modes/0: accounts.0.modes.0: "cross" or "portfolio", not "corss"',
        ),
        (
            document(
                accounts=[account(name="a", modes=["cross"])],
                account=None,
                limits={"shortfall": {"limit": 1, "mode": "portfolio"}},
            ),
            ": /limits/shortfall/mode: limits.shortfall.mode: a mode that some account is run under",
        ),
        ([1], ":1:1: a JSON object"),
    ],
)
def test_json_is_placed_by_pointer(spoiled: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps(spoiled), encoding="utf-8")
    run = CliRunner().invoke(main, ["run", str(path)])
    assert run.exit_code == 2
    assert run.stderr.startswith(f"{path}{message}"), run.stderr
    assert "\x1b" not in run.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"name": "a",\n "b" 1}', ":2:6: JSON: Expecting ':' delimiter"),
        ('{"name": "a", "name": "b"}', ':1:1: JSON: the key "name" is given twice in one object'),
        ("[" * 100_000, ": tables and lists are nested too deeply"),
    ],
)
def test_json_syntax(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    run = CliRunner().invoke(main, ["run", str(path)])
    assert (run.exit_code, run.stderr.strip()) == (2, f"{path}{message}")
