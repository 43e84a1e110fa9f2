"""A shipped parameter file by its name, or any by its path, every problem of it at its line."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from stresskit.config.checks import Check
from stresskit.config.fault import did_you_mean
from stresskit.config_file.load import load_spec
from stresskit.errors import ConfigError, DataError, Problem
from stresskit.margin.grid import parameters as grid
from stresskit.margin.grid.parameters import Grid, GridParameters
from stresskit.margin.unified_parameters import SHIPPED as UNIFIED
from stresskit.margin.unified_parameters import UnifiedAccount, UnifiedParameters, shipped_unified
from stresskit.spec import Spec

AnySpec = TypeVar("AnySpec", bound=Spec)


def load_grid(name: str, base: Path = Path()) -> Grid:
    """Read the parameters of a scenario grid; a path is relative to `base`.

    Raises
    ------
    ConfigError
        If there is no such file.
    DataError
        If the file is not valid: with every problem of it, each at its line.
    """
    return Grid(*_load(name, base, grid.SHIPPED, grid.shipped_grids(), GridParameters, grid.CHECKS))


def load_unified(name: str, base: Path = Path()) -> UnifiedAccount:
    """Read the parameters of a unified account likewise.

    Raises
    ------
    ConfigError, DataError
        As `load_grid`.
    """
    return UnifiedAccount(*_load(name, base, UNIFIED, shipped_unified(), UnifiedParameters, ()))


def _load(
    name: str,
    base: Path,
    folder: Path,
    shipped: Sequence[str],
    spec: type[AnySpec],
    checks: Sequence[Check],
) -> tuple[str, AnySpec, str]:
    path = folder / f"{name}.toml" if name in shipped else base / name
    if not path.is_file():
        expected = f"a parameter file or one of {', '.join(shipped)}{did_you_mean(name, shipped)}"
        raise ConfigError([Problem("", "parameters", expected)])
    try:
        found, _ = load_spec(path, spec, checks=checks)
    except ConfigError as error:
        raise DataError(error.problems) from None
    return path.stem, found, hashlib.sha256(path.read_bytes()).hexdigest()
