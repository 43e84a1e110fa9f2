"""kill -9 of a real batch at random moments: nothing half-written looks finished, --resume loses nothing."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.study.batches import finished_runs, sweep_file

START_UP = 60.0  # a cold start reads kernels from the disk


def start(file: Path, out: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "stresskit", "batch", str(file), "--out", str(out), "--resume"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_at(process: "subprocess.Popen[bytes]", log: Path, lines: int, delay: float) -> bool:
    """Kill when the log has grown to `lines`, `delay` later; whether the batch was still running."""
    deadline = time.monotonic() + START_UP
    while time.monotonic() < deadline and process.poll() is None:
        if log.is_file() and log.read_bytes().count(b"\n") >= lines:
            break
        time.sleep(0.005)
    time.sleep(delay)
    running = process.poll() is None
    if running:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return running


def uninterrupted(folder: Path, file: Path) -> dict[str, bytes]:
    process = start(file, folder / "whole")
    assert process.wait() == 0
    return finished_runs(folder / "whole")


def killed_and_resumed(folder: Path, file: Path, moments: random.Random, kills: int) -> int:
    """Kill the same batch `kills` times, each time further; how many found it running."""
    found, out = 0, folder / "killed"
    log = out / "tiny.batch/log.jsonl"
    for _ in range(kills):
        written = log.read_bytes().count(b"\n") if log.is_file() else 0
        target = written + moments.randint(1, 4)
        found += kill_at(start(file, out), log, target, moments.uniform(0.0, 0.4))
        finished_runs(out)
    return found


def test_killed_twice(tmp_path: Path) -> None:
    file = sweep_file(tmp_path, "[sweep.grid]\nsimulation.seed = [1, 2, 3]\n")
    expected = uninterrupted(tmp_path, file)
    assert len(expected) == 3
    assert killed_and_resumed(tmp_path, file, random.Random(5), 2) >= 1
    assert start(file, tmp_path / "killed").wait() == 0
    assert finished_runs(tmp_path / "killed") == expected
    assert not list((tmp_path / "killed").glob(".*"))


@pytest.mark.parametrize("request_to_end", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end(request_to_end: int, tmp_path: Path) -> None:
    """The run under way leaves nothing, those before it stay, the batch says that it was interrupted."""
    file = sweep_file(tmp_path, "[sweep.grid]\nsimulation.seed = [1, 2]\nsimulation.paths = [50_000]\n")
    out = tmp_path / "runs"
    process, log = start(file, out), out / "tiny.batch/log.jsonl"
    deadline = time.monotonic() + START_UP
    while time.monotonic() < deadline and not (log.is_file() and log.read_bytes().count(b"\n") >= 4):
        time.sleep(0.005)
    process.send_signal(request_to_end)
    assert process.wait() == 130
    assert len(finished_runs(out)) == 1
    assert not list(out.glob(".*"))
    found = json.loads((out / "tiny.batch/batch.json").read_text(encoding="utf-8"))
    assert (found["status"], [run["status"] for run in found["runs"]]) == ("interrupted", ["done", "not run"])


@pytest.mark.long
def test_killed_at_twenty_moments_and_resumed_after_each(tmp_path: Path) -> None:
    file = sweep_file(tmp_path, "[sweep.grid]\nsimulation.seed = [1, 2, 3, 4]\nsimulation.paths = [20_000]\n")
    expected = uninterrupted(tmp_path, file)
    moments, running = random.Random(20), 0
    for n in range(20):
        folder = tmp_path / str(n)
        folder.mkdir()
        running += killed_and_resumed(folder, file, moments, 1)
        assert start(file, folder / "killed").wait() == 0
        assert finished_runs(folder / "killed") == expected
        assert not list((folder / "killed").glob(".*"))
    assert running >= 15
