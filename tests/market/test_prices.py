"""Price files: what is accepted, and that every fault is said once, at its place."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stresskit.errors import ConfigError, DataError
from stresskit.market.prices import Prices, load_prices, simple_returns
from tests.shared_folder import shared

WIDE = """time,BTC,ETH
2024-01-01T00:00:00Z,100,10
2024-01-01T01:00:00Z,101,10.5
2024-01-01T02:00:00Z,102,10.4
2024-01-01T03:00:00Z,103,10.3
2024-01-01T04:00:00Z,102,10.2
"""
LONG = """time,asset,open,high,low,close,volume,source
2024-01-01T00:00:00Z,BTC,99,102,98,100,5,spot
2024-01-01T00:00:00Z,ETH,9,11,9,10,50,spot
2024-01-01T01:00:00Z,BTC,100,103,99,101,6,perp
2024-01-01T01:00:00Z,ETH,10,11,10,10.5,60,spot
"""


def load(folder: Path, text: str, name: str = "prices.csv", **options: object) -> Prices:
    path = folder / name
    path.write_text(text)
    return load_prices(path, **options)


def problems(folder: Path, text: str, **options: object) -> list[str]:
    """Faults of the file, without its folder."""
    with pytest.raises(DataError) as caught:
        load(folder, text, **options)
    assert caught.value.exit_code == 3
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


MALFORMED = {
    "NaN": (WIDE.replace("102,10.4", "nan,10.4"), "prices.csv:4: BTC: a positive finite price (found nan)"),
    "infinite": (
        WIDE.replace("102,10.4", "102,inf"),
        "prices.csv:4: ETH: a positive finite price (found inf)",
    ),
    "negative": (
        WIDE.replace("102,10.4", "-102,10.4"),
        "prices.csv:4: BTC: a positive finite price (found -102)",
    ),
    "zero": (WIDE.replace("102,10.4", "102,0"), "prices.csv:4: ETH: a positive finite price (found 0)"),
    "text": (WIDE.replace("102,10.4", "102,n/a"), "prices.csv:4: ETH: a positive finite price (found n/a)"),
    "empty cell": (
        WIDE.replace("102,10.4", "102,"),
        "prices.csv:4: ETH: a close at every stamp (1 missing, 2024-01-01T02:00:00 to 2024-01-01T02:00:00; "
        'gaps = "drop" or "ffill:N" accepts gaps)',
    ),
    "missing stamp": (
        WIDE.replace("2024-01-01T02:00:00Z,102,10.4\n", ""),
        "prices.csv:3: BTC: a close at every stamp (1 missing, 2024-01-01T02:00:00 to 2024-01-01T02:00:00; "
        'gaps = "drop" or "ffill:N" accepts gaps)',
    ),
    "duplicate": (
        WIDE.replace("T02:00", "T01:00"),
        "prices.csv:4: time: each time once (row 3 has it too): 2024-01-01T01:00:00",
    ),
    "unsorted": (
        WIDE.replace("T02:00", "T06:00"),
        "prices.csv:5: time: ascending times (row 4 is later): 2024-01-01T03:00:00",
    ),
    "irregular": (
        WIDE.replace("T02:00", "T02:07"),
        "prices.csv:4: time: a stamp of the regular 1h grid (found 2024-01-01T02:07:00)",
    ),
    "unreadable time": (
        WIDE.replace("2024-01-01T02:00:00Z", "1 Jan, two"[:5]),
        "prices.csv:4: time: an ISO 8601 time in UTC, whole seconds (found 1 Jan)",
    ),
    "no time": (
        WIDE.replace("2024-01-01T02:00:00Z", ""),
        "prices.csv:4: time: an ISO 8601 time in UTC, whole seconds (found nothing)",
    ),
    "epoch": (
        WIDE.replace("2024-01-01T02:00:00Z", "1704074400"),
        "prices.csv:4: time: an ISO 8601 time in UTC, whole seconds (found 1704074400)",
    ),
    "not UTC": (
        WIDE.replace("T02:00:00Z", "T03:00:00+01:00"),
        "prices.csv:4: time: an ISO 8601 time in UTC, whole seconds (found 2024-01-01T03:00:00+01:00)",
    ),
    "fraction of a second": (
        WIDE.replace("T02:00:00Z", "T02:00:00.999Z"),
        "prices.csv:4: time: an ISO 8601 time in UTC, whole seconds (found 2024-01-01T02:00:00.999Z)",
    ),
    "no time column": (
        WIDE.replace("time,", "when,"),
        "prices.csv:1: time: one column of this name (the file has when, BTC, ETH)",
    ),
    "column twice": (WIDE.replace("ETH", "BTC"), "prices.csv:1: BTC: a column name that occurs once"),
    "ragged": (WIDE.replace("102,10.4", "102"), "prices.csv:4: 3 cells as in the header (found 2)"),
    "empty file": ("", "prices.csv: prices (the file is empty)"),
    "header alone": ("time,BTC\n", "prices.csv: prices (the file has a header and nothing else)"),
    "one row": ("time,BTC\n2024-01-01,100\n", "prices.csv: prices at two times or more"),
    "no asset column": (
        "time,open,close\n2024-01-01,1,1\n",
        "prices.csv:1: asset: one column of this name, or symbol, beside close",
    ),
    "unknown column": (
        LONG.replace("volume", "volumne"),
        "prices.csv:1: volumne: a column among time, date, timestamp, datetime, asset, symbol, source, src, "
        "open, high, low, volume, close; did you mean volume?",
    ),
    "high": (
        LONG.replace("100,103,99,101", "100,100.5,99,101"),
        "prices.csv:4: high: at least the other prices of the row (found 100.5)",
    ),
    "low": (
        LONG.replace("100,103,99,101", "100,103,100.5,101"),
        "prices.csv:4: low: at most the other prices of the row (found 100.5)",
    ),
    "volume": (LONG.replace(",6,", ",-6,"), "prices.csv:4: volume: a volume of zero or more (found -6)"),
    "asset twice": (
        LONG.replace("01:00:00Z,ETH", "01:00:00Z,BTC"),
        "prices.csv:5: time: each time once (row 4 has it too): 2024-01-01T01:00:00",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_file_gives_one_clear_message(case: str, tmp_path: Path) -> None:
    text, expected = MALFORMED[case]
    found = problems(tmp_path, text)
    if case == "missing stamp":
        assert found == [expected, expected.replace("BTC", "ETH")]
    else:
        assert found == [expected]


def test_an_unknown_asset_is_named_with_its_neighbour(tmp_path: Path) -> None:
    expected = "prices.csv:1: btc: an asset of the file: BTC, ETH; did you mean BTC?"
    assert problems(tmp_path, WIDE, assets=("btc",)) == [expected]
    assert problems(tmp_path, LONG, assets=("btc",)) == [expected]


def test_all_faults_come_in_one_pass_and_many_are_counted(tmp_path: Path) -> None:
    both = WIDE.replace("102,10.4", "-1,0").replace("T03:00", "T3x")
    assert len(problems(tmp_path, both)) == 3
    rows = "".join(f"2024-01-{day:02},-1\n" for day in range(1, 31))
    found = problems(tmp_path, "time,BTC\n" + rows)
    assert len(found) == 21
    assert found[-1] == "prices.csv: and 10 more faults of this file"


def test_a_missing_file_and_a_foreign_ending(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a readable price file"):
        load_prices(tmp_path / "absent.csv")
    with pytest.raises(DataError, match=r"ends in \.csv or \.parquet"):
        load(tmp_path, WIDE, name="prices.txt")
    (tmp_path / "latin.csv").write_bytes(b"time,BTC\n2024-01-01,\xe9\n")
    with pytest.raises(DataError, match="UTF-8"):
        load_prices(tmp_path / "latin.csv")


def test_wide_closes(tmp_path: Path) -> None:
    prices = load(tmp_path, WIDE)
    assert (prices.assets, prices.step_s, prices.volume) == (("BTC", "ETH"), 3600, None)
    assert prices.times[-1] == np.datetime64("2024-01-01T04:00:00")
    np.testing.assert_array_equal(prices.close[:, 0], [100, 101, 102, 103, 102])
    assert simple_returns(prices.close)[0].tolist() == pytest.approx([0.01, 0.05])
    assert load(tmp_path, WIDE, assets=("ETH",)).close.tolist() == prices.close[:, 1:].tolist()


def test_long_ohlcv(tmp_path: Path) -> None:
    prices = load(tmp_path, LONG, assets=("ETH", "BTC"))
    np.testing.assert_array_equal(prices.close, [[10, 100], [10.5, 101]])
    assert prices.volume is not None
    np.testing.assert_array_equal(prices.volume, [[50, 5], [60, 6]])
    assert prices.source is not None
    assert prices.source[1].tolist() == ["spot", "perp"]


def test_zone_free_dates_blank_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    text = "\ufeffdate,BTC\n2024-01-01,100\n2024-01-02,101\n\n2024-01-03,102\n\n"
    assert load(tmp_path, text).step_s == 86400
    assert problems(tmp_path, text.replace("102", "x")) == [
        "prices.csv:5: BTC: a positive finite price (found x)"
    ]


def test_an_asset_that_is_listed_later_has_no_gap(tmp_path: Path) -> None:
    prices = load(tmp_path, WIDE.replace("100,10\n", "100,\n"))
    assert np.isnan(prices.close[0, 1])
    assert prices.report["listed_from"] == {"ETH": "2024-01-01T01:00:00"}
    assert prices.report["gaps"] == {}


def test_dropped_gaps_are_listed_and_break_the_returns(tmp_path: Path) -> None:
    prices = load(tmp_path, WIDE.replace("102,10.4", "102,"), gaps="drop")
    gap = {"first": "2024-01-01T02:00:00", "last": "2024-01-01T02:00:00", "stamps": 1}
    assert prices.report["gaps"] == {"ETH": {"count": 1, "stamps": 1, "longest": [gap]}}
    assert np.isnan(simple_returns(prices.close)[:, 1]).tolist() == [False, True, True, False]


def test_filling_is_asked_for_and_bounded(tmp_path: Path) -> None:
    text = WIDE.replace("102,10.4", "102,").replace("103,10.3", "103,")
    np.testing.assert_array_equal(
        load(tmp_path, text, gaps="ffill:2").close[:, 1], [10, 10.5, 10.5, 10.5, 10.2]
    )
    assert "longer than ffill:1" in problems(tmp_path, text, gaps="ffill:1")[0]
    trailing = WIDE.replace("102,10.2", "102,")
    assert load(tmp_path, trailing, gaps="ffill:1").close[-1, 1] == 10.3
    with pytest.raises(ConfigError, match="ffill:N"):
        load(tmp_path, text, gaps="ffill")


def test_a_window_keeps_one_close_before_it_and_forgets_gaps_outside(tmp_path: Path) -> None:
    first, last = np.datetime64("2024-01-01T02:00"), np.datetime64("2024-01-01T03:00")
    prices = load(tmp_path, WIDE.replace("102,10.2", "102,"), first=first, last=last)
    assert [str(t)[11:16] for t in prices.times] == ["01:00", "02:00", "03:00"]
    with pytest.raises(DataError, match="two closes in the period"):
        load(tmp_path, WIDE, first=np.datetime64("2025-01-01"))


def test_constant_stretches_and_outliers_are_named_not_altered(tmp_path: Path) -> None:
    walk = 100 * np.exp(np.cumsum(np.resize([0.01, -0.01, 0.005, -0.004], 200)))
    walk[50:80] = walk[50]
    walk[150:] *= 2
    stamps = pd.date_range("2024-01-01", periods=200, freq="h")
    pd.DataFrame({"time": stamps.strftime("%Y-%m-%dT%H:%MZ"), "BTC": walk}).to_csv(
        tmp_path / "p.csv", index=False
    )
    prices = load_prices(tmp_path / "p.csv")
    np.testing.assert_allclose(prices.close[:, 0], walk, rtol=1e-15)
    assert prices.report["constant"]["BTC"]["longest"] == [
        {"first": "2024-01-03T02:00:00", "last": "2024-01-04T07:00:00", "stamps": 30}
    ]
    assert prices.report["outliers"]["BTC"]["count"] == 1
    assert prices.report["outliers"]["BTC"]["largest"][0]["time"] == "2024-01-07T06:00:00"


def test_parquet_is_read_like_csv(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    stamps = pd.date_range("2024-01-01", periods=4, freq="h", tz="UTC", name="time")
    frame = pd.DataFrame({"BTC": [100.0, 101, 102, 103], "ETH": [10.0, 10.5, 10.4, 10.3]}, index=stamps)
    frame.to_parquet(tmp_path / "p.parquet")
    prices = load_prices(tmp_path / "p.parquet")
    assert (prices.step_s, prices.close.tolist()) == (3600, frame.to_numpy().tolist())
    frame.iloc[2, 1] = -1.0
    frame.to_parquet(tmp_path / "p.parquet")
    with pytest.raises(DataError, match=r"p\.parquet:3: ETH: a positive finite price \(found -1\.0\)"):
        load_prices(tmp_path / "p.parquet")
    frame.tz_convert("Europe/Berlin").to_parquet(tmp_path / "p.parquet")
    with pytest.raises(DataError, match=r"p\.parquet:1: time: an ISO 8601 time in UTC"):
        load_prices(tmp_path / "p.parquet")
    (tmp_path / "p.parquet").write_text("no parquet")
    with pytest.raises(DataError, match="a Parquet file"):
        load_prices(tmp_path / "p.parquet")


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (tmp_path / "p.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match=r"pip install 'stresskit\[parquet\]'"):
        load_prices(tmp_path / "p.parquet")


def test_the_three_shared_files_agree_on_their_closes() -> None:
    pytest.importorskip("pyarrow")
    wide, long = (shared(f"data/hourly_{kind}.parquet") for kind in ("close", "ohlcv"))
    assets, first = ("BTC", "ADA", "AVAX"), np.datetime64("2021-01-01")
    a, b = (load_prices(path, assets, "drop", first) for path in (wide, long))
    np.testing.assert_array_equal(a.close, b.close)
    assert a.report["gaps"]["ADA"]["longest"][0]["stamps"] == 2147
    daily = load_prices(shared("data/daily_close.csv"), assets, "fail", first)
    assert (daily.step_s, len(daily.times)) == (86400, 1904)
    with pytest.raises(DataError, match="2147 missing, 2024-06-16T13:00:00"):
        load_prices(wide, assets, "fail", first)


def test_damaged_metadata_of_a_parquet_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text that pandas keeps inside a file is no JSON any more: an error that is not pyarrow's own."""
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "prices.parquet"
    pd.DataFrame({"time": pd.date_range("2024-01-01", periods=4), "BTC": 1.0}).to_parquet(file, index=False)

    def damaged(_: object) -> None:
        raise ValueError("Invalid control character at: line 1 column 152")

    monkeypatch.setattr(parquet, "read_table", damaged)
    with pytest.raises(DataError, match=r"a Parquet file .Invalid control character"):
        load_prices(file)
