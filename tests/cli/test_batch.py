"""``stresskit batch``: the ranking on stdout, progress on stderr, the code of the worst."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from stresskit.cli import main
from tests.study.batches import sweep_file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("batch")


def test_ranking_progress_and_exit_codes(folder: Path) -> None:
    out = ["--out", str(folder / "runs")]
    sweep = '[sweep.grid]\nsimulation.seed = [1, 2]\n"limits.p_liquidation" = [0.001, 1.0]\n'
    done = CliRunner().invoke(main, ["batch", str(sweep_file(folder, sweep)), *out])
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "BATCH  4 runs: 4 done, 2 with a broken limit"
    ranks = [line.split() for line in lines if line.startswith("  1  ")]
    assert ranks[0][3] == "BROKEN"
    said = done.stderr.splitlines()
    assert [line.split(":")[0] for line in said] == [
        f"[{i}/4] seed={s}, p_liquidation={p}"
        for i, (s, p) in enumerate([(1, "0.001"), (1, "1.0"), (2, "0.001"), (2, "1.0")], 1)
    ]
    assert all("P(liquidation)" in line for line in said)
    sweep = '[sweep.grid]\nsimulation.seed = [1]\n"account.collateral.0.amount" = [1500, -1]\n'
    failed = CliRunner().invoke(main, ["batch", str(sweep_file(folder, sweep)), *out, "--no-progress"])
    assert failed.exit_code == 4
    assert failed.stderr == ""
    assert "FAILED\n  amount=-1\n" in failed.stdout.replace("seed=1, ", "")


def test_as_json(folder: Path) -> None:
    file = sweep_file(folder, "[sweep.grid]\nsimulation.seed = [1]\n")
    done = CliRunner().invoke(
        main, ["batch", str(file), "--out", str(folder / "runs"), "--json", "--name", "a"]
    )
    found = json.loads(done.stdout)
    assert (done.exit_code, found["exit_code"]) == (0, 0)
    assert found["files"]["summary"] == str(folder / "runs/a.batch/summary.csv")
    assert found["ranking"][0]["rank"] == 1


def test_usage(folder: Path) -> None:
    file = str(sweep_file(folder))
    for args in (["--resume", "--force"], ["--name", "../x"]):
        done = CliRunner().invoke(main, ["batch", file, *args])
        assert done.exit_code == 2
    absent = CliRunner().invoke(main, ["batch", str(folder / "absent.toml"), "--out", str(folder / "none")])
    assert absent.exit_code == 2
    assert "cannot be read" in absent.stderr


def test_validate_checks_every_run_of_a_sweep(folder: Path) -> None:
    file = sweep_file(folder, "[sweep.grid]\nsimulation.seed = [1, -1]\nsimulation.paths = [5, 6]\n")
    done = CliRunner().invoke(main, ["validate", str(file)])
    assert done.exit_code == 2
    assert done.stdout.count("simulation.seed") == 1
    good = sweep_file(folder, "[sweep.grid]\nsimulation.seed = [1]\n")
    assert CliRunner().invoke(main, ["validate", str(good)]).exit_code == 0
