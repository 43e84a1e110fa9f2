"""A cohort that was killed or interrupted goes on behind its last finished group, to the same bytes."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from stresskit.errors import ConfigError
from stresskit.pipeline import Progress
from stresskit.results.checksums import sealed_hashes
from stresskit.study.cohort import load_cohort, run_cohort
from stresskit.study.cohort.checkpoint import SUMS, Checkpoint
from tests.study.batches import CONFIG

ACCOUNTS = 12


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cohort")
    sizes = [((-1) ** i * (20_000 + 1_000 * i), 600 + 40 * i) for i in range(ACCOUNTS)]
    rows = [f"a{i:02d},BTC/USDT:USDT,{held},50,{equity}" for i, (held, equity) in enumerate(sizes)]
    table = "\n".join(["account,symbol,notional_usd,leverage,collateral", *rows]) + "\n"
    (folder / "positions.csv").write_text(table, encoding="utf-8")
    head, _, rest = CONFIG.partition("[account]")
    limits = "[limits]\np_liquidation = 0.05\n"
    limits += '[cohort]\nvenue = "binance"\npositions = "positions.csv"\ngroup = 2\n'
    text = head + rest[rest.index("[modes") :] + limits
    (folder / "cohort.toml").write_text(text, encoding="utf-8")
    return folder / "cohort.toml"


def hashes(folder: Path) -> dict[str, str]:
    return {name: one for name, one in sealed_hashes(folder).items() if name != "manifest.json"}


@pytest.fixture(scope="module")
def expected(config: Path) -> dict[str, str]:
    found = hashes(run_cohort(load_cohort(config), config.parent / "whole").folder)
    assert len(found) >= 2
    return found


def stopping(groups: int) -> Any:
    """A report that interrupts the cohort when so many groups are done."""

    def report(state: Progress) -> None:
        if state.done >= 2 * groups:
            raise KeyboardInterrupt

    return report


def interrupted(config: Path, out: Path, groups: int) -> Path:
    with pytest.raises(KeyboardInterrupt):
        run_cohort(load_cohort(config), out, report=stopping(groups))
    (kept,) = out.glob(".*.groups")
    assert not [path for path in out.iterdir() if path != kept]
    return kept


def resumed(config: Path, out: Path) -> tuple[dict[str, str], list[int]]:
    told: list[Progress] = []
    found = hashes(run_cohort(load_cohort(config), out, report=told.append).folder)
    assert not list(out.glob(".*"))
    return found, [state.done for state in told]


def test_it_goes_on_where_it_was(config: Path, expected: dict[str, str], tmp_path: Path) -> None:
    interrupted(config, tmp_path, 2)
    interrupted(config, tmp_path, 4)
    assert resumed(config, tmp_path) == (expected, [8, 10])


@pytest.mark.parametrize("harm", ["sums", "group", "gone", "regrouped"])
def test_what_is_damaged_is_computed_again(
    harm: str, config: Path, expected: dict[str, str], tmp_path: Path
) -> None:
    kept = interrupted(config, tmp_path, 3)
    file = kept / ("1" if harm in ("group", "gone") else SUMS)
    if harm == "gone":
        file.unlink()
    elif harm == "regrouped":
        other = tmp_path / "other"
        shutil.copytree(config.parent, other, ignore=shutil.ignore_patterns("whole"))
        (other / "cohort.toml").write_text(
            config.read_text(encoding="utf-8").replace("group = 2", "group = 3")
        )
        config = other / "cohort.toml"
    else:
        raw = bytearray(file.read_bytes())
        raw[len(raw) // 2] ^= 1
        file.write_bytes(raw)
    found, done = resumed(config, tmp_path)
    assert found == expected
    assert done[0] == 0


def test_force_begins_anew(config: Path, expected: dict[str, str], tmp_path: Path) -> None:
    interrupted(config, tmp_path, 3)
    told: list[Progress] = []
    found = run_cohort(load_cohort(config), tmp_path, force=True, report=told.append)
    assert hashes(found.folder) == expected
    assert told[0].done == 0


def test_one_process_at_a_time(config: Path, tmp_path: Path) -> None:
    kept = interrupted(config, tmp_path, 1)
    with Checkpoint(kept, fresh=False), pytest.raises(ConfigError, match="no other process"):
        run_cohort(load_cohort(config), tmp_path)


@pytest.mark.long
def test_killed_at_random_moments(config: Path, expected: dict[str, str], tmp_path: Path) -> None:
    chance, found_running = random.Random(3), 0
    options = ["--set", "simulation.paths=300", "--workers", "1"]
    command = [sys.executable, "-m", "stresskit", "batch", str(config), "--out", str(tmp_path), *options]
    for _ in range(6):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while (
            time.monotonic() < deadline and process.poll() is None and not list(tmp_path.glob(".*.groups/*"))
        ):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.2))
        found_running += process.poll() is None
        process.kill()
        process.wait()
    assert found_running
    assert subprocess.run(command, capture_output=True, check=False).returncode in (0, 1)
    (folder,) = [path for path in tmp_path.glob("tiny-*") if path.is_dir()]
    assert hashes(folder) == expected
