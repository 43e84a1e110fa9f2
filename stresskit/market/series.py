"""Series of any sign on a regular grid of UTC stamps: funding rates, basis."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stresskit.domain import Float2D
from stresskit.market.price_cells import Stamps
from stresskit.market.price_grid import lay_out
from stresskit.market.price_records import Bound, read_records
from stresskit.market.price_table import Faults, read_table

ANY = Bound(-np.inf, "a finite number")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """`values` (stamps, assets) at complete `times`, every `step_s` seconds, NaN where there is none."""

    path: str
    sha256: str
    assets: tuple[str, ...]
    times: Stamps
    values: Float2D
    step_s: int


def load_series(path: Path, assets: tuple[str, ...]) -> Series:
    """Read those of `assets` that a wide table (time column, one column an asset) holds.

    Raises
    ------
    DataError
        If the file is faulty, long, or holds none of the assets.
    """
    table, faults = read_table(path), Faults(str(path))
    held = tuple(asset for asset in assets if asset in table.columns)
    if "close" in table.columns:
        faults.add(table.header, "close", "a wide table: a time column and one column an asset")
    elif not held:
        faults.add(table.header, "", f"a column of one of the assets: {', '.join(assets)}")
    faults.stop()
    records = read_records(table, held, faults, ANY)
    faults.stop()
    grid = lay_out(records, faults)
    faults.stop()
    return Series(str(path), table.sha256, held, grid.times, grid.close, grid.step_s)
