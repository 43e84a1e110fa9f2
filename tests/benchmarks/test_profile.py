"""The profile adds up, and is written as text and as a picture."""

import time
from pathlib import Path

import pytest

from benchmarks import profile
from benchmarks.stress import CONFIGS


def test_inner_names_are_taken_out_of_outer_ones() -> None:
    spent = profile.Spent()

    def work() -> None:
        begun = time.thread_time()
        while time.thread_time() - begun < 0.01:
            pass

    inner = spent.under("inner", work)
    outer = spent.under(lambda: "outer", lambda: (inner(), inner(), work()))
    outer()
    assert spent.calls == {"inner": 2, "outer": 1}
    assert 0.01 <= spent.seconds["outer"] < spent.seconds["inner"]


def test_every_stage_that_is_timed_is_there() -> None:
    with profile._watched(profile.Spent()):
        pass


def test_text_and_picture(tmp_path: Path) -> None:
    limits = {"arithmetic": 100.0, "cache": 100.0, "memory": 20.0}
    found = {
        "machine": {"date": "2026-01-01", "processor": "one", "python": "3"},
        "config": "quickstart.toml",
        "stages": {"draw paths": 3.0, "measure": 1.0},
        "limits": limits,
        "kernels": {"draw": {"GFLOP/s": 50.0, "per byte": 4.0}, "cross": {"GFLOP/s": 5.0, "per byte": 0.1}},
    }
    shown = profile.text(found)
    assert "75.0%" in shown
    assert shown.count("50%") == 2  # half of the arithmetic, and half of what the cache brings
    profile.picture(found, tmp_path / "profile.png")
    assert (tmp_path / "profile.png").read_bytes()[1:4] == b"PNG"


@pytest.mark.long
def test_a_run_is_taken_apart() -> None:
    found = profile.stages(CONFIGS / "quickstart.toml", 2000)
    assert {"draw paths", "measure", "report: figures", "store outcomes"} < set(found)
    assert found["everything else"] < sum(found.values()) / 2
    assert all(row["GFLOP/s"] > 0.0 for row in profile.kernels(1024, 1).values())
