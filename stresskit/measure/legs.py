"""What a book is divided into: positions and coins of the wallet, each of which moves with one asset.

A leg of exposure x earns x (mark - 1) by the horizon. What a book earns beside its legs (funding, the
basis) is a leg of its own, so that the legs always add up to the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D
from stresskit.measure.life import Columns

NOTHING = 1e-9  # of the largest loss: what rounding makes of none


class Leg(NamedTuple):
    """A position, the coins of one asset in the wallet, or all that hangs on one asset.

    `exposure`: signed USD at the start; `position`: place in the book, None of what is no position.
    """

    name: str
    asset: str
    exposure: float
    position: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """A book's losses (paths,) and the legs that they divide into; `rest` names what no leg earns.

    `column` reads the market's columns ``pnl`` and ``mark_<asset>``.
    """

    column: Columns
    legs: tuple[Leg, ...]
    rest: str | None = None

    @property
    def size(self) -> int:
        """Number of legs, the rest among them."""
        return len(self.legs) + (self.rest is not None)

    def whole(self) -> Float1D:
        """Mark-to-market losses of the book."""
        return np.asarray(0.0 - self.column("pnl"))

    def loss(self, i: int) -> Float1D:
        """Losses of one leg; after the legs comes the rest."""
        if i < len(self.legs):
            leg = self.legs[i]
            return np.asarray(leg.exposure * (1.0 - self.column(f"mark_{leg.asset}")))
        left = self.whole()
        for leg in by_asset(self.legs):
            left -= leg.exposure * (1.0 - self.column(f"mark_{leg.asset}"))
        return left

    def named(self) -> list[dict[str, Any]]:
        """Each leg as JSON."""
        found: list[dict[str, Any]] = [{"name": leg.name, "asset": leg.asset} for leg in self.legs]
        return found + ([{"name": self.rest}] if self.rest is not None else [])


def division(column: Columns, legs: Sequence[Leg], carried: Sequence[str]) -> Division:
    """Divide a book; `carried` names what it earns beside its legs."""
    plain = Division(column, tuple(legs))
    if carried:
        return Division(column, plain.legs, " and ".join(carried))
    left = Division(column, plain.legs, "").loss(len(legs))
    large = float(np.abs(column("pnl")).max(initial=1.0))
    return (
        plain
        if float(np.abs(left).max(initial=0.0)) <= NOTHING * large
        else Division(column, plain.legs, "other")
    )


def by_asset(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """All legs of one asset together, in the order of their first."""
    net: dict[str, float] = {}
    for leg in legs:
        net[leg.asset] = net.get(leg.asset, 0.0) + leg.exposure
    return tuple(Leg(asset, asset, exposure) for asset, exposure in net.items())
