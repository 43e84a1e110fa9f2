"""``--help`` of every command shows how it is called."""

from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from stresskit.cli import COMMANDS, main


def leaves() -> list[list[str]]:
    found: list[list[str]] = []
    for name in COMMANDS:
        command = import_module(f"stresskit.cli.{name}").command
        if isinstance(command, click.Group):
            found += [[name, inner] for inner in command.commands]
        if not isinstance(command, click.Group) or command.invoke_without_command:
            found.append([name])
    return found


@pytest.mark.parametrize("path", leaves(), ids=" ".join)
def test_help_has_an_example(path: list[str]) -> None:
    shown = CliRunner().invoke(main, [*path, "--help"]).output
    assert f"stresskit {' '.join(path)}" in shown.partition("Usage:")[2].partition("\n")[2]
