"""Price series on a complete regular grid of UTC stamps, read from CSV and Parquet files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float2D
from stresskit.market.price_cells import Stamps
from stresskit.market.price_gaps import Run, fill, find_gaps, longest_fill
from stresskit.market.price_grid import Grid, lay_out
from stresskit.market.price_records import read_records
from stresskit.market.price_report import report_prices
from stresskit.market.price_table import Faults, read_table


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Closes of `assets` at `times`; NaN where the file has none.

    `times` (stamps,) is complete: UTC, every `step_s` seconds, so a stamp that the file lacks is
    a row of NaN. `close` (stamps, assets) in the quote currency, `volume` (stamps, assets) in
    coins over the step, `source` (stamps, assets) names where a row comes from; both None where
    the file does not say. `report` names gaps, constant stretches and outliers.
    """

    path: str
    sha256: str
    assets: tuple[str, ...]
    times: Stamps
    close: Float2D
    volume: Float2D | None
    source: npt.NDArray[np.object_] | None
    step_s: int
    report: dict[str, Any]


def load_prices(
    path: Path,
    assets: tuple[str, ...] | None = None,
    gaps: str = "fail",
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
) -> Prices:
    """Read and check a price file: wide closes or long OHLCV, CSV or Parquet.

    Times without a zone are UTC. Nothing is filled or altered unless `gaps` says so.

    Parameters
    ----------
    path : the file.
    assets : which to read, in this order; all of the file's where None.
    gaps : ``fail``, ``drop`` (leave them out) or ``ffill:N`` (carry closes at most N steps).
    first, last : window of the stamps that returns may have; one close before it is kept, and
        gaps outside do not matter.

    Raises
    ------
    DataError
        If anything is wrong with the file; names row and column, all faults of a pass at once.
    ConfigError
        If `gaps` is not a policy.
    """
    longest = longest_fill(gaps)
    table, faults = read_table(path), Faults(str(path))
    records = read_records(table, assets, faults)
    faults.stop()
    grid = _window(lay_out(records, faults), first, last)
    _check_presence(records.assets, grid, faults)
    found = find_gaps(grid.close)
    _check_gaps(records.assets, grid, found, longest, faults)
    faults.stop()
    report = report_prices(records.assets, grid.times, grid.close, found, grid.step_s) | {"policy": gaps}
    close = fill(grid.close, found) if longest else grid.close
    columns = grid.volume, grid.source, grid.step_s
    return Prices(table.path, table.sha256, records.assets, grid.times, close, *columns, report)


def simple_returns(close: Float2D) -> Float2D:
    """Returns (stamps - 1, assets) from one stamp to the next; NaN where either close is missing."""
    returns: Float2D = close[1:] / close[:-1] - 1.0
    return returns


def _window(grid: Grid, first: np.datetime64 | None, last: np.datetime64 | None) -> Grid:
    times = grid.times
    begin = 0 if first is None else max(int(np.searchsorted(times, first)) - 1, 0)
    end = len(times) if last is None else int(np.searchsorted(times, last, side="right"))
    return grid.rows(slice(begin, end))


def _check_presence(assets: tuple[str, ...], grid: Grid, faults: Faults) -> None:
    for asset, present in zip(assets, np.isfinite(grid.close).sum(axis=0), strict=True):
        if present < 2:
            faults.add(0, asset, "at least two closes in the period")
    faults.stop()


def _check_gaps(
    assets: tuple[str, ...], grid: Grid, gaps: list[Run], longest: int | None, faults: Faults
) -> None:
    """Refuse gaps where the policy fails on them or cannot fill them."""
    if longest == 0:
        return
    for gap in gaps:
        steps = gap.last - gap.first
        if longest is None or steps > longest:
            row = int(grid.row[gap.first, gap.column] or grid.row[gap.first - 1, gap.column])
            period = f"{grid.times[gap.first]} to {grid.times[gap.last - 1]}"
            way = (
                'gaps = "drop" or "ffill:N" accepts gaps'
                if longest is None
                else f"longer than ffill:{longest}"
            )
            faults.add(row, assets[gap.column], f"a close at every stamp ({steps} missing, {period}; {way})")
