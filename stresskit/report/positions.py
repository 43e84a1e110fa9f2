"""Positions of an account: size, distance to liquidation, and maintenance by mode."""

from collections.abc import Iterator, Sequence
from math import sqrt

from stresskit.report import findings
from stresskit.report.blocks import Block, Cell, cell, left, right, section, table
from stresskit.report.format import UNDEFINED, money, move, significant, stated
from stresskit.report.view import Account

DAYS_A_YEAR = 365.0


def liquidation_move(account: Account, place: int, mode: str) -> float | None:
    """Relative move of one mark, others frozen, at which the account dies; None if there is none."""
    price = account.margin[mode]["positions"][place]["liquidation_price"]
    mark = account.config["positions"][place].get("mark", 1.0)
    return None if price is None else float(price) / float(mark) - 1.0


def _moves(account: Account) -> dict[str, float]:
    found = [
        (position["symbol"], liquidation_move(account, place, account.base))
        for place, position in enumerate(account.margin[account.base]["positions"])
    ]
    return {symbol: value for symbol, value in found if value is not None}


def positions(account: Account) -> Iterator[Block]:
    """The table of positions under the shortest way to liquidation."""
    yield section("Positions", findings.nearest(_moves(account), account.label(account.base)))
    yield _table(account)


def _table(account: Account) -> Block:
    modes = account.modes[:2]
    columns = [left("Position", 1.8), right("Notional, USD", 1.2), right("Leverage", 0.9)]
    columns += [right(f"To liquidation, {mode}", 1.6) for mode in modes]
    columns += [right(f"Maintenance, {mode}, USD", 1.4) for mode in modes]
    rows = [_position_row(account, place, modes) for place in range(len(account.config["positions"]))]
    notes = [
        "To liquidation: move of that mark alone, the others frozen, and in daily standard deviations at the "
        "initial volatility. A display, not the test: paths are tested on the whole account.",
        *_undefined(account, modes),
    ]
    return table(columns, rows, notes)


def _undefined(account: Account, modes: Sequence[str]) -> Iterator[str]:
    for mode in modes:
        for position in account.margin[mode]["positions"]:
            if position["liquidation_price"] is None:
                yield f"{UNDEFINED}: {position['reason']}."


def _position_row(account: Account, place: int, modes: Sequence[str]) -> list[Cell]:
    config = account.config["positions"][place]
    shown = account.margin[account.base]["positions"][place]
    side = "long" if shown["notional"] > 0.0 else "short"
    moves = [_move_cell(account, place, mode) for mode in modes]
    parts: list[Cell] = [money(account.margin[m]["positions"][place]["maintenance"]) for m in modes]
    leverage = f"{stated(config['leverage'])}×" if "leverage" in config else UNDEFINED
    return [cell(shown["symbol"], side), money(shown["notional"]), leverage, *moves, *parts]


def _move_cell(account: Account, place: int, mode: str) -> Cell:
    found = liquidation_move(account, place, mode)
    if found is None:
        return UNDEFINED
    asset = account.config["positions"][place]["symbol"].partition("/")[0]
    annual = account.results.metrics["initial_volatility"].get(asset)
    sigmas = f"{significant(abs(found) / (annual / sqrt(DAYS_A_YEAR)))} daily σ" if annual else ""
    return cell(move(found), sigmas)
