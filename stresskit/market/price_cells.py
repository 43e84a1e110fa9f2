"""From cells to stamps and numbers; a cell that cannot be read is a fault at its row."""

from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D
from stresskit.market.price_table import Faults, Table

Stamps = npt.NDArray[np.datetime64]

OFFSET = r"\d[+-](?!00:?00$)\d\d:?\d\d$"
CLOCK = r":\d\d"


def read_times(table: Table, name: str, faults: Faults) -> Stamps:
    """Stamps (rows,) of the column `name`, NaT where a fault was noted."""
    import pandas as pd

    cells = table.columns[name]
    expected = "an ISO 8601 time in UTC, whole seconds"
    if cells.dtype.kind not in "OM":
        faults.add(table.header, name, f"{expected} (the column holds {cells.dtype})")
        return np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[s]")
    text = pd.Series(cells).astype(str).str.strip()
    stamps = pd.to_datetime(text, utc=True, format="ISO8601", errors="coerce").dt.tz_localize(None)
    found = stamps.to_numpy().astype("datetime64[ns]")
    times: Stamps = found.astype("datetime64[s]")
    elsewhere = text.str.contains(OFFSET) & text.str.contains(CLOCK)
    bad = np.isnat(found) | (times != found) | elsewhere.to_numpy(dtype=bool)
    for i in np.flatnonzero(bad):
        faults.add(int(table.rows[i]), name, f"{expected} (found {text[i] or 'nothing'})")
    times[bad] = np.datetime64("NaT")
    return times


def read_numbers(table: Table, name: str, faults: Faults, lowest: float, expected: str) -> Float1D:
    """Numbers (rows,) of the column `name`, NaN where the cell is empty.

    Text, infinities, a NaN that is spelled out, and values not above `lowest` are faults.
    """
    cells = table.columns[name]
    missing = _empty(cells)
    values = _parsed(cells, missing)
    bad = ~missing & ~(np.isfinite(values) & (values > lowest))
    for i in np.flatnonzero(bad):
        faults.add(int(table.rows[i]), name, f"{expected} (found {cells[i]})")
    values[bad] = np.nan
    return values


def _empty(cells: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    import pandas as pd

    blank = (
        np.array([isinstance(cell, str) and not cell.strip() for cell in cells])
        if cells.dtype == object
        else False
    )
    return np.asarray(pd.isna(cells)) | blank


def _parsed(cells: npt.NDArray[Any], missing: npt.NDArray[np.bool_]) -> Float1D:
    values = np.full(len(cells), np.nan)
    try:
        values[~missing] = cells[~missing].astype(np.float64)
    except (ValueError, TypeError):
        for i in np.flatnonzero(~missing):
            values[i] = _number(cells[i])
    return values


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (ValueError, TypeError):
        return float("nan")
