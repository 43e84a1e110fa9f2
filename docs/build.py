"""``python -m docs.build``: write ``docs/reference.md`` from the commands' help and the docstrings."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import click
from click.testing import CliRunner

from stresskit import config, face, scenario, spec
from stresskit.cli import COMMANDS, main
from stresskit.study import cohort

FILE = Path(__file__).with_name("reference.md")
HEAD = """# Reference

Built from the docstrings by `python -m docs.build`; do not edit.
"""
FUNCTIONS = tuple(name for name in face.__all__ if name != "cores")
PACKAGES: tuple[ModuleType, ...] = (config, scenario, cohort)
NAMES = tuple(package.__name__ for package in PACKAGES)


def reference() -> str:
    """The whole text."""
    parts = [HEAD, "## Commands\n", *_commands(), "## Python\n", *_functions()]
    parts += ["## Keys of a config\n", *_keys()]
    return "\n".join(parts).rstrip() + "\n"


def _commands() -> Iterator[str]:
    for name in COMMANDS:
        command = import_module(f"stresskit.cli.{name}").command
        inner = sorted(command.commands) if isinstance(command, click.Group) else ()
        for path in ([name], *([name, one] for one in inner)):
            shown = CliRunner().invoke(main, [*path, "--help"], prog_name="stresskit", terminal_width=100)
            yield f"### `stresskit {' '.join(path)}`\n\n```text\n{shown.output.rstrip()}\n```\n"


def _functions() -> Iterator[str]:
    for name in FUNCTIONS:
        function = getattr(face, name)
        told = inspect.getdoc(function) or ""
        names = ", ".join(inspect.signature(function).parameters)
        yield f"### `stresskit.{name}({names})`\n\n```text\n{told}\n```\n"


def _keys() -> Iterator[str]:
    """The tables that a config may have, each as its class describes it."""
    for kind in sorted(_specs(), key=lambda kind: (kind.__module__, kind.__name__)):
        told = inspect.getdoc(kind)
        if told and kind.model_fields:
            keys = ", ".join(f"`{field.alias or name}`" for name, field in kind.model_fields.items())
            yield f"### {kind.__name__}\n\nKeys: {keys}.\n\n```text\n{told}\n```\n"


def _specs() -> set[type[spec.Spec]]:
    for package in PACKAGES:
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    found: set[type[spec.Spec]] = set()
    waiting = [spec.Spec]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found.update(kind for kind in below if kind.__module__.startswith(NAMES))
    return found


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
