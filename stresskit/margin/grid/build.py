"""From parameters and the legs of a book to the arrays of the grid."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from stresskit.domain import Int1D
from stresskit.margin.grid.basis import basis_rate
from stresskit.margin.grid.cells import Cell, cells_of, needed, profits
from stresskit.margin.grid.charge_tables import AssetTables
from stresskit.margin.grid.leg import Leg
from stresskit.margin.grid.leg_columns import leg_columns
from stresskit.margin.grid.lone import lone_lines, plain_scopes
from stresskit.margin.grid.parameters import AssetClass, GridParameters
from stresskit.margin.grid.revaluation import Money
from stresskit.margin.grid.table import GridTable
from stresskit.margin.grid.unit_columns import unit_columns

NOTHING = Cell(0.0, "same", 0.0, float("nan"), 0.0)


def numbered(keys: Sequence[Hashable]) -> Int1D:
    """Number keys in the order of their first appearance."""
    places = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    return np.array([places[key] for key in keys], dtype=np.int64)


def first_of(numbers: Int1D) -> list[int]:
    """Place of the first member of each number."""
    return [int(np.flatnonzero(numbers == n)[0]) for n in range(int(numbers.max()) + 1)]


def class_of(parameters: GridParameters, leg: Leg) -> AssetClass:
    """The tables of a leg's asset.

    Raises
    ------
    ValueError
        If the file has none.
    """
    found = parameters.class_of(leg.asset)
    if found is None:
        known = ", ".join(asset for each in parameters.classes for asset in each.assets)
        raise ValueError(f"an asset with parameters of {parameters.venue}: {known}; not {leg.asset}")
    return found


def unit_of(parameters: GridParameters, leg: Leg) -> Hashable:
    """What is one underlying to the venue: a coin, by quote currency or by settlement where it says so."""
    quote = "" if parameters.netting.merged_quotes else leg.quote
    return leg.asset, quote, leg.settle if parameters.netting.scope == "settlement" else ""


def build_grid(
    parameters: GridParameters,
    legs: Sequence[Leg],
    initial_factor: float | None = None,
    stable: float = 1.0,
) -> GridTable:
    """Arrays of the grid for the legs of one book.

    Parameters
    ----------
    legs : one a position; every asset must have a class.
    initial_factor : for venues that do not publish theirs.
    stable : USD price of the settlement stablecoin.

    Raises
    ------
    ValueError
        If an asset has no class, a delta shock lacks the coin's price, or the initial factor is
        not known.
    """
    classes = [class_of(parameters, leg) for leg in legs]
    unit = numbered([unit_of(parameters, leg) for leg in legs])
    group = numbered([(u, leg.expiry_days, leg.kind == "spot") for u, leg in zip(unit, legs, strict=True)])
    columns, units = leg_columns(parameters, legs, classes), first_of(unit)
    members = [[leg for leg, own in zip(legs, unit, strict=True) if own == u] for u in range(len(units))]
    borrowing = parameters.borrowing
    table = GridTable(
        unit=unit,
        group=group,
        **columns,
        basis=np.array([_basis(legs[p], classes[p], columns["moved"][p]) for p in first_of(group)]),
        **_members(unit, group, numbered([_scope(parameters, legs[p], p) for p in units])),
        **unit_columns(members, [classes[p] for p in units]),
        **_cells(parameters.netting.inverse_in, legs, classes, units),
        **_no_lines(len(legs), len(units)),
        core=parameters.factors.maintenance,
        initial_core=_initial_core(parameters, initial_factor, stable),
        borrowing=borrowing.maintenance if borrowing else 0.0,
        initial_borrowing=borrowing.initial if borrowing else 0.0,
        convex=0,
    )
    return plain_scopes(lone_lines(table._replace(convex=int(_convex(table)))))


def _scope(parameters: GridParameters, leg: Leg, unit: int) -> Hashable:
    return leg.settle if parameters.netting.scope == "settlement" else unit


def _members(unit: Int1D, group: Int1D, scope: Int1D) -> dict[str, Any]:
    """The legs and units of each scope, and the first leg of each leg's group."""
    scopes = range(int(scope.max()) + 1)
    return {
        "scope": scope,
        "first": np.array([0, *np.cumsum([np.sum(scope[unit] == s) for s in scopes])], dtype=np.int64),
        "member": np.argsort(scope[unit], kind="stable"),
        "unit_first": np.array([0, *np.cumsum([np.sum(scope == s) for s in scopes])], dtype=np.int64),
        "units": np.argsort(scope, kind="stable"),
        "head": np.array(first_of(group), dtype=np.int64)[group],
    }


def _basis(leg: Leg, found: AssetTables, moved: float) -> float:
    if found.basis is None or not moved:
        return 0.0
    return basis_rate(found.basis.minimum, found.basis.annualised, leg.expiry_days)


def _cells(
    money: Money, legs: Sequence[Leg], classes: Sequence[AssetTables], units: Sequence[int]
) -> dict[str, Any]:
    """Gains (cells, legs), relief (units, cells) and the family of each cell that can be the worst."""
    gains, reliefs, family = [], [], []
    for number, key in enumerate(("price", "extreme")):
        tables = [cells_of(getattr(found, key)) for found in classes]
        width = max(map(len, tables))
        tables = [cells + [NOTHING] * (width - len(cells)) for cells in tables]
        every = [profits([leg], cells, money) for leg, cells in zip(legs, tables, strict=True)]
        whole = np.concatenate(every)
        relief = np.array([[cell.relief for cell in tables[p]] for p in units]).reshape(len(units), width)
        kept = needed(whole, relief)
        gains.append(whole[:, kept])
        reliefs.append(relief[:, kept])
        family += [number] * len(kept)
    return {
        "gains": np.ascontiguousarray(np.concatenate(gains, axis=1).T),
        "relief": np.ascontiguousarray(np.concatenate(reliefs, axis=1)),
        "family": np.array(family, dtype=np.int64),
    }


def _initial_core(parameters: GridParameters, given: float | None, stable: float) -> float:
    factor = parameters.factors.initial if given is None else given
    if factor is None:
        raise ValueError(f"an initial factor: {parameters.venue} does not publish its own")
    peg = parameters.peg
    return factor if peg is None else factor + max(0.0, peg.threshold - stable) * peg.factor


def _convex(table: GridTable) -> bool:
    """Whether no part of the rule can bend down: quote matching, spot in use and delta shock do."""
    return not (table.matching.any() or table.hedging.any() or table.shock[:, 1].any())


def _no_lines(legs: int, units: int) -> dict[str, Any]:
    names = ("long_slope", "short_slope", "long_deduction", "short_deduction")
    empty = {name: np.zeros((legs, 1)) for name in names}
    none = np.full(units, -1, dtype=np.int64)
    return {"lone": none, "plain": none, "falling": np.zeros(units), "rising": np.zeros(units), **empty}
