"""``stresskit data fetch`` from a fake exchange: files, and a rulebook that a run accepts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stresskit.cli import main
from stresskit.config_file.rulebook import load_rulebook
from stresskit.market.fetch import exchange as client
from stresskit.results.claim import Claim
from tests.market.fetch.fake_exchange import BRACKETS, Fake, exchange

pytest.importorskip("ccxt", reason="the extra 'data' is not installed")
FROM = ("--from", "2024-01-01", "--to", "2024-01-03")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    found, real = Fake(), client.Exchange
    with exchange(found) as urls:

        def opened(name: str) -> client.Exchange:
            there = real(name, urls, lambda _: None)
            there._ccxt.rateLimit = 1
            return there

        monkeypatch.setattr(client, "Exchange", opened)
        yield found


def fetch(out: Path, *options: str) -> Result:
    return CliRunner().invoke(
        main, ["data", "fetch", "binanceusdm", "BTC/USDT:USDT", "--out", str(out), *options]
    )


@pytest.mark.usefixtures("fake")
def test_prices_and_funding(tmp_path: Path) -> None:
    done = fetch(tmp_path, *FROM, "--what", "ohlcv", "--what", "funding", "--json")
    assert done.exit_code == 0, done.output
    files: Any = json.loads(done.stdout)
    check = CliRunner().invoke(main, ["data", "check", files["ohlcv"]])
    assert check.exit_code == 0
    assert "72 stamps every 1h" in check.stdout
    assert Path(files["funding"]).name == "binanceusdm-funding-wide.csv"


def test_tiers_become_a_rulebook_that_a_run_accepts(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(client.KEY, "k")
    monkeypatch.setenv(client.SECRET, "s")
    done = fetch(tmp_path, "--what", "tiers", "--base", "binance-usdm-2026-09", "--json")
    assert done.exit_code == 0, done.output
    file = Path(json.loads(done.stdout)["tiers"])
    book, base = load_rulebook(file.name, tmp_path), load_rulebook("binance-usdm-2026-09")
    table = book.tables.symbols["BTC/USDT:USDT"]
    assert [row[0] for row in table.tiers] == [row["notionalFloor"] for row in BRACKETS]
    assert [row[3] for row in table.tiers] == [row["cum"] for row in BRACKETS]
    assert table.cap == 3_000_000
    assert file.stem.endswith(book.tables.as_of)
    assert "ccxt" in book.tables.source
    assert book.tables.offers == base.tables.offers
    assert list(book.tables.symbols) == ["BTC/USDT:USDT"]
    from tests.study.batches import CONFIG

    config = tmp_path / "run.toml"
    config.write_text(CONFIG.replace("binance-usdm-2026-09", str(file)), encoding="utf-8")
    shown = CliRunner().invoke(main, ["margin", str(config)])
    assert shown.exit_code == 0, shown.output
    fake.brackets[1]["cum"] = 51.0
    refused = fetch(tmp_path, "--what", "tiers", "--base", "binance-usdm-2026-09")
    assert refused.exit_code == 3
    assert "BTC/USDT:USDT: tier 2: a deduction of 50" in refused.stderr
    fake.brackets[1] |= {"cum": 50.0, "initialLeverage": 500}
    wrong = fetch(tmp_path, "--what", "tiers", "--base", "binance-usdm-2026-09")
    assert wrong.exit_code == 3
    assert "falling leverages" in wrong.stderr
    assert not list(tmp_path.glob("*.partial*"))


@pytest.mark.usefixtures("fake")
def test_tiers_without_a_key(tmp_path: Path) -> None:
    done = fetch(tmp_path, "--what", "tiers", "--base", "binance-usdm-2026-09")
    assert done.exit_code == 3
    assert client.KEY in done.stderr


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--what", "tiers"), "needs --base"),
        ((), "--from: the first day"),
        (("--what", "tiers", "--base", "nothing"), "a rulebook file or one of"),
        ((*FROM, "--timeframe", "7h"), "--timeframe: one of"),
    ],
)
def test_what_is_missing_is_said(options: tuple[str, ...], expected: str, tmp_path: Path) -> None:
    done = fetch(tmp_path, *options)
    assert done.exit_code == 2
    assert expected in done.stderr


@pytest.mark.usefixtures("fake")
def test_one_fetch_at_a_time(tmp_path: Path) -> None:
    held = Claim(tmp_path)
    done = fetch(tmp_path, *FROM)
    held.release()
    assert done.exit_code == 2
    assert "no other fetch" in done.stderr
