"""The cache of machine code: private, sealed, and never worth a crash."""

import os
import random
import stat
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys, numpy as np
sys.path.insert(0, sys.argv[1])
from stresskit.numerics.jit import kernel
import small
small.total = kernel(small.total)
print(small.total(np.arange(10.0)), sum(small.total.stats.cache_hits.values()))
"""
SMALL = """
def total(values):
    found = 0.0
    for value in values:
        found += value
    return found
"""


def call(folder: Path, cache: Path) -> tuple[float, int]:
    """What the kernel computes in a new process, and whether it came from the cache."""
    (folder / "small.py").write_text(SMALL, encoding="utf-8")
    environment = {**os.environ, "STRESSKIT_CACHE_DIR": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    value, hits = done.stdout.split()
    return float(value), int(hits)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kernels")
    assert call(folder, folder / "cache") == (45.0, 0)
    assert call(folder, folder / "cache") == (45.0, 1)
    return folder


def files(cache: Path, suffix: str) -> list[Path]:
    return sorted(cache.rglob(f"*{suffix}"))


def damage(raw: bytes, kind: str) -> bytes:
    if kind == "flipped":
        at = random.Random(7).randrange(len(raw))
        return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
    return raw[: len(raw) // 2] if kind == "cut" else b""


def test_the_folder_is_private(filled: Path) -> None:
    folder = next((filled / "cache").glob("kernels-*"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(("suffix", "kind"), [(".nbi", "flipped"), (".nbc", "cut"), (".nbc", "flipped")])
def test_what_is_damaged_is_compiled_again(filled: Path, suffix: str, kind: str) -> None:
    for file in files(filled / "cache", suffix):
        file.write_bytes(damage(file.read_bytes(), kind))
    assert call(filled, filled / "cache") == (45.0, 0)
    assert call(filled, filled / "cache") == (45.0, 1)
    assert len(files(filled / "cache", ".nbc")) == 1


def test_a_folder_that_others_may_write_to_is_not_used(filled: Path) -> None:
    folder = next((filled / "cache").glob("kernels-*"))
    folder.chmod(0o777)
    assert call(filled, filled / "cache") == (45.0, 0)
    folder.chmod(0o700)
