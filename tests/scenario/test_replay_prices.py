"""A price file happens to the book: exactly, on mark, executed at last; and what is wrong with a file."""

import csv
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.errors import ConfigError, DataError
from stresskit.model.replayed import replayed_variance
from stresskit.pipeline import run
from stresskit.pipeline.setting import prepare
from stresskit.simulate.blocks import live_block, workspace
from stresskit.simulate.tape import executed_at
from tests.properties.configs import FOLDER
from tests.shipped import draw, shipped

QUICK = FOLDER / "quickstart.toml"
ASSETS, HOURS, BAR = ("BTC", "ETH"), 30, 5
HEADER = ["time", "symbol", *(f"mark_{p}" for p in ("open", "high", "low", "close"))]
HEADER += ["open", "high", "low", "close", "volume"]
SHORT = (
    "simulation.horizon=2d",
    "simulation.paths=64",
    "modes.portfolio.scenarios=1000",
    "comparison.equal_efficiency=false",
)


def recorded(seed=3, falls=0.0, assets=ASSETS, hours=HOURS):
    """Bars (rows of HEADER) of five minutes: a fall of BTC in hour 20, last ever beside the mark."""
    rng = np.random.default_rng(seed)
    rows = []
    for k, asset in enumerate(assets):
        price = 30_000.0 / (10**k)
        for i in range(hours * 60 // BAR):
            drop = falls / 12 if k == 0 and 240 <= i < 252 else 0.0
            close = price * np.exp(0.001 * rng.standard_normal()) * (1 - drop)
            high, low = max(price, close) * 1.0005, min(price, close) * 0.9995
            time = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=BAR * i)
            last = [x * (0.998 if drop else 1.0001) for x in (price, high, low, close)]
            rows.append([time.isoformat(), f"{asset}USDT", price, high, low, close, *last, 1.0])
            price = close
    return rows


def write(path, rows, header=HEADER):
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def setting(tmp_path, rows, *more, header=HEADER, keys=""):
    write(tmp_path / "bars.csv", rows, header)
    config = tmp_path / "run.toml"
    table = f'\n[scenarios.past]\nkind = "replay_prices"\nprices = "bars.csv"\n{keys}\n'
    config.write_text(QUICK.read_text() + table)
    return prepare(load_run(config, [*SHORT, *more]))


def lived(found, always=False):
    plan = found.plan("past", always=always)
    tiles = []
    space = workspace(plan, 64, 16)
    record = live_block(plan, 0, space, lambda _s, t, _b, _r: tiles.append(t.marks.copy())).records[0]
    return np.concatenate(tiles), record


def test_every_path_is_the_file(tmp_path):
    rows = recorded()
    marks, _ = lived(setting(tmp_path, rows))
    for k, asset in enumerate(ASSETS):
        own = [row for row in rows if row[1].startswith(asset)]
        ends = np.array([own[i + 11][5] for i in range(0, len(own), 12)]) / own[0][2]
        assert marks[:HOURS, k] == pytest.approx(np.repeat(ends[:, None], 64, axis=1))
    assert np.ptp(marks[HOURS + 5, 0]) > 0  # after the file the model goes on


def twin(rows, equity, notional, rate, spread):
    """First step in breach, and equity after closing all there, of a long position: bar by bar."""
    base = rows[0][2]
    for i, row in enumerate(rows):
        mark, last = row[2:6], row[6:10]
        for part in (0, 2, 1, 3):  # open, low, high, close
            level = mark[part] / base
            left = equity + notional * (level - 1)
            if left <= rate(notional * level):
                lost = max(spread + 1 - last[part] / mark[part], 0.0)
                return i // 12 + 1, left - notional * level * lost
    return -1, equity + notional * (rows[-1][5] / base - 1)


