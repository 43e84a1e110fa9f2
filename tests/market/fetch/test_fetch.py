"""What fetch asks for, what it keeps, and what becomes of it when the exchange or the machine fails."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from stresskit.config_file import load_run
from stresskit.errors import ConfigError, DataError
from stresskit.market.fetch import exchange as client
from stresskit.market.fetch.exchange import WAITS_S, Exchange, Kind
from stresskit.market.fetch.series import Query, by_asset, fetch_series
from stresskit.market.fetch.shelf import Shelf
from stresskit.market.prices import load_prices
from stresskit.market.series import load_series
from stresskit.pipeline.market import read_market
from tests.market.fetch.fake_exchange import HOUR_MS, START_MS, Fake, exchange
from tests.study.batches import CONFIG

pytest.importorskip("ccxt", reason="the extra 'data' is not installed")
START = START_MS // 1000
SYMBOLS = ("BTC/USDT:USDT", "ETH/USDT:USDT")


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def there(fake: Fake, waits: list[float]) -> Iterator[Exchange]:
    with exchange(fake) as urls:
        yield opened(urls, waits)


def opened(urls: dict[str, str], waits: list[float]) -> Exchange:
    found = Exchange("binanceusdm", urls, waits.append)
    found._ccxt.rateLimit = 1
    return found


def ask(there: Exchange, folder: Path, kind: Kind = "ohlcv", hours: int = 10**9, first: int = START) -> Path:
    query = Query(kind, by_asset(there, SYMBOLS), "1h", first, first + 3600 * hours - 1)
    return fetch_series(there, query, folder, ".csv")


def pages(fake: Fake, path: str = "/fapi/v1/klines") -> list[dict[str, str]]:
    return [asked for where, asked in fake.seen if where == path]


def test_bars_as_a_calibration_reads_them(there: Exchange, fake: Fake, tmp_path: Path) -> None:
    """All closed bars, the one under way left out; the sidecar says where they come from."""
    file = ask(there, tmp_path)
    prices = load_prices(file)
    assert prices.assets == ("BTC", "ETH")
    assert len(prices.times) == 3000
    assert str(prices.times[0]) == "2024-01-01T00:00:00"
    assert prices.volume is not None
    assert np.isfinite(prices.close).all()
    assert {page["limit"] for page in pages(fake)} == {"1000"}
    side = json.loads((tmp_path / f"{file.name}.json").read_text(encoding="utf-8"))
    assert side["source"]["exchange"] == "binanceusdm"
    assert side["sha256"] == prices.sha256
    assert side["symbols"]["BTC"]["rows"] == 3000
    assert side["symbols"]["BTC"]["gaps"] == {"count": 0, "stamps": 0, "longest": []}
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*"))


def test_only_what_is_new_is_asked_for(there: Exchange, fake: Fake, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    whole = ask(there, tmp_path / "a").read_bytes()
    ask(there, tmp_path / "b", hours=700, first=START + 3600 * 500)
    fake.seen.clear()
    assert ask(there, tmp_path / "b", first=START).read_bytes() == whole
    asked = [int(page["startTime"]) for page in pages(fake) if page["symbol"] == "BTCUSDT"]
    assert asked[0] == START_MS
    assert all(at < START_MS + 500 * HOUR_MS or at >= START_MS + 1199 * HOUR_MS for at in asked)
    fake.seen.clear()
    ask(there, tmp_path / "b", first=START)
    assert not pages(fake)


def test_gaps_are_told(there: Exchange, fake: Fake, tmp_path: Path) -> None:
    fake.missing = {START_MS + n * HOUR_MS for n in (5, 6, 7, 100)}
    file = ask(there, tmp_path, hours=200)
    side = json.loads((tmp_path / f"{file.name}.json").read_text(encoding="utf-8"))
    assert side["symbols"]["ETH"]["gaps"] == {
        "count": 2,
        "stamps": 4,
        "longest": [
            ["2024-01-01 05:00:00", "2024-01-01 07:00:00"],
            ["2024-01-05 04:00:00", "2024-01-05 04:00:00"],
        ],
    }
    assert load_prices(file, gaps="drop").report["gaps"]["BTC"]["count"] == 2


def test_a_line_that_fails_is_tried_again(
    there: Exchange, fake: Fake, waits: list[float], tmp_path: Path
) -> None:
    there.market(SYMBOLS[0])
    fake.faults = [429, 503, 502]
    ask(there, tmp_path, hours=10)
    assert waits == list(WAITS_S[:3])


def test_what_had_arrived_is_kept_and_gone_on_with(there: Exchange, fake: Fake, tmp_path: Path) -> None:
    """The exchange goes away in the middle: the next fetch begins behind the last row."""
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole = ask(there, tmp_path / "whole").read_bytes()
    fake.stop_after = len(fake.seen) + 4
    with pytest.raises(DataError, match=f"in {len(WAITS_S) + 1} attempts"):
        ask(there, tmp_path / "cut")
    part = next((tmp_path / "cut").glob("*.part"))
    assert part.read_bytes().count(b"\n") >= 2000
    part.write_bytes(part.read_bytes()[:-7])  # killed in the middle of a row
    fake.stop_after, fake.seen = 10**9, []
    assert ask(there, tmp_path / "cut").read_bytes() == whole
    own = [int(page["startTime"]) for page in pages(fake) if page["symbol"] == "BTCUSDT"]
    assert min(own) > START_MS + 1900 * HOUR_MS


@pytest.mark.parametrize("where", ["before", "between"])
def test_killed_while_the_file_is_replaced(there: Exchange, where: str, tmp_path: Path) -> None:
    ask(there, tmp_path, hours=10)
    file = next(tmp_path.glob("*.csv"))
    old = (file.read_bytes(), Path(f"{file}.json").read_bytes())
    ask(there, tmp_path, hours=20)
    new = (file.read_bytes(), Path(f"{file}.json").read_bytes())
    Path(f"{file}.json.next").write_bytes(new[1])
    Path(f"{file}.json").write_bytes(old[1])
    if where == "before":
        file.write_bytes(old[0])
    shelf = Shelf(file, ("open", "high", "low", "close", "volume"))
    assert shelf.facts["rows"] == (20 if where == "before" else 40)
    assert ask(there, tmp_path, hours=20).read_bytes() == new[0]


def test_a_file_that_was_changed_is_not_gone_on_with(there: Exchange, tmp_path: Path) -> None:
    file = ask(there, tmp_path, hours=10)
    file.write_text(file.read_text(encoding="utf-8").replace("4", "5", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"the content that binanceusdm-ohlcv-1h.csv.json states"):
        ask(there, tmp_path, hours=20)


@pytest.mark.parametrize(("kind", "shift"), [("mark", 2.0), ("index", 3.0)])
def test_mark_and_index(there: Exchange, kind: Kind, shift: float, tmp_path: Path) -> None:
    last = load_prices(ask(there, tmp_path, hours=50))
    other = load_prices(ask(there, tmp_path, kind, hours=50))
    np.testing.assert_allclose(other.close - last.close, shift, rtol=0, atol=1e-6)
    assert other.volume is None


def test_funding_as_a_calibration_reads_it(there: Exchange, tmp_path: Path) -> None:
    """Stamps that the exchange sends some milliseconds late stand at their second."""
    series = load_series(ask(there, tmp_path, "funding", hours=800), ("BTC", "ETH"))
    assert series.step_s == 8 * 3600
    assert series.values.shape == (100, 2)
    rows = pd.read_csv(tmp_path / "binanceusdm-funding.csv")
    assert list(rows.columns) == ["time", "asset", "rate"]


def test_a_run_is_calibrated_on_what_was_fetched(there: Exchange, tmp_path: Path) -> None:
    file = ask(there, tmp_path)
    snapshot = 'source = "snapshot"\nsnapshot = "majors-2026-03"'
    assert snapshot in CONFIG
    text = CONFIG.replace(snapshot, f'source = "files"\nprices = "{file.name}"')
    (tmp_path / "run.toml").write_text(text, encoding="utf-8")
    market = read_market(load_run(tmp_path / "run.toml"))
    assert market.model.assets == ("BTC", "ETH")
    assert market.calibration.observations == 2999


def test_parquet_holds_the_same(there: Exchange, tmp_path: Path) -> None:
    query = Query("ohlcv", by_asset(there, SYMBOLS), "1h", START, START + 3600 * 99)
    first = load_prices(fetch_series(there, query, tmp_path, ".csv"))
    second = load_prices(fetch_series(there, query, tmp_path, ".parquet"))
    np.testing.assert_array_equal(first.close, second.close)
    np.testing.assert_array_equal(first.times, second.times)
    longer = Query("ohlcv", query.symbols, "1h", START, START + 3600 * 149)
    assert len(load_prices(fetch_series(there, longer, tmp_path, ".parquet")).times) == 150


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[START_MS, "1", "1", "1", None, "1"]], "in numbers"),
        ([[START_MS + 1000, "1", "1", "1", "1", "1"]], "at whole steps"),
        ([{"odd": 1}], r"none came|in the form|ohlcv of BTC"),
        ("nonsense", r"none came|in the form|ohlcv of BTC"),
    ],
)
def test_odd_answers_are_refused(
    there: Exchange, fake: Fake, rows: Any, expected: str, tmp_path: Path
) -> None:
    there.market(SYMBOLS[0])
    fake.rows = lambda path, _: {"serverTime": fake.now_ms} if path.endswith("time") else rows
    with pytest.raises(DataError, match=expected):
        ask(there, tmp_path, hours=10)


def test_wrong_names_are_refused(there: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="an exchange that ccxt knows"):
        Exchange("binanceusdmm")
    with pytest.raises(ConfigError, match=r"did you mean BTC/USDT:USDT"):
        there.market("BTC/USDT:USD")
    with pytest.raises(ConfigError, match="one of "):
        there.step_s("7h")
    monkeypatch.setitem(client.METHODS, "mark", ("fetchNothing", "fetch_nothing"))
    assert not there.offers("mark")
    monkeypatch.setitem(__import__("sys").modules, "ccxt", None)
    with pytest.raises(ConfigError, match=r"pip install 'stresskit\[data\]'"):
        Exchange("binanceusdm")
