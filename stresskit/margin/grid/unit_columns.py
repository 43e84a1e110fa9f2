"""What a grid knows of each underlying: minimum, offset, delta shock, and charges by slices."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stresskit.margin.grid.charge_tables import AssetTables
from stresskit.margin.grid.leg import Leg
from stresskit.margin.grid.slices import lines

NOTHING = [(0.0, 0.0)]


def unit_columns(legs: Sequence[Sequence[Leg]], tables: Sequence[AssetTables]) -> dict[str, Any]:
    """Columns (units,) of the grid; `legs` of each unit, and its tables."""
    return {
        "net_rate": np.array([net_rate(found) for found in tables]),
        "gross_rate": np.array([gross_rate(found) for found in tables]),
        "offset": np.array([found.offset.share if found.offset else 0.0 for found in tables]),
        "offset_limit": np.array([offset_limit(found) for found in tables]),
        "shock": np.array([shock(own[0], found) for own, found in zip(legs, tables, strict=True)]),
        "matching": np.array(
            [int(matched(*pair)) for pair in zip(legs, tables, strict=True)], dtype=np.int64
        ),
        **slices("factor", "allowance", [multipliers(found) for found in tables]),
        **slices("depeg", "depeg_allowance", [depeg_lines(found) for found in tables]),
    }


def net_rate(found: AssetTables) -> float:
    """Rate on the net delta when the hedged one is written as half of gross less net."""
    return found.minimum_delta.net - found.minimum_delta.hedged / 2 if found.minimum_delta else 0.0


def gross_rate(found: AssetTables) -> float:
    """Rate on the gross delta likewise."""
    return found.minimum_delta.hedged / 2 if found.minimum_delta else 0.0


def offset_limit(found: AssetTables) -> float:
    """The most that a gain relieves, in USD."""
    limit = found.offset.largest_usd if found.offset else None
    return np.inf if limit is None else limit


def shock(leg: Leg, found: AssetTables) -> tuple[float, float, float]:
    """Threshold in USD, rate per USD and largest rate of the delta shock.

    Raises
    ------
    ValueError
        If the price of a coin is not known.
    """
    table = found.delta_shock
    if table is None:
        return 0.0, 0.0, 0.0
    if leg.price is None:
        raise ValueError(f"the mark price of {leg.asset}: its delta shock is counted in coins")
    return table.threshold_usd, table.per_coin / leg.price, table.largest


def matched(legs: Sequence[Leg], found: AssetTables) -> bool:
    """Whether contracts of several quote currencies can be opposite in one unit."""
    quotes = {leg.quote for leg in legs if leg.kind != "spot"}
    return found.depeg is not None and len(quotes) > 1


def multipliers(found: AssetTables) -> list[tuple[float, float]]:
    """Lines of the minimum charge."""
    table = found.minimum_charge
    return lines(table.multipliers, table.above) if table else NOTHING


def depeg_lines(found: AssetTables) -> list[tuple[float, float]]:
    """Lines of the charge on matched volume."""
    return lines(found.depeg.tiers, found.depeg.above) if found.depeg else NOTHING


def slices(rate: str, allowance: str, rows: Sequence[list[tuple[float, float]]]) -> dict[str, Any]:
    """Lines of each unit (units, slices), padded with what never matters."""
    width = max(map(len, rows))
    padded = np.array([[*row, *[(0.0, np.inf)] * (width - len(row))] for row in rows])
    return {
        rate: np.ascontiguousarray(padded[:, :, 0]),
        allowance: np.ascontiguousarray(padded[:, :, 1]),
    }
