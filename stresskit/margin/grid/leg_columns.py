"""What a grid knows of each leg: where it nets, which prices it takes, and its rates."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stresskit.domain import Float1D
from stresskit.margin.grid.charge_tables import AssetTables
from stresskit.margin.grid.leg import Leg
from stresskit.margin.grid.parameters import Coin, GridParameters
from stresskit.margin.grid.table import QUOTES


def leg_columns(
    parameters: GridParameters, legs: Sequence[Leg], classes: Sequence[AssetTables]
) -> dict[str, Any]:
    """Columns (legs,) of the grid, but for the numbers of units and groups and the gains."""
    netting = parameters.netting
    outside, added = outside_rates(parameters, legs, classes)
    part = np.array([takes_part(parameters, leg) for leg in legs])
    return {
        "quote": np.array([quote_of(leg) for leg in legs], dtype=np.int64),
        "moved": part * np.array([price_of(leg, netting.moves_of) for leg in legs]),
        "charged": np.array([price_of(leg, netting.charges_of) for leg in legs]),
        "hedging": np.array([float(leg.kind == "spot" and netting.spot_in_use) for leg in legs]),
        "coin": np.array([coin_share(leg, legs) for leg in legs]),
        "minimum": np.array([minimum_rate(leg, found) for leg, found in zip(legs, classes, strict=True)]),
        "outside": outside,
        "initial_outside": outside + added,
    }


def coin_share(leg: Leg, legs: Sequence[Leg]) -> float:
    """Share of a spot leg in the coins held of its asset; 0 for contracts."""
    if leg.kind != "spot":
        return 0.0
    return 1.0 / sum(other.kind == "spot" and other.asset == leg.asset for other in legs)


def quote_of(leg: Leg) -> int:
    """Place of a contract's quote currency in `QUOTES`, -1 where it is not matched."""
    return QUOTES.index(leg.quote) if leg.kind != "spot" and leg.quote in QUOTES else -1


def price_of(leg: Leg, chosen: str) -> float:
    """The chosen price over the mark."""
    return leg.index_ratio if chosen == "index" else 1.0


def takes_part(parameters: GridParameters, leg: Leg) -> float:
    """Whether a leg is in the cells: contracts are, spot where it is netted or cancels risk."""
    if leg.kind != "spot" or parameters.netting.spot_in_use:
        return 1.0
    coin = coin_of(parameters, leg)
    return float(coin is not None and coin.cancels_risk)


def coin_of(parameters: GridParameters, leg: Leg) -> Coin | None:
    """The collateral table of a spot leg."""
    return parameters.collateral.get(leg.asset) if leg.kind == "spot" else None


def minimum_rate(leg: Leg, found: AssetTables) -> float:
    """Rate of the minimum charge; coins need not be closed."""
    return found.minimum_charge.rate if found.minimum_charge and leg.kind != "spot" else 0.0


def outside_rates(
    parameters: GridParameters, legs: Sequence[Leg], classes: Sequence[AssetTables]
) -> tuple[Float1D, Float1D]:
    """Rates on each leg's gross value outside the factor, and what initial margin adds to them."""
    maintenance, added = np.zeros(len(legs)), np.zeros(len(legs))
    for p, (leg, found) in enumerate(zip(legs, classes, strict=True)):
        coin, oracle = coin_of(parameters, leg), parameters.oracle
        if leg.kind != "spot" and found.contracts:
            maintenance[p], added[p] = found.contracts.maintenance, found.contracts.initial
        elif leg.haircuts is not None:
            maintenance[p], added[p] = leg.haircuts
        elif coin is not None:
            maintenance[p], added[p] = coin.maintenance, coin.initial
        if oracle is not None and leg.confidence < oracle.threshold:
            added[p] += oracle.factor * (1.0 - leg.confidence)
    return maintenance, added
