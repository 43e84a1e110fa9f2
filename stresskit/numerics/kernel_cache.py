"""numba's cache files under a seal: what a broken disk made of them is compiled again, never run.

Machine code that lost a byte may crash or, worse, compute. numba unpickles what it finds; here every
file begins with the SHA-256 of the rest, and a file whose seal is broken counts as missing.
"""

import glob
import hashlib
import pickle
import uuid
from pathlib import Path
from typing import Any

from numba.core import caching as untyped

caching: Any = untyped
SEAL = 32


class SealedCacheFile(untyped.IndexDataCacheFile):
    """The index and data files of one function."""

    def save(self, key: Any, data: Any) -> None:
        """Keep machine code; where it cannot be written (no space, no right) the next process compiles.

        Under a name that no other process can choose for another signature at the same moment. Without
        an index that holds, files of before are nobody's any more and go.
        """
        file_of: Any = self._data_name
        try:
            known = self._load_index()
            name = known.get(key) or file_of(uuid.uuid4().int)
            if not known:
                self._forget(Path(file_of(0)))
            self._save_data(name, data)
            self._save_index({**self._load_index(), key: name})
        except OSError:
            return

    def _forget(self, like: Path) -> None:
        """Remove the data files that are named like this one but for the number."""
        stem = like.stem.rpartition(".")[0]
        for file in Path(self._cache_path).glob(f"{glob.escape(stem)}.*{like.suffix}"):
            file.unlink(missing_ok=True)

    def _load_index(self) -> dict[Any, str]:
        try:
            version, stamp, overloads = self._unsealed(self._index_path)
        except OSError:
            return {}
        known: dict[Any, str] = overloads
        return known if (version, stamp) == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._seal(self._index_path, (self._version, self._source_stamp, overloads))

    def _load_data(self, name: str) -> Any:
        return self._unsealed(str(Path(self._cache_path) / name))

    def _save_data(self, name: str, data: Any) -> None:
        self._seal(str(Path(self._cache_path) / name), data)

    def _seal(self, path: str, content: Any) -> None:
        raw: bytes = caching.dumps(content)
        open_for_write: Any = self._open_for_write
        with open_for_write(path) as stream:
            stream.write(hashlib.sha256(raw).digest() + raw)

    @staticmethod
    def _unsealed(path: str) -> Any:
        raw = Path(path).read_bytes()
        if raw[:SEAL] != hashlib.sha256(raw[SEAL:]).digest():
            raise OSError(f"{path}: its seal is broken")
        return pickle.loads(raw[SEAL:])  # noqa: S301  ours: the folder is private, the seal holds


def seal_kernels() -> None:
    """Let numba use sealed files from now on."""
    caching.IndexDataCacheFile = SealedCacheFile