@pytest.mark.parametrize(
    ("falls", "collateral"), [(0.3, 8_000.0), (0.3, 14_000.0), (0.1, 4_000.0), (0.02, 9e3)]
)
def test_a_long_position_lives_through_the_bars(tmp_path, falls, collateral):
    rows = recorded(falls=falls)
    found = setting(
        tmp_path,
        rows,
        "account.positions=[{symbol='BTC/USDT:USDT', notional_usd=50000, leverage=10}]",
        f"account.collateral=[{{asset='USDT', amount={collateral}}}]",
        "execution.impact=0.0",
        "execution.liquidation_fee=0.0",
        "simulation.horizon=30h",
    )
    _, record = lived(found)
    rate = 0.004  # of the first tier of BTC in the rulebook
    btc = [row for row in rows if row[1].startswith("BTC")]
    step, left = twin(btc, collateral, 50_000.0, lambda value: rate * value, 0.0001)
    assert (record.first_step == step).all()
    assert record.terminal_equity == pytest.approx(max(left, 0.0), abs=1e-6 * 50_000)
    assert record.shortfall == pytest.approx(max(-left, 0.0), abs=1e-6 * 50_000)


def test_last_is_paid_and_never_earned_beyond_nothing(tmp_path):
    found = setting(tmp_path, recorded())
    book = found.accounts[0].book  # long BTC, short ETH
    mark, below = np.ones(2), np.full(2, 0.98)
    assert executed_at(book, mark, below).half_spread == pytest.approx([0.0201, 0.0])
    assert executed_at(book, mark, 2 - below).half_spread == pytest.approx([0.0, 0.0201])
    assert np.array_equal(executed_at(book, mark, mark).half_spread, book.half_spread)


@pytest.mark.parametrize("kind", ["gjr_garch/student_t", "egarch/student_t"])
def test_the_variance_is_that_of_the_kernels(kind):
    model = shipped("1h", kind)
    returns, variance = draw(model, 20, 1, seed=2)
    used = np.arange(len(model.assets))
    found, shock = replayed_variance(
        model.marginals, used, returns[:, :, 0], model.marginals.long_run_variance
    )
    assert found == pytest.approx(variance[:, :, 0], rel=1e-9)
    start = np.sqrt(model.marginals.long_run_variance)
    assert shock[0] == pytest.approx((returns[0, :, 0] - model.marginals.mean) / start)


def test_marks_and_last_in_files_of_their_own_with_other_names(tmp_path):
    rows = recorded()
    header = ["ts", "coin", "o", "h", "l", "c"]
    write(tmp_path / "last.csv", [[*row[:2], *row[6:10]] for row in rows], ["time", "asset", *"ohlc"])
    columns = 'columns = { time = "ts", asset = "coin", mark_open = "o", mark_high = "h", mark_low = "l"'
    keys = f'{columns}, mark_close = "c" }}\n'
    found = setting(tmp_path, [row[:6] for row in rows], header=header, keys=keys + last_of(tmp_path, rows))
    one = setting(tmp_path, rows)
    (tape, other) = (s.stressed["past"].tape for s in (found, one))
    assert np.array_equal(tape.mark, other.mark)
    assert tape.last == pytest.approx(other.last)


def last_of(tmp_path, rows):
    header = ["ts", "coin", "open", "high", "low", "close"]
    write(tmp_path / "last.csv", [[*row[:2], *row[6:10]] for row in rows], header)
    return 'last = "last.csv"\n'


def test_closes_alone(tmp_path):
    rows = [[row[0], row[1], row[5], row[9]] for row in recorded()]
    found = setting(tmp_path, rows, header=["time", "asset", "mark_close", "last_close"])
    tape = found.stressed["past"].tape
    assert tape.mark.shape == (HOURS - 1, 12, 2)  # the first close is where the run starts


def without(rows, column):
    place = HEADER.index(column)
    return [[*row[:place], *row[place + 1 :]] for row in rows], [h for h in HEADER if h != column]


@pytest.mark.parametrize("column", ["time", "symbol", "mark_close", "close"])
def test_a_missing_column_is_named(tmp_path, column):
    rows, header = without(recorded(), column)
    with pytest.raises(DataError) as caught:
        setting(tmp_path, rows, header=header)
    (problem,) = caught.value.problems
    name = {"symbol": "asset", "close": "last_close"}.get(column, column)
    assert problem.key == name
    assert problem.where.endswith("bars.csv:1")
    assert "columns = {" in problem.expected


