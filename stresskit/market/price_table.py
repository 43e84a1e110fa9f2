"""A price file as a table: named columns of cells, each row with its number in the file."""

import csv
import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Int1D
from stresskit.errors import DataError, Problem

SHOWN = 20


@dataclass(slots=True)
class Faults:
    """Collects what is wrong with one file, to say it in one pass."""

    path: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: int, key: str, expected: str) -> None:
        """Note a fault in a row of the file (0: the file as a whole)."""
        self.problems.append(Problem(f"{self.path}:{row}" if row else self.path, key, expected))

    def stop(self) -> None:
        """Raise DataError if anything was noted: the first twenty faults and the number of others."""
        rest = len(self.problems) - SHOWN
        if rest > 0:
            more = Problem(self.path, "", f"and {rest} more faults of this file")
            raise DataError([*self.problems[:SHOWN], more])
        if self.problems:
            raise DataError(self.problems)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Cells by column: text from CSV, typed from Parquet.

    `rows` (rows,) are line numbers in a CSV file (the header is 1) and record numbers from 1 in
    a Parquet file.
    """

    path: str
    sha256: str
    columns: dict[str, npt.NDArray[Any]]
    rows: Int1D

    @property
    def header(self) -> int:
        """Line of the column names, 0 where they have none."""
        return 1 if self.path.lower().endswith(".csv") else 0


def read_table(path: Path) -> Table:
    """Read a CSV or Parquet file.

    Raises
    ------
    DataError
        If the file cannot be read, is empty, or its rows do not fit its header.
    """
    faults = Faults(str(path))
    readers = {".csv": _read_csv, ".parquet": _read_parquet}
    try:
        raw = path.read_bytes()
        if path.suffix.lower() not in readers:
            faults.add(0, "", "a file that ends in .csv or .parquet")
        elif not raw.strip():
            faults.add(0, "", "prices (the file is empty)")
        faults.stop()
        columns, rows = readers[path.suffix.lower()](raw, faults)
    except OSError as error:
        faults.add(0, "", f"a readable price file ({error.strerror})")
    except (UnicodeDecodeError, csv.Error) as error:
        faults.add(0, "", f"CSV text in UTF-8 ({error})")
    faults.stop()
    if not len(rows):
        faults.add(0, "", "prices (the file has a header and nothing else)")
        faults.stop()
    return Table(str(path), hashlib.sha256(raw).hexdigest(), columns, rows)


def _read_csv(raw: bytes, faults: Faults) -> tuple[dict[str, npt.NDArray[Any]], Int1D]:
    reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    header = [name.strip() for name in next(reader)]
    for name in {name for name in header if header.count(name) > 1}:
        faults.add(1, name, "a column name that occurs once")
    lines, rows = [], []
    for cells in reader:
        if len(cells) == len(header):
            lines.append(cells)
            rows.append(reader.line_num)
        elif cells:
            faults.add(reader.line_num, "", f"{len(header)} cells as in the header (found {len(cells)})")
    faults.stop()
    table = np.array(lines, dtype=object).reshape(len(lines), len(header))
    return {name: table[:, i] for i, name in enumerate(header)}, np.array(rows, dtype=np.int64)


def _read_parquet(raw: bytes, faults: Faults) -> tuple[dict[str, npt.NDArray[Any]], Int1D]:
    try:
        import pyarrow.parquet
    except ImportError:
        faults.add(0, "", "pyarrow, which reads Parquet: pip install 'stresskit[parquet]'")
        faults.stop()
    import pandas as pd

    try:
        frame = pyarrow.parquet.read_table(io.BytesIO(raw)).to_pandas()
    except Exception as error:  # whatever pyarrow and pandas make of a damaged file and its metadata
        faults.add(0, "", f"a Parquet file ({(str(error).splitlines() or [type(error).__name__])[0]})")
        faults.stop()
    if isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.rename_axis("time").reset_index()
    columns = {str(name): _cells(frame[name]) for name in frame.columns}
    return columns, np.arange(1, len(frame) + 1)


def _cells(column: Any) -> npt.NDArray[Any]:
    """Numpy array of a pandas column; stamps with a zone stay objects unless they are UTC."""
    zone = getattr(column.dtype, "tz", None)
    if zone is not None and str(zone) == "UTC":
        column = column.dt.tz_localize(None)
    result: npt.NDArray[Any] = (
        column.astype(object).to_numpy() if zone and str(zone) != "UTC" else column.to_numpy()
    )
    return result
