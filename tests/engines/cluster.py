"""A real scheduler and real workers on this machine, started and ended by the test."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

START_S = 60.0


class Running(NamedTuple):
    """Address of the scheduler, and the processes of its workers."""

    address: str
    workers: list["subprocess.Popen[bytes]"]


@contextmanager
def scheduler(
    folder: Path, workers: int, protocol: str = "tcp", tls: Sequence[str] = ()
) -> Iterator[Running]:
    """Start one and end it; addresses are read from the file that dask writes."""
    file = folder / "scheduler.json"
    log = (folder / "cluster.log").open("wb")

    def start(module: str, *options: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(file)]
        return subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--protocol", protocol, "--no-dashboard", *options, *tls],
            stdout=log,
            stderr=log,
            cwd=Path(__file__).parents[2],
        )

    started = [start("dask_scheduler", "--port", "0")]
    try:
        address = _address(file)
        options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        found = [start("dask_worker", *options) for _ in range(workers)]
        started += found
        yield Running(address, found)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()
        log.close()


def _address(file: Path) -> str:
    import json

    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            return str(json.loads(file.read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError, KeyError):
            time.sleep(0.05)
    raise TimeoutError("the scheduler did not start")
