"""One position of the margin report: its shares, and the prices that liquidate or bankrupt the account."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stresskit.config.position import Position
from stresskit.margin.bracket_table import table_symbol
from stresskit.margin.brackets import BracketTable
from stresskit.margin.display import Held, shown_price
from stresskit.pipeline.accounts import Mode, Prepared
from stresskit.pipeline.desk import Desk, liquidation_mark
from stresskit.pipeline.isolated_now import Alone


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """An account under one mode at its present marks."""

    account: Prepared
    mode: Mode
    desk: Desk
    equity: float
    maintenance: float


def position_object(
    standing: Standing, i: int, initial: float, own: float, alone: list[Alone]
) -> dict[str, Any]:
    """What the mode asks of position `i`, and where it ends; `alone` is empty but under isolated margin."""
    given = standing.account.spec.positions[i]
    mine = alone[i] if alone else None
    desk, place = (mine.desk, 0) if mine else (standing.desk, i)
    mark, here = liquidation_mark(desk, place) if desk else None, _here(standing, i)
    found: dict[str, Any] = {
        "symbol": given.symbol,
        "notional": given.notional * (1.0 if given.contract.kind == "inverse" else here),
        "initial": initial,
        "maintenance": own,
        "liquidation_move": None if mark is None else mark / here - 1.0,
        "liquidation_price": None if mark is None or given.mark is None else mark * given.mark,
        "displayed": _displayed(standing, i, own, mine),
    }
    if mine and mine.desk:
        found |= {"margin": mine.margin, "equity": mine.equity, "ratio": mine.ratio}
    if standing.mode.rulebook and (table := table_symbol(standing.mode.rulebook.tables, given.symbol)):
        found |= {"table": table} if table != given.symbol else {}
    return _with_reason(found, standing, mine, given)


def _here(standing: Standing, i: int) -> float:
    """Mark of the position's asset, relative to the start, at which the account stands."""
    desk = standing.desk
    return float(desk.base[desk.contender.book.asset[i]])


def _with_reason(
    found: dict[str, Any], standing: Standing, mine: Alone | None, given: Position
) -> dict[str, Any]:
    equity, maintenance = (mine.equity, mine.maintenance) if mine else (standing.equity, standing.maintenance)
    if mine and not mine.desk:
        found["reason"] = "spot needs no margin of its own and is not liquidated"
    elif found["liquidation_move"] is None and equity <= maintenance:
        found["reason"] = "equity is at or below maintenance already"
    elif found["liquidation_move"] is None:
        found["reason"] = "no positive price of this coin alone brings equity down to maintenance"
    elif given.mark is None:
        found["reason"] = "the config gives no mark price for this position"
    return found


def _displayed(standing: Standing, i: int, own: float, mine: Alone | None) -> dict[str, Any]:
    """The venue's own figure for position `i`."""
    given, mode = standing.account.spec.positions[i], standing.mode
    kind = given.contract.kind
    if not isinstance(mode.contender.rule, BracketTable) or kind == "spot":
        return {"price": None, "reason": "no venue displays a price for this"}
    if given.mark is None:
        return {"price": None, "reason": "the config gives no mark price for this position"}
    price = shown_price(standing.account.spec.venue, mode.spec.rule, kind, _held(standing, i, own, mine))
    if price is None:
        return {"price": None, "reason": "the venue displays none here or its formula is not published"}
    return {"price": price}


def _held(standing: Standing, i: int, own: float, mine: Alone | None) -> Held:
    """The position in the money of its settlement asset."""
    account, rule = standing.account.spec, standing.mode.contender.rule
    given, usd = account.positions[i], account.positions[i].quote_usd or 1.0
    assert given.mark is not None
    start, mark = given.mark * usd, given.mark * _here(standing, i)
    inverse, notional = given.contract.kind == "inverse", given.notional
    unit = mark * usd if inverse else usd
    brackets = _brackets(rule, i, start if rule.in_coin[i] > 0.0 else usd)
    size = abs(notional) / (usd if inverse else start)
    counted = size * mark if rule.in_coin[i] == 0.0 and not inverse else size
    present = [row for row in brackets if row[0] < counted or row[0] == 0][-1]
    profit = [_profit(standing, j) for j in range(len(account.positions))]
    others = sum(profit) - profit[i] - (standing.maintenance - own)
    twins = [p for j, p in enumerate(account.positions) if p.symbol == given.symbol and j != i]
    return Held(
        side=1 if notional > 0 else -1,
        size=size,
        entry=given.entry or given.mark,
        mark=mark,
        leverage=given.leverage,
        wallet=(mine.margin if mine else standing.equity - sum(profit)) / unit,
        others=0.0 if mine else others / unit,
        maintenance=own / unit,
        brackets=brackets,
        rate=present[1],
        deduction=present[2],
        fee=float(rule.closing_fee[i]),
        opposite=0.0 if mine else sum(abs(p.notional) for p in twins) / start,
    )


def _brackets(rule: BracketTable, i: int, unit: float) -> tuple[tuple[float, float, float], ...]:
    """Rows of (floor, rate, deduction) in the table's own units."""
    listed = np.isfinite(rule.floor[i])
    columns = [rule.floor[i][listed] / unit, rule.rate[i][listed], rule.deduction[i][listed] / unit]
    return tuple((float(f), float(r), float(d)) for f, r, d in zip(*columns, strict=True))


def _profit(standing: Standing, j: int) -> float:
    """Unrealized profit of position `j` where the account stands, in USD."""
    moved = float(standing.account.book.quantity[j]) * (_here(standing, j) - 1.0)
    return standing.account.spec.positions[j].unrealized + moved
