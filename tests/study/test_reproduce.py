"""Reproducing a run: every byte, and what has changed if it is not."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import load_run
from stresskit.errors import DataError
from stresskit.pipeline import run
from stresskit.results.checksums import write_checksums
from stresskit.study.reproduce import reproduce
from tests.study.batches import CONFIG

INVENTORY = """
[inventory]
owner = "Desk risk"
limitations = ["no wicks", "no open orders"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.toml"
    file.write_text(CONFIG + INVENTORY, encoding="utf-8")
    return run(load_run(file), tmp_path / "runs").folder


def test_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    found = reproduce(folder, tmp_path / "again", workers=2)
    assert found["identical"]
    assert found["changed"] == []
    assert found["compared"] == len([p for p in folder.rglob("*") if p.is_file()]) - 3


def edited(folder: Path, name: str, change: Any) -> None:
    """Change a JSON file of a run and seal it again, as a forger would."""
    content = json.loads((folder / name).read_text())
    change(content)
    (folder / name).write_text(json.dumps(content, indent=2) + "\n")
    write_checksums(folder)


def test_a_forged_figure_is_found(folder: Path, tmp_path: Path) -> None:
    edited(folder, "metrics.json", lambda x: x.update(seed=2))
    done = CliRunner().invoke(main, ["reproduce", str(folder)])
    assert done.exit_code == 1
    assert "differing: metrics.json" in done.stdout
    (folder / "outcomes/extra.npy").write_bytes(b"")
    write_checksums(folder)
    assert reproduce(folder, tmp_path / "again")["missing"] == ["outcomes/extra.npy"]


def test_other_sources_are_named(folder: Path, tmp_path: Path) -> None:
    edited(folder, "manifest.json", lambda x: x["hashes"].update(package="0", data="1"))
    found = reproduce(folder, tmp_path / "again")
    assert found["identical"]
    assert found["changed"] == ["data", "package"]


def test_on_the_command_line(folder: Path) -> None:
    done = CliRunner().invoke(main, ["reproduce", str(folder)])
    assert done.exit_code == 0
    assert done.stdout.startswith("REPRODUCED")
    assert json.loads(CliRunner().invoke(main, ["reproduce", str(folder), "--json"]).stdout)["identical"]


def test_what_cannot_be_reproduced(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        reproduce(tmp_path, tmp_path / "again")
    edited(folder, "manifest.json", lambda x: x["config"].update(surprise=1))
    with pytest.raises(DataError, match="a config that this version reads"):
        reproduce(folder, tmp_path / "again")
