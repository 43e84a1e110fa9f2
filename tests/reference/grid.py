"""A scenario grid in plain Python, every cell of it: the specification the kernels are held to.

Amounts are USD; `values` are the legs' signed notionals (spot: what is held of it). Nothing here is
shared with the kernels but the parameter files.
"""

from collections.abc import Sequence
from itertools import groupby
from math import inf
from typing import Any, NamedTuple

from stresskit.margin.grid.leg import Leg
from stresskit.margin.grid.parameters import GridParameters

TERMS = ("price", "extreme", "basis", "delta_shock", "depeg", "minimum", "outside")
ORDER = (("USDT", "USD"), ("USDT", "USDC"), ("USDC", "USD"))


class Found(NamedTuple):
    total: float
    terms: dict[str, float]


class Twin(NamedTuple):
    parameters: GridParameters
    legs: tuple[Leg, ...]
    initial: bool = False

    def price(self, leg: Leg, which: str) -> float:
        return leg.index_ratio if getattr(self.parameters.netting, which) == "index" else 1.0

    def gain(self, leg: Leg, move: float) -> float:
        inverse = leg.kind == "inverse" and self.parameters.netting.inverse_in == "coin"
        return 1 - 1 / (1 + move) if inverse else move

    def unit(self, leg: Leg) -> tuple[str, str, str]:
        netting = self.parameters.netting
        settle = leg.settle if netting.scope == "settlement" else ""
        return leg.asset, "" if netting.merged_quotes else leg.quote, settle

    def scope(self, leg: Leg) -> Any:
        by_settlement = self.parameters.netting.scope == "settlement"
        return leg.settle if by_settlement else self.unit(leg)

    def held(self, values: Sequence[float]) -> list[float]:
        """Values as far as they take part: spot is in use only where it hedges its unit's contracts."""
        found = []
        for leg, value in zip(self.legs, values, strict=True):
            if leg.kind != "spot":
                found.append(value)
            elif self.parameters.netting.spot_in_use:
                mine = [
                    (other.kind == "spot", v * self.price(other, "charges_of"))
                    for other, v in zip(self.legs, values, strict=True)
                    if self.unit(other) == self.unit(leg)
                ]
                spot = sum(v for is_spot, v in mine if is_spot)
                delta = sum(v for is_spot, v in mine if not is_spot)
                hedging = spot * delta < 0
                found.append(value * min(abs(delta / spot), 1.0) if hedging else 0.0)
            else:
                coin = self.parameters.collateral.get(leg.asset)
                found.append(value if coin and coin.cancels_risk else 0.0)
        return found

    def cell(self, unit: list[tuple[Leg, float]], key: str, n: int) -> float:
        """Loss of one unit in its n-th cell after the dampener."""
        tables = self.parameters.class_of(unit[0][0].asset)
        cells = getattr(tables, key) if tables else None
        if cells is None or n >= len(cells.moves):
            return 0.0
        move, relief = cells.moves[n], 0.0
        weight = cells.weights[n] if cells.weights else 1.0
        if cells.scaled_to:
            relief = max(abs(move) / cells.scaled_to - 1, 0.0) * cells.dampener_usd
            move = cells.scaled_to if move > 0 else -cells.scaled_to
        loss = -weight * sum(v * self.price(leg, "moves_of") * self.gain(leg, move) for leg, v in unit)
        return max(loss - relief, 0.0) if loss > 0 else loss

    def counted(self, unit: list[tuple[Leg, float]], loss: float) -> float:
        tables = self.parameters.class_of(unit[0][0].asset)
        offset = tables.offset if tables else None
        if loss >= 0:
            return loss
        limit = inf if offset is None or offset.largest_usd is None else offset.largest_usd
        return max(offset.share * loss, -limit) if offset else 0.0

    def worst(self, units: list[list[tuple[Leg, float]]], key: str) -> float:
        losses = [sum(self.counted(unit, self.cell(unit, key, n)) for unit in units) for n in range(30)]
        return max(0.0, *losses)

    def charges(self, whole: list[tuple[Leg, float]], used: list[tuple[Leg, float]]) -> dict[str, float]:
        """Every charge of one unit; `whole` values, and those of them that are `used`."""
        tables = self.parameters.class_of(whole[0][0].asset)
        assert tables is not None
        price = {leg: self.price(leg, "charges_of") for leg, _ in whole}
        found = dict.fromkeys(("basis", "delta_shock", "depeg", "minimum"), 0.0)
        if tables.basis:
            legs = sorted(used, key=self.expiry)
            for (is_spot, days), group in groupby(legs, key=self.expiry):
                members = list(group)
                if is_spot and not self.parameters.netting.spot_in_use:
                    continue
                rate = max(tables.basis.minimum, tables.basis.annualised * max(days, 0.0) / 365)
                found["basis"] += rate * abs(sum(v * price[leg] for leg, v in members))
        delta = sum(v * price[leg] for leg, v in whole)
        gross = sum(abs(v) * price[leg] for leg, v in whole)
        if tables.delta_shock:
            shock, coin = tables.delta_shock, whole[0][0].price or 1.0
            excess = max(abs(delta) / coin - shock.threshold_usd / coin, 0.0)
            found["delta_shock"] = min(excess * shock.per_coin, shock.largest) * abs(delta)
        if tables.depeg:
            found["depeg"] = self.sliced(self.matched(whole, price), tables.depeg.tiers, tables.depeg.above)
        if tables.minimum_charge:
            table = tables.minimum_charge
            raw = sum(table.rate * abs(v) * price[leg] for leg, v in whole if leg.kind != "spot")
            found["minimum"] += self.sliced(raw, table.multipliers, table.above)
        if tables.minimum_delta:
            hedged = (gross - abs(delta)) / 2
            found["minimum"] += tables.minimum_delta.net * abs(delta) + tables.minimum_delta.hedged * hedged
        return found

    @staticmethod
    def expiry(pair: tuple[Leg, float]) -> tuple[bool, float]:
        leg = pair[0]
        return leg.kind == "spot", -1.0 if leg.expiry_days is None else leg.expiry_days

    @staticmethod
    def sliced(amount: float, tiers: Sequence[tuple[float, float]], above: float) -> float:
        charge, floor = 0.0, 0.0
        for upper, rate in [*tiers, (inf, above)]:
            charge += rate * max(min(amount, upper) - floor, 0.0)
            floor = upper
        return charge

    @staticmethod
    def matched(legs: list[tuple[Leg, float]], price: dict[Leg, float]) -> float:
        delta = dict.fromkeys(("USDT", "USD", "USDC"), 0.0)
        for leg, value in legs:
            if leg.kind != "spot":
                delta[leg.quote] += value * price[leg]
        volume = 0.0
        for one, other in ORDER:
            if delta[one] * delta[other] < 0:
                size = min(abs(delta[one]), abs(delta[other]))
                delta[one] -= size if delta[one] > 0 else -size
                delta[other] -= size if delta[other] > 0 else -size
                volume += size
        return volume

    def outside(self, leg: Leg, value: float) -> float:
        tables = self.parameters.class_of(leg.asset)
        if leg.kind == "spot" or not tables or not tables.contracts:
            return 0.0
        rate = tables.contracts.maintenance + (tables.contracts.initial if self.initial else 0.0)
        return rate * abs(value) * self.price(leg, "charges_of")

    def requirement(self, values: Sequence[float], owed: float = 0.0) -> Found:
        parameters, used = self.parameters, self.held(values)
        borrowing = parameters.borrowing
        rate = (borrowing.initial if self.initial else borrowing.maintenance) if borrowing else 0.0
        factor = parameters.factors.initial if self.initial else parameters.factors.maintenance
        assert factor is not None
        terms = dict.fromkeys(
            ("price", "extreme", "basis", "delta_shock", "depeg", "minimum", "outside"), 0.0
        )
        total = terms["borrowing"] = rate * owed
        for scope in dict.fromkeys(map(self.scope, self.legs)):
            inside = [n for n, leg in enumerate(self.legs) if self.scope(leg) == scope]
            units = {self.unit(self.legs[n]): [] for n in inside}
            whole = {unit: [] for unit in units}
            for n in inside:
                units[self.unit(self.legs[n])].append((self.legs[n], used[n]))
                whole[self.unit(self.legs[n])].append((self.legs[n], values[n]))
            own = {key: self.worst(list(units.values()), key) for key in ("price", "extreme")}
            for unit, members in units.items():
                for name, charge in self.charges(whole[unit], members).items():
                    own[name] = own.get(name, 0.0) + charge
            own["outside"] = sum(self.outside(self.legs[n], values[n]) for n in inside)
            for name, amount in own.items():
                terms[name] += amount
            grid = max(own["price"], own["extreme"]) + own["basis"] + own["delta_shock"] + own["depeg"]
            total += factor * max(grid, own["minimum"]) + own["outside"]
        return Found(total, terms)
