"""Write a run folder: under a temporary name, sealed, then renamed; or not at all."""

import json
import os
import secrets
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from stresskit.results.checksums import broken_seal, write_checksums
from stresskit.results.claim import Claim
from stresskit.results.columns import Column, Life, column_file, columns_of
from stresskit.results.writer import ColumnWriter

DONE = "done"


def folder_name(name: str, run_id: str) -> str:
    """The name of the folder of a finished run."""
    return f"{name}-{run_id}"


def find_finished(out: Path, name: str, run_id: str) -> Path | None:
    """The folder of a finished run whose seal holds, if there is one."""
    folder = out / folder_name(name, run_id)
    return folder if folder.is_dir() and finished(folder) and not broken_seal(folder) else None


def finished(folder: Path) -> bool:
    """Whether the manifest says that the run ended well."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("status") == DONE


class RunFolder:
    """A run folder in the making: a context manager that leaves a whole folder or none.

    Inside the context everything is written to `path`, a hidden sibling of `final`; `seal` renames
    it. Leaving the context unsealed, by whatever exception, removes it.

    Parameters
    ----------
    out : Path
        Folder of the runs; it is made if it is missing.
    name, run_id : str
        The run's name and id; together the folder's final name.
    """

    def __init__(self, out: Path, name: str, run_id: str) -> None:
        self.final = out / folder_name(name, run_id)
        self.path = out / f".{self.final.name}.{secrets.token_hex(4)}.partial"
        self._before = self.path.with_suffix(".old")  # where a finished folder waits while it is replaced
        self._open: list[ColumnWriter] = []
        self._claim: Claim | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.path.mkdir()
            self._claim = Claim(self.path)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        """Keep what has its final name, and nothing else, even if the clearing is interrupted once."""
        try:
            self._clear()
        except KeyboardInterrupt:
            self._clear()
            raise

    def _clear(self) -> None:
        for writer in self._open:
            writer.abandon()
        if self._before.exists() and not self.final.exists():
            self._before.replace(self.final)
        for left in (self.path, self._before):
            if left.exists():
                shutil.rmtree(left)
        if self._claim:
            self._claim.release()

    def columns(self, scenario: str, life: Life, paths: int, weighted: bool = False) -> ColumnWriter:
        """Open the columns of one life for `paths` rows, which arrive block by block in path order."""
        files = {
            column.name: (self._outcome(scenario, life, column.name), column.dtype)
            for column in columns_of(life, weighted)
        }
        self._open.append(ColumnWriter(files, paths))
        return self._open[-1]

    def sample(self, scenario: str, life: Life, column: Column, values: npt.NDArray[np.float64]) -> None:
        """Write a column (steps + 1, sampled paths), USD, of a life's first paths."""
        with self._outcome(scenario, life, column.name).open("wb") as stream:
            rows = np.ascontiguousarray(values, np.dtype("<f8"))
            npy.write_array_header_1_0(stream, npy.header_data_from_array_1_0(rows))
            stream.write(rows.data)  # numpy itself would tell of a full disk without its errno

    def column(self, scenario: str, life: str, name: str) -> npt.NDArray[Any]:
        """Read back a column (paths,) that is complete, mapped into memory."""
        found: npt.NDArray[Any] = np.load(
            self.path / "outcomes" / column_file(scenario, life, name), mmap_mode="r"
        )
        return found

    def write_json(self, name: str, content: Any, *, sort_keys: bool = True) -> None:
        """Write `content` as JSON to the file `name`; `sort_keys` off where the order has a meaning.

        Raises
        ------
        ValueError
            If a number is NaN or infinite.
        """
        text = json.dumps(content, indent=2, sort_keys=sort_keys, allow_nan=False, ensure_ascii=False)
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")

    def seal(self) -> Path:
        """Write the checksums, bring all to disk and give the folder its final name.

        A folder that stands there already is replaced.

        Raises
        ------
        ValueError
            If a column was opened and not closed, or the manifest does not say that the run is done.
        """
        if any(not writer.closed for writer in self._open):
            raise ValueError("a column is still open")
        if not finished(self.path):
            raise ValueError(f'manifest.json must say status = "{DONE}"')
        write_checksums(self.path)
        _to_disk(self.path)
        if self.final.exists():  # out of the way: a rename never replaces a folder with content
            self.final.replace(self._before)
        self.path.replace(self.final)
        return self.final

    def _outcome(self, scenario: str, life: Life, column: str) -> Path:
        file = self.path / "outcomes" / column_file(scenario, life.name, column)
        file.parent.mkdir(parents=True, exist_ok=True)
        return file


def _to_disk(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
