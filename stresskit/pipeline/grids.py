"""The scenario grids of a run: parameter files read, and built for the book of each account."""

from collections.abc import Iterable, Iterator
from typing import Any

from stresskit.config.account import NamedAccount
from stresskit.config.position import Position
from stresskit.config_file import Loaded
from stresskit.config_file.parameters import load_grid, load_unified
from stresskit.errors import ConfigError
from stresskit.margin import ParameterFile
from stresskit.margin.grid.build import build_grid, class_of
from stresskit.margin.grid.leg import Leg
from stresskit.margin.grid.parameters import Grid
from stresskit.margin.grid.table import GridTable
from stresskit.margin.scenario_grid import ScenarioGrid
from stresskit.margin.unified import Unified
from stresskit.pipeline.rulebooks import today, young_enough

KeyPath = tuple[str | int, ...]


def read_parameters(loaded: Loaded) -> dict[str, ParameterFile]:
    """Read the parameter file of every grid mode and of every unified account.

    Raises
    ------
    ConfigError
        If there is no such file, it is older than the mode's ``max_age``, or a grid lacks an initial factor
        and the mode gives none.
    DataError
        If a file is not valid.
    """
    found: dict[str, ParameterFile] = {}
    for mode, spec in loaded.run.modes.items():
        if isinstance(spec, Unified):
            with loaded.source.placing("modes", mode, "parameters"):
                account = found[mode] = load_unified(spec.parameters, loaded.source.base)
                young_enough("parameters", account.name, account.parameters.as_of, spec.max_age)
        elif isinstance(spec, ScenarioGrid):
            with loaded.source.placing("modes", mode, "parameters"):
                grid = found[mode] = load_grid(spec.parameters, loaded.source.base)
                young_enough("parameters", grid.name, grid.parameters.as_of, spec.max_age)
            if grid.parameters.factors.initial is None and spec.initial_factor is None:
                expected = f"the initial margin over the maintenance margin: {grid.name} does not know it"
                raise ConfigError([loaded.source.problem(("modes", mode, "initial_factor"), expected)])
    return found


def leg_of(position: Position) -> Leg:
    """What a position is; days to expiry count from today and stay what they are in a simulation."""
    found = position.contract
    days = None if found.expiry is None else float(max((found.expiry - today()).days, 0))
    price = None if position.mark is None else position.mark * (position.quote_usd or 1.0)
    return Leg(found.base, found.kind, found.quote, found.settle, days, price=price)


def grid_table(
    loaded: Loaded, path: KeyPath, account: NamedAccount, spec: ScenarioGrid, grid: Grid
) -> GridTable:
    """Build a mode's grid for the account at key path `path`.

    Raises
    ------
    ConfigError
        At every position that the parameter file does not cover.
    """
    legs = [leg_of(position) for position in account.positions]
    problems = [
        loaded.source.problem((*path, "positions", i, key), expected)
        for i, leg in enumerate(legs)
        for key, expected in _misfit(grid, leg)
    ]
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))
    return build_grid(grid.parameters, legs, spec.initial_factor)


def _misfit(grid: Grid, leg: Leg) -> Iterator[tuple[str, str]]:
    try:
        found = class_of(grid.parameters, leg)
    except ValueError as error:
        yield "symbol", f"{error} ({grid.name})"
        return
    if found.delta_shock and leg.price is None:
        yield "mark", f"the mark price: the delta shock of {grid.name} is counted in coins"


def parameter_facts(files: Iterable[ParameterFile]) -> list[dict[str, Any]]:
    """Name, origin and hash of each parameter file, for the manifest."""
    return [
        {
            "name": name,
            "venue": file.parameters.venue,
            "as_of": file.parameters.as_of,
            "source": file.parameters.source,
            "confidence": file.parameters.confidence,
            "sha256": file.sha256,
            "unknown": list(file.parameters.unknown),
        }
        for name, file in sorted({file.name: file for file in files}.items())
    ]


def parameter_warnings(file: ParameterFile, account: NamedAccount) -> list[str]:
    """What of the rule is not known, for the assets of one account."""
    found = [f"{file.name}: {what}" for what in file.parameters.unknown]
    if isinstance(file, Grid):
        for asset in dict.fromkeys(position.asset for position in account.positions):
            known = file.parameters.class_of(asset)
            found += [f"{file.name}, {asset}: {what}" for what in (known.unknown if known else ())]
    if file.parameters.confidence == "low":
        found.append(f"{file.name}: only a part of the rule is public, no parity with the venue is claimed")
    return found
