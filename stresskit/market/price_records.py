"""A table read as records (stamp, asset, close), from wide closes or long OHLCV.

Wide: a time column and one column an asset. Long: columns time, asset (or symbol) and close, and
if there are any open, high, low, volume (in coins) and source. ``date``, ``timestamp`` and
``datetime`` are other names of the time column.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D, Int1D
from stresskit.market.price_cells import Stamps, read_numbers, read_times
from stresskit.market.price_table import Faults, Table
from stresskit.market.suggest import suggestion

TIME = ("time", "date", "timestamp", "datetime")
ASSET = ("asset", "symbol")
SOURCE = ("source", "src")
NUMBERS = ("open", "high", "low", "volume")


class Bound(NamedTuple):
    """What a number must be above, and how that is said."""

    lowest: float
    expected: str


PRICE = Bound(0.0, "a positive finite price")
VOLUME = Bound(-float(np.finfo(float).tiny), "a volume of zero or more")


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Arrays (records,); `asset` points into `assets`, `row` is the row in the file."""

    assets: tuple[str, ...]
    time: Stamps
    asset: Int1D
    row: Int1D
    close: Float1D
    volume: Float1D | None
    source: npt.NDArray[np.object_] | None


def read_records(
    table: Table, assets: tuple[str, ...] | None, faults: Faults, wide: Bound = PRICE
) -> Records:
    """Read the records of `assets` (None: of all in the file); notes what is wrong in `faults`.

    `wide` bounds the numbers of a wide table, whatever they are: they come as `close`.

    Raises
    ------
    DataError
        If a column or an asset is missing or unknown.
    """
    long = "close" in table.columns
    if len([name for name in TIME if name in table.columns]) != 1:
        faults.add(table.header, "time", f"one column of this name (the file has {', '.join(table.columns)})")
    if long:
        _check_columns(table, faults)
    faults.stop()
    return _long(table, assets, faults) if long else _wide(table, assets, faults, wide)


def _one_of(names: tuple[str, ...], table: Table) -> str:
    return next(name for name in names if name in table.columns)


def _check_columns(table: Table, faults: Faults) -> None:
    known = (*TIME, *ASSET, *SOURCE, *NUMBERS, "close")
    if len([name for name in ASSET if name in table.columns]) != 1:
        faults.add(table.header, "asset", "one column of this name, or symbol, beside close")
    for name in table.columns:
        if name not in known:
            text = f"a column among {', '.join(known)}{suggestion(name, known)}"
            faults.add(table.header, name, text)


def _chosen(
    present: list[str], assets: tuple[str, ...] | None, table: Table, faults: Faults
) -> tuple[str, ...]:
    for name in assets or ():
        if name not in present:
            text = f"an asset of the file: {', '.join(present)}{suggestion(name, present)}"
            faults.add(table.header, name, text)
    if not present:
        faults.add(table.header, "", "at least one asset")
    faults.stop()
    return assets or tuple(present)


def _wide(table: Table, assets: tuple[str, ...] | None, faults: Faults, bound: Bound) -> Records:
    time = _one_of(TIME, table)
    chosen = _chosen([name for name in table.columns if name != time], assets, table, faults)
    times = read_times(table, time, faults)
    _check_order(times, table.rows, time, faults)
    closes = [read_numbers(table, name, faults, *bound) for name in chosen]
    n, k = len(times), len(chosen)
    asset = np.repeat(np.arange(k), n)
    return Records(
        chosen, np.tile(times, k), asset, np.tile(table.rows, k), np.concatenate(closes), None, None
    )


def _long(table: Table, assets: tuple[str, ...] | None, faults: Faults) -> Records:
    time, labels = _one_of(TIME, table), table.columns[_one_of(ASSET, table)].astype(str)
    chosen = _chosen(sorted(set(labels)), assets, table, faults)
    kept = np.flatnonzero(np.isin(labels, chosen))
    table = Table(table.path, table.sha256, {k: v[kept] for k, v in table.columns.items()}, table.rows[kept])
    place = {name: i for i, name in enumerate(chosen)}
    asset = np.array([place[name] for name in labels[kept]], dtype=np.int64)
    times = read_times(table, time, faults)
    for i in range(len(chosen)):
        _check_order(times[asset == i], table.rows[asset == i], time, faults)
    close = read_numbers(table, "close", faults, *PRICE)
    _check_bars(table, close, faults)
    source = next((table.columns[name] for name in SOURCE if name in table.columns), None)
    return Records(chosen, times, asset, table.rows, close, _volume(table, faults), source)


def _volume(table: Table, faults: Faults) -> Float1D | None:
    if "volume" not in table.columns:
        return None
    return read_numbers(table, "volume", faults, *VOLUME)


def _check_bars(table: Table, close: Float1D, faults: Faults) -> None:
    """Highs above and lows below everything else of their row."""
    bars = {n: read_numbers(table, n, faults, *PRICE) for n in ("open", "high", "low") if n in table.columns}
    others = np.array([close, *bars.values()])
    for name, worst, sign in (("high", np.fmax, 1), ("low", np.fmin, -1)):
        if name in bars:
            beyond = sign * (worst.reduce(others) - bars[name]) > 0
            for i in np.flatnonzero(beyond):
                side = "at least" if sign > 0 else "at most"
                text = f"{side} the other prices of the row (found {bars[name][i]:g})"
                faults.add(int(table.rows[i]), name, text)


def _check_order(times: Stamps, rows: Int1D, name: str, faults: Faults) -> None:
    """Ascending stamps, each once."""
    told = ~np.isnat(times)
    stamps, lines = times[told], rows[told]
    for i in np.flatnonzero(stamps[1:] <= stamps[:-1]):
        again = stamps[i + 1] == stamps[i]
        text = (
            f"each time once (row {lines[i]} has it too)"
            if again
            else f"ascending times (row {lines[i]} is later)"
        )
        faults.add(int(lines[i + 1]), name, f"{text}: {stamps[i + 1]}")
