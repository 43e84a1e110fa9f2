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
from stresskit.measure.pieces import Pieces, Places

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

    def whole(self) -> Pieces:
        """Mark-to-market losses of the book."""
        return Pieces(len(self.column("pnl")), lambda some: 0.0 - self.column("pnl")[some])

    def loss(self, i: int) -> Pieces:
        """Losses of one leg; after the legs comes the rest."""
        whole = self.whole()
        if i < len(self.legs):
            leg = self.legs[i]
            return Pieces(len(whole), lambda some: self._lost(leg, some))

        def left(some: Places) -> Float1D:
            found = whole.read(some)
            for leg in by_asset(self.legs):
                found -= self._lost(leg, some)
            return found

        return Pieces(len(whole), left)

    def _lost(self, leg: Leg, some: Places) -> Float1D:
        return np.asarray(leg.exposure * (1.0 - self.column(f"mark_{leg.asset}")[some]))

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
    nothing = NOTHING * max(1.0, _largest(plain.whole()))
    return plain if _largest(left) <= nothing else Division(column, plain.legs, "other")


def _largest(sample: Pieces) -> float:
    """The largest size of a value."""
    return max((float(np.abs(piece).max()) for piece in sample), default=0.0)


def by_asset(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """All legs of one asset together, in the order of their first."""
    net: dict[str, float] = {}
    for leg in legs:
        net[leg.asset] = net.get(leg.asset, 0.0) + leg.exposure
    return tuple(Leg(asset, asset, exposure) for asset, exposure in net.items())
