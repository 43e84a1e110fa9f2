"""The face of the command line: quick to start, and it says what it can do."""

import json
import subprocess
import sys
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from stresskit.cli import COMMANDS, main

LIGHT = """
import json, sys
from stresskit.cli import main
try:
    main({args!r}, prog_name="stresskit")
except SystemExit as end:
    assert end.code == 0, end.code
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""
HEAVY = {
    "numpy",
    "numba",
    "scipy",
    "pandas",
    "matplotlib",
    "pydantic",
    "rich",
    "tree_sitter",
    "typst",
    "arch",
}


@pytest.mark.parametrize("args", [["--help"], *([name, "--help"] for name in COMMANDS)], ids=" ".join)
def test_help_imports_click_alone(args: list[str]) -> None:
    code = LIGHT.format(args=args)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(json.loads(done.stdout.splitlines()[-1]))
    assert "Usage: stresskit" in done.stdout


def test_help_lists_every_command_and_the_exit_codes() -> None:
    shown = CliRunner().invoke(main, ["-h"])
    assert shown.exit_code == 0
    assert all(f"\n  {name} " in shown.stdout for name in COMMANDS)
    assert "Exit codes:" in shown.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_stands_in_its_own_file(name: str) -> None:
    command = import_module(f"stresskit.cli.{name}").command
    assert isinstance(command, click.Command)
    assert command.help
    assert command.help.rstrip().endswith((".", "]"))


def test_a_mistyped_command_or_option_gets_a_hint() -> None:
    typo = CliRunner().invoke(main, ["valdate"])
    assert typo.exit_code == 2
    assert "no such command 'valdate' (did you mean 'validate'?)" in typo.stderr
    option = CliRunner().invoke(main, ["run", "x.toml", "--worker", "2"])
    assert option.exit_code == 2
    assert "--workers" in option.stderr


def test_python_m_stresskit() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stresskit", "nothing"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Usage: stresskit" in done.stderr


def test_version_is_that_of_the_installed_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"1.2.3 of {name}")
    assert CliRunner().invoke(main, ["--version"]).stdout == "stresskit 1.2.3 of stresskit\n"
