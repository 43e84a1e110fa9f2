"""Volume that stands in a file of its own, beside wide closes."""

from pathlib import Path

import numpy as np

from stresskit.domain import Float2D
from stresskit.market.price_grid import Grid, lay_out
from stresskit.market.price_records import VOLUME, read_records
from stresskit.market.price_table import Faults, Table, read_table
from stresskit.market.prices import Prices
from stresskit.spec import duration_text


def load_volumes(path: Path, prices: Prices) -> tuple[Float2D, str]:
    """Read a wide table of volume in units of the asset per bar, at the times of `prices`.

    Parameters
    ----------
    path : CSV or Parquet; a time column and one column an asset. It may lack assets and bars, and
        hold others.
    prices : what the volume belongs to.

    Returns
    -------
    Volume (stamps, assets) on the grid of `prices`, NaN where the file has none, and the hash of
    the file.

    Raises
    ------
    DataError
        If the file is faulty, has another step, or no asset of `prices`.
    """
    table, faults = read_table(path), Faults(str(path))
    assets = _assets(table, prices, faults)
    records = read_records(table, assets, faults, VOLUME)
    faults.stop()
    grid = lay_out(records, faults)
    _check_bars(grid, prices, faults)
    found = np.full((len(prices.times), len(prices.assets)), np.nan)
    _, here, there = np.intersect1d(prices.times, grid.times, assume_unique=True, return_indices=True)
    columns = [prices.assets.index(asset) for asset in assets]
    found[here[:, None], columns] = grid.close[there]
    return found, table.sha256


def _assets(table: Table, prices: Prices, faults: Faults) -> tuple[str, ...]:
    assets = tuple(asset for asset in prices.assets if asset in table.columns)
    if "close" in table.columns:
        faults.add(table.header, "close", "a wide table: a time column and one column of volume an asset")
    elif not assets:
        faults.add(table.header, "", f"volume of an asset of the prices: {', '.join(prices.assets)}")
    faults.stop()
    return assets


def _check_bars(grid: Grid, prices: Prices, faults: Faults) -> None:
    """The bars of the volume are those of the prices."""
    step = duration_text(prices.step_s)
    if grid.step_s != prices.step_s:
        faults.add(
            0, "time", f"volume every {step}, as the prices (found every {duration_text(grid.step_s)})"
        )
    elif (grid.times[0] - prices.times[0]).astype(np.int64) % prices.step_s:
        faults.add(0, "time", f"the times of the prices, such as {prices.times[0]} (found {grid.times[0]})")
    faults.stop()
