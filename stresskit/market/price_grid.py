"""Records laid on the complete regular grid of their own step."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float2D
from stresskit.market.price_cells import Stamps
from stresskit.market.price_records import Records
from stresskit.market.price_table import Faults
from stresskit.spec import duration_text

SPARSE = 20


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Arrays (stamps, assets); `row` is 0 where the file has no record."""

    times: Stamps
    step_s: int
    row: npt.NDArray[np.int64]
    close: Float2D
    volume: Float2D | None
    source: npt.NDArray[np.object_] | None

    def rows(self, chosen: slice) -> "Grid":
        """Return the part of the grid in these rows."""
        volume = None if self.volume is None else self.volume[chosen]
        source = None if self.source is None else self.source[chosen]
        return Grid(self.times[chosen], self.step_s, self.row[chosen], self.close[chosen], volume, source)


def lay_out(records: Records, faults: Faults) -> Grid:
    """Infer the step (the commonest difference) and give each record its place.

    Raises
    ------
    DataError
        If there is one stamp only, or stamps that lie off the grid.
    """
    seconds = np.unique(records.time).astype(np.int64)
    if len(seconds) < 2:
        faults.add(0, "", "prices at two times or more")
        faults.stop()
    differences, counts = np.unique(np.diff(seconds), return_counts=True)
    step = int(differences[counts.argmax()])
    phases, counts = np.unique(seconds % step, return_counts=True)
    _check_places(records, step, int(phases[counts.argmax()]), faults)
    n = (int(seconds[-1]) - int(seconds[0])) // step + 1
    if n > SPARSE * len(seconds):
        faults.add(
            0, "", f"a regular series (at steps of {duration_text(step)} nearly all stamps are missing)"
        )
    faults.stop()
    place = (records.time.astype(np.int64) - seconds[0]) // step, records.asset
    shape = n, len(records.assets)

    def spread(values: npt.NDArray[Any], empty: Any) -> npt.NDArray[Any]:
        grid = np.full(shape, empty, dtype=values.dtype)
        grid[place] = values
        return grid

    times = (seconds[0] + step * np.arange(n)).astype("datetime64[s]")
    return Grid(
        times,
        step,
        spread(records.row, 0),
        spread(records.close, np.nan),
        None if records.volume is None else spread(records.volume, np.nan),
        None if records.source is None else spread(records.source, None),
    )


def _check_places(records: Records, step: int, phase: int, faults: Faults) -> None:
    off = records.time.astype(np.int64) % step != phase
    rows, first = np.unique(records.row[off], return_index=True)
    for row, stamp in zip(rows, records.time[off][first], strict=True):
        faults.add(int(row), "time", f"a stamp of the regular {duration_text(step)} grid (found {stamp})")
