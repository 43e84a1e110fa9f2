"""Disks that are full, read-only, or give back something else than was written."""

import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from stresskit.errors import DataError
from stresskit.pipeline import run
from stresskit.results import load
from tests.faults.bench import Bench

SMALL = 70_000  # the largest file of the run is a little smaller


@contextmanager
def file_limit(size: int) -> Iterator[None]:
    """No file of this process can grow beyond `size`: the system itself refuses the write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def no_space_in_a_file(bench: Bench, times: int) -> int:
    """Writes fail at some size of a file: OSError, no folder, and the run is possible afterwards."""
    failed = 0
    for _ in range(times):
        try:
            with file_limit(int(bench.chance.uniform(0, SMALL) ** 0.9)):
                bench.run()
        except OSError as error:
            assert error.errno == errno.EFBIG  # noqa: PT017
            failed += 1
        bench.check()
    assert failed >= times // 2
    return times


def no_space_on_the_disk(bench: Bench, times: int) -> int:
    """A real disk of some size, full in the middle of the run; skipped where nothing can be mounted."""
    place = bench.folder / "disk"
    place.mkdir(exist_ok=True)
    failed = 0
    for n in range(times):
        size = 8_192 + n * 131_072 // max(times - 1, 1)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
        if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("mounting a small disk is not permitted here")
        try:
            run(bench.loaded(), place / "runs", 1)
        except OSError as error:
            assert error.errno == errno.ENOSPC  # noqa: PT017
            failed += 1
            assert not [path for path in place.rglob("*") if path.is_file()]
        finally:
            subprocess.run(["umount", "-l", str(place)], check=True)
    assert failed
    return times


def read_only_folder(bench: Bench, times: int) -> int:
    """The n-th call that makes or renames something under `out` is refused (rights do not stop root)."""
    for _ in range(times):
        left = [bench.chance.randrange(6)]
        try:
            with refusing(bench.out, left):
                bench.run()
        except OSError as error:
            assert error.errno == errno.EROFS  # noqa: PT017
        bench.check()
    return times


@contextmanager
def refusing(under: Path, left: list[int]) -> Iterator[None]:
    real = {name: getattr(os, name) for name in ("mkdir", "rename", "replace")}

    def guard(name: str):  # type: ignore[no-untyped-def]
        def call(path, *rest, **more):  # type: ignore[no-untyped-def]
            if str(path).startswith(str(under)):
                left[0] -= 1
                if left[0] == 0:
                    raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
            return real[name](path, *rest, **more)

        return call

    with mock.patch.multiple(os, **{name: guard(name) for name in real}):
        yield


def finished_run_damaged(bench: Bench, times: int) -> int:
    """A bit of a finished run flips: it is refused when read, and computed again by the next run."""
    folder = bench.run()
    sealed = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for _ in range(times):
        file = bench.chance.choice(sealed)
        raw = bytearray(file.read_bytes())
        raw[bench.chance.randrange(len(raw))] ^= 1 << bench.chance.randrange(8)
        file.write_bytes(raw)
        with pytest.raises(DataError):
            load(folder)
        bench.run()
        bench.check(whole=True)
        load(folder)
    bench.forget()
    return times
