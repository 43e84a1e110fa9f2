"""Append outcome columns to npy files, block by block, never holding a whole column."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy


class ColumnWriter:
    """Columns of one life, open for appending.

    The header of each file states the final number of rows; `close` checks that it was met.

    Parameters
    ----------
    files : mapping of column name to (file, dtype)
    rows : int
        Number of paths in the end.
    """

    def __init__(self, files: Mapping[str, tuple[Path, str]], rows: int) -> None:
        self._rows, self._done, self.closed = rows, 0, False
        self._dtype = {name: np.dtype(dtype).newbyteorder("<") for name, (_, dtype) in files.items()}
        self._stream = {name: self._begin(file, name) for name, (file, _) in files.items()}

    def _begin(self, file: Path, name: str) -> BinaryIO:
        stream = file.open("wb")
        header = {"descr": self._dtype[name].str, "fortran_order": False, "shape": (self._rows,)}
        npy.write_array_header_1_0(stream, header)
        return stream

    def append(self, block: Mapping[str, npt.NDArray[Any]]) -> None:
        """Write the next paths: one array (paths of the block,) for every column.

        Raises
        ------
        ValueError
            If the columns are not the expected ones, differ in length, or exceed the stated rows.
        """
        if block.keys() != self._stream.keys():
            raise ValueError(f"columns {sorted(block)} where {sorted(self._stream)} belong")
        sizes = {array.shape for array in block.values()}
        if len(sizes) != 1 or len(shape := sizes.pop()) != 1 or self._done + shape[0] > self._rows:
            raise ValueError(f"a block that does not fit {self._rows - self._done} remaining rows")
        for name, array in block.items():
            self._stream[name].write(np.ascontiguousarray(array, self._dtype[name]).data)
        self._done += shape[0]

    def close(self) -> None:
        """End the columns.

        Raises
        ------
        ValueError
            If fewer rows were written than stated.
        """
        self.abandon()
        if self._done != self._rows:
            raise ValueError(f"{self._done} of {self._rows} rows were written")
        self.closed = True

    def abandon(self) -> None:
        """Let go of the files, complete or not."""
        for stream in self._stream.values():
            stream.close()
