"""Append outcome columns to npy files, block by block, never holding a whole column."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

TOGETHER = 8192  # rows that are written at once


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
        self._rows, self._done, self._written, self.closed = rows, 0, 0, False
        self._held: list[Mapping[str, npt.NDArray[Any]]] = []
        self._dtype = {name: np.dtype(dtype).newbyteorder("<") for name, (_, dtype) in files.items()}
        self._stream: dict[str, BinaryIO] = {}
        try:
            for name, (file, _) in files.items():
                self._begin(file, name)
        except BaseException:
            self.abandon()
            raise

    @property
    def names(self) -> list[str]:
        """The columns, in their order."""
        return list(self._stream)

    def _begin(self, file: Path, name: str) -> None:
        stream = self._stream[name] = file.open("wb")
        header = {"descr": self._dtype[name].str, "fortran_order": False, "shape": (self._rows,)}
        npy.write_array_header_1_0(stream, header)

    def append(self, block: Mapping[str, npt.NDArray[Any]]) -> None:
        """Add the next paths: one array (paths of the block,) for every column, kept for a while as it is.

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
        self._held.append(block)
        self._done += shape[0]
        if self._done >= self._written + TOGETHER:
            self._write()

    def _write(self) -> None:
        for name, stream in self._stream.items():
            held = [block[name] for block in self._held]
            stream.write(np.concatenate(held, dtype=self._dtype[name]).data)
        self._written, self._held = self._done, []

    def close(self) -> None:
        """End the columns.

        Raises
        ------
        ValueError
            If fewer rows were written than stated.
        """
        if self._held:
            self._write()
        for stream in self._stream.values():
            stream.close()
        if self._done != self._rows:
            raise ValueError(f"{self._done} of {self._rows} rows were written")
        self.closed = True

    def abandon(self) -> None:
        """Let go of the files, complete or not; what a full disk does not take is not wanted any more."""
        for stream in self._stream.values():
            with suppress(OSError):
                stream.close()
