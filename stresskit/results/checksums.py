"""The seal of a run folder: ``CHECKSUMS``, readable by ``sha256sum -c``."""

import hashlib
import re
from pathlib import Path

CHECKSUMS = "CHECKSUMS"
REPORT = "report"


def sealed_files(folder: Path) -> list[str]:
    """Names, relative and sorted, of the files that the seal covers: all but the report."""
    names = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(name for name in names if name != CHECKSUMS and not name.startswith(f"{REPORT}/"))


def write_checksums(folder: Path) -> None:
    """Write the hash of every covered file."""
    lines = [f"{_sha256(folder / name)}  {name}\n" for name in sealed_files(folder)]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def broken_seal(folder: Path) -> list[str]:
    """What no longer agrees with the seal: names of files, or of the seal itself. Empty if it holds."""
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return [CHECKSUMS]
    found = [re.fullmatch(r"([0-9a-f]{64})  (.+)", line) for line in lines]
    expected = {match[2]: match[1] for match in found if match}
    if not expected or len(expected) != len(lines):
        return [CHECKSUMS]
    return [name for name, sha256 in expected.items() if not _holds(folder / name, sha256)]


def sealed_hashes(folder: Path) -> dict[str, str]:
    """Hash of every covered file by its name, as they are now."""
    return {name: _sha256(folder / name) for name in sealed_files(folder)}


def _holds(file: Path, sha256: str) -> bool:
    return file.is_file() and _sha256(file) == sha256


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
