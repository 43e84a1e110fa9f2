"""A parameter file of a scenario grid by its name or path, every problem of it at its line."""

import hashlib
from pathlib import Path

from stresskit.config.fault import did_you_mean
from stresskit.config_file.load import load_spec
from stresskit.errors import ConfigError, DataError, Problem
from stresskit.margin.grid.parameters import CHECKS, SHIPPED, Grid, GridParameters, shipped_grids


def load_grid(name: str, base: Path = Path()) -> Grid:
    """Read a shipped parameter file by name, or a file by a path relative to `base`.

    Raises
    ------
    ConfigError
        If there is no such file.
    DataError
        If the file is not valid: with every problem of it, each at its line.
    """
    shipped = shipped_grids()
    path = SHIPPED / f"{name}.toml" if name in shipped else base / name
    if not path.is_file():
        expected = f"a parameter file or one of {', '.join(shipped)}{did_you_mean(name, shipped)}"
        raise ConfigError([Problem("", "parameters", expected)])
    try:
        parameters, _ = load_spec(path, GridParameters, checks=CHECKS)
    except ConfigError as error:
        raise DataError(error.problems) from None
    return Grid(path.stem, parameters, hashlib.sha256(path.read_bytes()).hexdigest())
