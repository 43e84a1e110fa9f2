"""Tables of positions and balances -> accounts as the config would say them, each with its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import Any

from stresskit.config.fault import did_you_mean
from stresskit.config_file.places import KeyPath
from stresskit.errors import DataError, Problem
from stresskit.market.price_table import Faults, Table, read_table
from stresskit.study.cohort.spec import Cohort

TEXTS = ("account", "symbol", "asset")
POSITION = ("symbol", "notional_usd", "quantity", "leverage", "entry", "mark", "quote_usd")
BALANCE = ("asset", "amount", "mark", "ratio")
ACCOUNT, COLLATERAL = "account", "collateral"


@dataclass(frozen=True, slots=True)
class Holder:
    """An account of the cohort: its own name, what it holds, and where that stands."""

    name: str
    positions: list[dict[str, Any]] = field(default_factory=list)
    collateral: list[dict[str, Any]] = field(default_factory=list)
    places: dict[KeyPath, str] = field(default_factory=dict)


def read_holders(cohort: Cohort, base: Path) -> list[Holder]:
    """Read the accounts of a cohort in the order in which they first appear.

    Raises
    ------
    DataError
        If a table cannot be read, lacks a column, or its rows contradict each other.
    """
    table = read_table(base / cohort.positions)
    faults = Faults(table.path)
    inline = () if cohort.balances else (COLLATERAL,)
    holders: dict[str, Holder] = {}
    for row, cells in _rows(table, (ACCOUNT, "symbol", *inline), POSITION, faults):
        holder = holders.setdefault(cells[ACCOUNT], Holder(cells[ACCOUNT]))
        holder.places["positions", len(holder.positions)] = f"{table.path}:{row}"
        holder.positions.append({key: cells[key] for key in POSITION if key in cells})
        if inline:
            _same_collateral(holder, cells.get(COLLATERAL), cohort.asset, row, table.path, faults)
    faults.stop()
    if cohort.balances:
        _read_balances(base / cohort.balances, holders)
    for holder in holders.values():
        if not holder.collateral:
            expected = f'a balance of account "{holder.name}"'
            faults.add(0, "", f"{expected} in {cohort.balances}")
    faults.stop()
    return list(holders.values())


def _same_collateral(holder: Holder, amount: Any, asset: str, row: int, path: str, faults: Faults) -> None:
    if amount is None:
        faults.add(row, COLLATERAL, f"what account {holder.name} has put up, in {asset}")
    elif not holder.collateral:
        holder.places[COLLATERAL, 0] = f"{path}:{row}"
        holder.collateral.append({"asset": asset, "amount": amount})
    elif holder.collateral[0]["amount"] != amount:
        said = holder.collateral[0]["amount"]
        faults.add(row, COLLATERAL, f"{said}, as in the first row of account {holder.name}, not {amount}")


def _read_balances(path: Path, holders: Mapping[str, Holder]) -> None:
    table = read_table(path)
    faults = Faults(table.path)
    for row, cells in _rows(table, (ACCOUNT, "asset", "amount"), BALANCE, faults):
        holder = holders.get(cells[ACCOUNT])
        if holder is None:
            faults.add(row, ACCOUNT, f"an account with positions, not {cells[ACCOUNT]}")
            continue
        holder.places[COLLATERAL, len(holder.collateral)] = f"{table.path}:{row}"
        holder.collateral.append({key: cells[key] for key in BALANCE if key in cells})
    faults.stop()


def _rows(
    table: Table, required: tuple[str, ...], known: tuple[str, ...], faults: Faults
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Row number and cells that are not empty; a row without an account is a fault."""
    columns = {*required, *known}
    for name in required:
        if name not in table.columns:
            faults.add(table.header, name, "this column is required")
    for name in table.columns:
        if name not in columns:
            faults.add(table.header, name, f"no such column{did_you_mean(name, sorted(columns))}")
    faults.stop()
    for i, row in enumerate(table.rows.tolist()):
        cells = {
            name: found for name, column in table.columns.items() if (found := _cell(name, column[i])) != ""
        }
        if ACCOUNT in cells:
            yield row, cells
        else:
            faults.add(row, ACCOUNT, "the name of an account")


def _cell(name: str, value: Any) -> Any:
    """Text, or a number where the column holds numbers; an empty cell is empty text."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if name in TEXTS:
        return str(value).strip()
    if hasattr(value, "item"):
        value = value.item()
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value.strip()


def data_error(problems: list[Problem]) -> DataError:
    """Faults of the tables: the first twenty, and how many others there are."""
    shown = problems[:20]
    rest = len(problems) - len(shown)
    return DataError([*shown, *([Problem("", "", f"and {rest} more faults")] if rest else [])])
