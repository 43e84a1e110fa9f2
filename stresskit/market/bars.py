"""Recorded bars of mark and last prices, for replay: one long table, or one for mark and one for last.

A row is a bar of one asset. Columns (or the names that the config gives them): ``time`` (start of the
bar, UTC; also date, timestamp, datetime), ``asset`` (or symbol: ``BTC``, ``BTCUSDT``, ``BTC/USDT:USDT``),
``mark_close`` and, if there are any, ``mark_open``, ``mark_high``, ``mark_low``; the same of ``last_``, for
which open, high, low and close without a prefix also stand. In a file of last prices alone these are
what is read. Other columns are passed over. Every asset has the same bars, without a gap.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stresskit.domain import Float2D, Float3D
from stresskit.market.price_cells import Stamps, read_numbers, read_times
from stresskit.market.price_records import ASSET, PRICE, TIME
from stresskit.market.price_table import Faults, Table, read_table
from stresskit.market.suggest import suggestion

PARTS = ("open", "high", "low", "close")
QUOTED = re.compile(r"(?:/.*|[-_]?(?:USDT|USDC|USD)(?:[-_]?(?:PERP|SWAP))?)$")


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """`time` (bars,): start of each; `mark`, `last` by part: (bars, assets) in the order of `assets`."""

    assets: tuple[str, ...]
    time: Stamps
    bar_s: int
    mark: dict[str, Float2D]
    last: dict[str, Float2D]
    sha256: str


def asset_of(label: str) -> str:
    """Asset of a label such as BTCUSDT, BTC-PERP or BTC/USDT:USDT; the label itself if it has no quote."""
    bare = QUOTED.sub("", label.strip())
    return re.sub(r"[-_]PERP$", "", bare) or label


def read_bars(
    path: Path, assets: Sequence[str], columns: Mapping[str, str], last_path: Path | None = None
) -> Bars:
    """Read the bars of `assets` (others are passed over); `columns`: our names -> those of the file.

    Raises
    ------
    DataError
        With all that is wrong: columns, prices, order, gaps, assets.
    """
    table = read_table(path)
    faults = Faults(str(path))
    prefixes = [("mark_", "")] if last_path else [("mark_",)]
    time, mark = _side(table, "mark", prefixes[0], assets, columns, faults)
    sha = table.sha256
    if last_path is None:
        _, last = _side(table, "last", ("last_", ""), assets, columns, faults)
    else:
        other, apart = read_table(last_path), Faults(str(last_path))
        again, last = _side(other, "last", ("last_", ""), assets, columns, apart)
        if not np.array_equal(time, again):
            apart.add(0, "time", f"the bars of {path}: {len(time)} from {time[0]} to {time[-1]}")
        apart.stop()
        sha = f"{sha} {other.sha256}"
    faults.stop()
    steps = np.unique(np.diff(time).astype(np.int64)) if len(time) > 1 else np.zeros(0)
    if len(steps) != 1:
        faults.add(0, "time", "at least two bars, evenly spaced, the same for every asset")
        faults.stop()
    parts = [{part: values[:, :, i] for i, part in enumerate(found)} for found, values in (mark, last)]
    return Bars(tuple(assets), time, int(steps[0]), parts[0], parts[1], sha)


def _named(table: Table, names: Sequence[str], columns: Mapping[str, str]) -> str | None:
    """The file's column for the first of `names` that it has."""
    wanted = [columns.get(name, name) for name in names]
    return next((name for name in wanted if name in table.columns), None)


def _side(
    table: Table,
    side: str,
    prefixes: Sequence[str],
    assets: Sequence[str],
    columns: Mapping[str, str],
    faults: Faults,
) -> tuple[Stamps, tuple[list[str], Float3D]]:
    """Times and prices (bars, assets, parts) of mark or last."""
    time, label = _named(table, TIME, columns), _named(table, ASSET, columns)
    found = {part: _named(table, [f"{p}{part}" for p in prefixes], columns) for part in PARTS}
    for key, name in (("time", time), ("asset", label), (f"{side}_close", found["close"])):
        if name is None:
            near = suggestion(columns.get(key, key), table.columns)
            known = f"the file has {', '.join(table.columns)}{near}"
            text = f'a column of this name, or columns = {{ {key} = "its name" }} ({known})'
            faults.add(table.header, columns.get(key, key), text)
    if (found["high"] is None) != (found["low"] is None):
        faults.add(table.header, f"{side}_high", f"{side}_high and {side}_low, both or neither")
    faults.stop()
    assert time is not None
    assert label is not None
    names = {part: name for part, name in found.items() if name is not None}
    times, whole = read_times(table, time, faults), {}
    for part, name in names.items():
        whole[part] = read_numbers(table, name, faults, *PRICE)
        for i in np.flatnonzero(np.isnan(whole[part])):
            faults.add(int(table.rows[i]), name, "a price")
    faults.stop()
    _check_bars(table, whole, names, faults)
    return _pivoted(table, times, table.columns[label].astype(str), assets, whole, faults)


def _check_bars(table: Table, whole: dict[str, np.ndarray], names: dict[str, str], faults: Faults) -> None:
    if "high" not in whole:
        return
    inner = [whole[part] for part in ("open", "close") if part in whole]
    for i in np.flatnonzero((np.max(inner, axis=0) > whole["high"]) | (np.min(inner, axis=0) < whole["low"])):
        text = "a bar whose high is not below, and whose low is not above, its other prices"
        faults.add(int(table.rows[i]), names["high"], text)
    faults.stop()


def _pivoted(
    table: Table,
    times: Stamps,
    labels: np.ndarray,
    assets: Sequence[str],
    whole: dict[str, np.ndarray],
    faults: Faults,
) -> tuple[Stamps, tuple[list[str], Float3D]]:
    """Rows of each asset beside each other; every asset has the times of the first."""
    owner = np.array([label if label in assets else asset_of(label) for label in labels])
    clock: Stamps | None = None
    found = []
    for asset in assets:
        rows = np.flatnonzero(owner == asset)
        if not rows.size:
            present = sorted(set(owner))
            faults.add(0, asset, f"bars of this asset of the book (the file has {', '.join(present)})")
            continue
        wrong = np.flatnonzero(np.diff(times[rows]).astype(np.int64) <= 0)
        if wrong.size:
            faults.add(
                int(table.rows[rows[wrong[0] + 1]]), "time", f"a later time than the bar of {asset} before"
            )
            continue
        if clock is None:
            clock = times[rows]
        elif not np.array_equal(clock, times[rows]):
            odd = np.setxor1d(clock, times[rows])[0]
            faults.add(0, "time", f"the same bars of every asset; {asset} and {assets[0]} differ at {odd}")
            continue
        found.append(np.stack([whole[part][rows] for part in whole], axis=1))
    faults.stop()
    assert clock is not None
    steps = np.diff(clock).astype(np.int64)
    for i in np.flatnonzero(steps != steps.min(initial=1 << 40))[:3]:
        faults.add(0, "time", f"evenly spaced bars; after {clock[i]} comes {clock[i + 1]}")
    faults.stop()
    return clock, (list(whole), np.stack(found, axis=1))
