"""One file of fetched series with its sidecar: replaced together, begun again where it was left.

Rows arrive page by page in ``<file>.part``; a killed fetch goes on behind its last whole row. The
sidecar ``<file>.json`` states the hash of the file, so that a file that was changed is not gone on
with. It is written before the file under another name, and renamed after it: between the two, the
next fetch finds which of both holds.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stresskit.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".parquet")


class Shelf:
    """A file, what it holds, and what was fetched for it since.

    Parameters
    ----------
    file : ``.csv`` or ``.parquet``; its folder exists.
    columns : of the numbers beside ``time`` and ``asset``.

    Raises
    ------
    DataError
        If the file and its sidecar do not belong together.
    """

    def __init__(self, file: Path, columns: Sequence[str]) -> None:
        self.file, self.columns = file, ["time", "asset", *columns]
        self.sidecar, self._next = (file.with_name(f"{file.name}.json{end}") for end in ("", ".next"))
        self._part = file.with_name(f"{file.name}.part")
        self._settle()
        self.facts = self._facts()
        self.read()

    def _settle(self) -> None:
        """End the replacement that a killed fetch had begun, or forget it."""
        if self._next.is_file():
            if self.file.is_file() and _read_json(self._next).get("sha256") == _sha256(self.file):
                self._next.replace(self.sidecar)
            else:
                self._next.unlink()

    def _facts(self) -> dict[str, Any]:
        if not self.file.exists() and not self.sidecar.exists():
            return {}
        found = _read_json(self.sidecar)
        if not self.file.is_file() or found.get("sha256") != _sha256(self.file):
            expected = f"the content that {self.sidecar.name} states; move both away to fetch anew"
            raise DataError([Problem(str(self.file), "", expected)])
        return found

    def read(self) -> None:
        """Make `rows` what the file and its part hold now; half a row at the end of the part is dropped."""
        import pandas as pd

        parts = [_read(self.file)] if self.file.is_file() else []
        if self._part.is_file():
            whole = self._part.read_bytes().rpartition(b"\n")[0]
            self._part.write_bytes(whole + b"\n" if whole else b"")
            if whole:
                parts.append(_numbers(pd.read_csv(self._part, names=self.columns, dtype=str)))
        found = pd.concat(parts) if parts else pd.DataFrame({name: [] for name in self.columns})
        self.rows = found.drop_duplicates(["time", "asset"], keep="last")

    def stamps(self, asset: str) -> "pd.Series[Any]":
        """Stamps in seconds of what is there of an asset, part included."""
        import pandas as pd

        own = self.rows.loc[self.rows["asset"] == asset, "time"]
        stamps = pd.to_datetime(own).astype("datetime64[s]").astype("int64")
        return stamps.sort_values()

    def add(self, rows: Sequence[tuple[str, str, Sequence[float | None]]]) -> None:
        """Append rows (time, asset, numbers) to what arrives; on disk when this returns."""
        lines = [
            ",".join([time, asset, *("" if x is None else repr(float(x)) for x in numbers)])
            for time, asset, numbers in rows
        ]
        with self._part.open("a", encoding="utf-8") as stream:
            stream.write("".join(f"{line}\n" for line in lines))
            stream.flush()
            os.fsync(stream.fileno())

    def commit(self, facts: Mapping[str, Any]) -> None:
        """Put everything that arrived into the file, with `facts` and the file's hash as its sidecar."""
        self.read()
        self.rows = self.rows.sort_values(["time", "asset"], kind="stable").reset_index(drop=True)
        partial = self.file.with_name(f".{self.file.name}.partial")
        if self.file.suffix == ".parquet":
            self.rows.assign(time=self.rows["time"].astype("datetime64[s]")).to_parquet(partial, index=False)
        else:
            self.rows.to_csv(partial, index=False, lineterminator="\n")
        _to_disk(partial)
        whole = {**facts, "rows": len(self.rows), "sha256": _sha256(partial)}
        self._next.write_text(json.dumps(whole, indent=2, allow_nan=False) + "\n", encoding="utf-8")
        _to_disk(self._next)
        partial.replace(self.file)
        self._next.replace(self.sidecar)
        self._part.unlink(missing_ok=True)
        self.facts = whole


def _read(file: Path) -> "pd.DataFrame":
    import pandas as pd

    if file.suffix == ".parquet":
        found = pd.read_parquet(file)
        return found.assign(time=found["time"].dt.strftime("%Y-%m-%d %H:%M:%S"))
    return _numbers(pd.read_csv(file, dtype=str))


def _numbers(table: "pd.DataFrame") -> "pd.DataFrame":
    """Text to numbers, to the last bit whatever the version of pandas."""
    return table.astype({name: float for name in table.columns if name not in ("time", "asset")})


def _read_json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    return found if isinstance(found, dict) else {}


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _to_disk(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
