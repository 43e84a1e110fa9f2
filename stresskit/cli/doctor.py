"""``stresskit doctor``."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from stresskit.cli import options
from stresskit.cli.exits import INTERNAL

CORE = (
    "numpy",
    "scipy",
    "numba",
    "llvmlite",
    "pandas",
    "arch",
    "matplotlib",
    "typst",
    "pydantic",
    "tree-sitter",
    "tree-sitter-toml",
    "click",
    "rich",
)
EXTRAS = ("pyarrow", "pyvinecopulib", "ccxt", "distributed")


EPILOG = """\b
stresskit doctor
stresskit doctor --json
"""


@click.command(epilog=EPILOG)
@options.as_json
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check the installation: versions, cores, caches, fonts, and a test against a closed form."""
    from stresskit.cli.text import echo_json

    found = _findings()
    if as_json:
        echo_json(found)
    else:
        for line in _lines(found):
            click.echo(line)
    ctx.exit(0 if found["ok"] else INTERNAL)


def _findings() -> dict[str, Any]:
    from stresskit.face import cores
    from stresskit.pipeline import self_check

    versions = {name: _version(name) for name in CORE}
    found: dict[str, Any] = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "stresskit": _version("stresskit"),
        "versions": versions,
        "extras": {name: _version(name) for name in EXTRAS},
        "cores": cores(),
        "threading": "threads over blocks of paths; kernels release the interpreter lock",
        "kernel_cache": _kernel_cache(),
        "fonts": _fonts(),
        "self_check": self_check(),
    }
    checks = (found["kernel_cache"], found["fonts"], found["self_check"])
    found["ok"] = all(check["ok"] for check in checks) and "missing" not in versions.values()
    return found


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _kernel_cache() -> dict[str, Any]:
    from stresskit.numerics.jit import CACHE

    return {"folder": str(CACHE), "ok": Path(CACHE).is_dir() and os.access(CACHE, os.W_OK)}


def _fonts() -> dict[str, Any]:
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return {"folder": str(folder), "ok": (folder / "DejaVuSans.ttf").is_file()}


def _lines(found: dict[str, Any]) -> list[str]:
    check = found["self_check"]
    return [
        f"stresskit     {found['stresskit']}",
        f"python        {found['python']}, {found['platform']}",
        *(f"{name:<16}  {number}" for name, number in {**found["versions"], **found["extras"]}.items()),
        f"cores         {found['cores']}: {found['threading']}",
        f"kernel cache  {_state(found['kernel_cache'])}  {found['kernel_cache']['folder']}",
        f"fonts         {_state(found['fonts'])}  {found['fonts']['folder']}",
        f"self-check    {_state(check)}  {check['what']}: {check['got']:.6g}, interval "
        f"{check['interval'][0]:.6g} to {check['interval'][1]:.6g}, expected {check['expected']:.6g}",
    ]


def _state(check: dict[str, Any]) -> str:
    return "ok" if check["ok"] else "FAILED"