def changed(rows, place, column, value):
    found = [list(row) for row in rows]
    found[place][HEADER.index(column)] = value
    return found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: changed(rows, 7, "mark_low", "n/a"), "positive finite price"),
        (lambda rows: changed(rows, 7, "mark_close", ""), "a price"),
        (lambda rows: changed(rows, 7, "mark_low", 1e9), "whose high is not below"),
        (lambda rows: changed(rows, 7, "time", rows[6][0]), "later time"),
        (lambda rows: rows[:100] + rows[101:], "differ at"),
        (lambda rows: [r for r in rows if r[1] == "BTCUSDT"], "bars of this asset"),
        (lambda rows: [r for i, r in enumerate(rows) if i % 360 != 77], "evenly spaced"),
    ],
)
def test_a_faulty_file_says_where(tmp_path, change, words):
    with pytest.raises(DataError) as caught:
        setting(tmp_path, change(recorded()))
    assert any(words in p.expected for p in caught.value.problems), caught.value.problems


def test_what_does_not_fit_the_run(tmp_path):
    hourly = [row for i, row in enumerate(recorded()) if i % 12 == 0]
    day = [[*row[:1], *row[1:]] for row in hourly]
    with pytest.raises(ConfigError, match="whole number of"):
        setting(tmp_path, [r for r in recorded() if r[0].endswith(("00:00+00:00",)) and "T00:" in r[0]])
    assert setting(tmp_path, day).stressed["past"].tape.mark.shape[1] == 4
    with pytest.raises(DataError, match="readable"):
        setting(tmp_path, recorded(), keys='last = "missing.csv"')


def test_the_hash_of_the_run_knows_the_file(tmp_path):
    one = setting(tmp_path, recorded(3)).hashes()["data"]
    other = setting(tmp_path, recorded(4)).hashes()["data"]
    assert one != other


EIGHT = ("BTC", "ETH", "SOL", "XRP", "DOGE", "BNB", "LTC", "ADA")
ONE_FILE = """
name = "unseen"
[market]
source = "snapshot"
snapshot = "majors-2026-03"
[simulation]
horizon = "4d"
step = "1h"
paths = 64
[account]
venue = "binance"
collateral = [{{ asset = "USDT", amount = 9_000 }}]
positions = [{positions}]
[modes.cross]
rule = "brackets"
rulebook = "binance-usdm-2026-09"
liquidation = "close_all"
[scenarios.past]
kind = "replay_prices"
prices = "bars.csv"
"""


@pytest.mark.parametrize(("falls", "dies"), [(0.02, False), (0.6, True)])
def test_an_unseen_file_of_eight_assets_over_four_days_runs_from_one_config(tmp_path, falls, dies):
    rows = recorded(falls=falls, assets=EIGHT, hours=96)
    write(tmp_path / "bars.csv", rows)
    held = [
        f'{{ symbol = "{asset}/USDT:USDT", notional_usd = {20_000 * (-1) ** i} }}'
        for i, asset in enumerate(EIGHT)
    ]
    config = tmp_path / "unseen.toml"
    config.write_text(ONE_FILE.format(positions=", ".join(held)))
    results = run(load_run(config), tmp_path / "runs")
    told = results.metrics["scenarios"]["past"]
    assert told["modes"]["cross"]["p_liquidation"]["value"] == float(dies)
    profit = results.column("past", "market", "pnl")
    own = {asset: [row for row in rows if row[1] == f"{asset}USDT"] for asset in EIGHT}
    moves = [own[asset][-1][5] / own[asset][0][2] - 1 for asset in EIGHT]
    assert profit == pytest.approx(sum(20_000 * (-1) ** i * move for i, move in enumerate(moves)))
    notes = results.manifest["scenarios"]["past"]["notes"]
    assert notes["prices"] == "bars.csv"


@pytest.mark.parametrize(
    "beside",
    [
        "{ kind = 'crash', shocks = { BTC = -0.1 } }",
        "{ kind = 'cascade', assets = { BTC = { notional = 1e9, impact = 0.01 } } }",
    ],
)
def test_recorded_prices_are_not_moved(tmp_path, beside):
    write(tmp_path / "bars.csv", recorded())
    effects = f"[{{ kind = 'replay_prices', prices = 'bars.csv' }}, {beside}]"
    config = tmp_path / "run.toml"
    config.write_text(QUICK.read_text() + f"\n[scenarios.past]\nkind = 'combined'\neffects = {effects}\n")
    with pytest.raises(ConfigError, match="without a crash, a cascade or an event beside it"):
        prepare(load_run(config, list(SHORT)))
