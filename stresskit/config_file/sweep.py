"""``[sweep]``: one config, many runs; every combination of a grid, a list taken row by row, or both.

.. code-block:: toml

    [sweep.grid]                       # all combinations
    simulation.seed = [1, 2, 3]
    "account.positions.0.leverage" = [5, 10]

    [[sweep.list]]                     # rows; a quoted path replaces what stands there
    "scenarios.hedge_breaks.strength" = 0.5
    "limits.p_liquidation" = 0.1
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from stresskit.config_file.load import Loaded, Overrides, load_source, read_source
from stresskit.config_file.overrides import Override, key_path
from stresskit.config_file.places import KeyPath
from stresskit.config_file.source import Source, dotted
from stresskit.config_file.wording import shorten
from stresskit.errors import ConfigError, Problem

SWEEP = "sweep"
MOST_RUNS = 10_000


class Variant(NamedTuple):
    """One run of a sweep: what it changes by dotted key path, and the valid run or what is wrong.

    `label`: ``seed=1, leverage=5``, of what the runs differ in; the last key of each path, or all of it
    where that would not tell them apart.
    """

    label: str
    changes: dict[str, Any]
    loaded: Loaded | None
    problems: list[Problem]


class _Value(NamedTuple):
    keys: tuple[str, ...]
    where: str
    value: Any


def load_sweep(path: Path, overrides: Overrides = ()) -> list[Variant]:
    """Read a config with a ``[sweep]`` table, each run of it checked.

    Raises
    ------
    ConfigError
        If the file or its sweep cannot be read, or an override sets what the sweep varies.
    """
    source = read_source(path, overrides)
    rows, grid = _tables(source)
    for choice in [*rows, *grid]:
        _refuse_overridden(source, choice)
    document = {key: value for key, value in source.document.items() if key != SWEEP}
    base = Source(source.path, document, source.places, source.labels)
    chosen = [[*row, *cells] for row in rows or [[]] for cells in product(*grid)]
    names = _names(chosen)
    return [_variant(base, values, names) for values in chosen]


def _names(chosen: Sequence[Sequence[_Value]]) -> dict[str, str]:
    """Short name of every key that the runs differ in (of all keys, where there is one run)."""
    seen: dict[str, set[str]] = {}
    for values in chosen:
        for each in values:
            seen.setdefault(dotted(each.keys), set()).add(repr(each.value))
    lists = all(len(values) == len(seen) for values in chosen)
    varied = [key for key, found in seen.items() if len(found) > 1 or not lists] or list(seen)
    return dict(zip(varied, _short(varied), strict=True))


def _variant(base: Source, values: Sequence[_Value], names: Mapping[str, str]) -> Variant:
    changes = {dotted(each.keys): each.value for each in values}
    label = ", ".join(f"{names[key]}={shorten(value)}" for key, value in changes.items() if key in names)
    try:
        found = load_source(base, [Override(each.where, each.keys, each.value) for each in values])
    except ConfigError as error:
        return Variant(label, changes, None, error.problems)
    return Variant(label, changes, found, [])


def _tables(source: Source) -> tuple[list[list[_Value]], list[list[_Value]]]:
    """Rows of the list, and axes of the grid."""
    sweep = source.document.get(SWEEP)
    if not isinstance(sweep, Mapping) or not sweep or not sweep.keys() <= {"grid", "list"}:
        raise _fault(source, (SWEEP,), "a table with grid, list or both: what the runs differ in")
    listed, grid = sweep.get("list", []), sweep.get("grid", {})
    if not isinstance(grid, Mapping):
        raise _fault(source, (SWEEP, "grid"), "a table of lists, by key path")
    if not isinstance(listed, list) or not all(isinstance(row, Mapping) and row for row in listed):
        raise _fault(source, (SWEEP, "list"), "tables of values by key path: [[sweep.list]]")
    rows = [
        [_Value(keys, source.where(at), value) for keys, at, value in _leaves(row, (SWEEP, "list", i))]
        for i, row in enumerate(listed)
    ]
    axes = [_axis(source, *leaf) for leaf in _leaves(grid, (SWEEP, "grid"))]
    runs = prod(map(len, axes), start=max(len(rows), 1)) if rows or axes else 0
    if not 1 <= runs <= MOST_RUNS:
        raise _fault(source, (SWEEP,), f"a sweep of 1 to {MOST_RUNS:,} runs, not {runs:,}")
    return rows, axes


def _axis(source: Source, keys: tuple[str, ...], at: KeyPath, values: Any) -> list[_Value]:
    if not isinstance(values, list) or not values:
        raise _fault(source, at, "a list of the values to run, with at least one")
    return [_Value(keys, source.where((*at, i)), value) for i, value in enumerate(values)]


def _leaves(
    table: Mapping[str, Any], at: KeyPath, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], KeyPath, Any]]:
    """Key path, place and value of everything in nested tables; a path in quotes ends the descent."""
    for name, value in table.items():
        keys = (*above, *(key_path(name) or (name,)))
        whole = len(keys) > len(above) + 1
        if isinstance(value, Mapping) and not whole:
            yield from _leaves(value, (*at, name), keys)
        else:
            yield keys, (*at, name), value


def _refuse_overridden(source: Source, choice: Sequence[_Value]) -> None:
    for each in choice:
        for path, label in source.labels.items():
            if tuple(map(str, path))[: len(each.keys)] == each.keys:
                raise ConfigError([Problem(label, "", f"a key that the sweep does not vary ({each.where})")])


def _fault(source: Source, path: KeyPath, expected: str) -> ConfigError:
    return ConfigError([source.problem(path, expected)])


def _short(paths: list[str]) -> list[str]:
    last = [path.rpartition(".")[2] for path in paths]
    return [end if last.count(end) == 1 else path for end, path in zip(last, paths, strict=True)]
