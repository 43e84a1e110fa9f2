"""Positions of an account: size, distance to liquidation, and maintenance by mode."""

from collections.abc import Iterator, Sequence
from math import sqrt

from stresskit.report import margin_findings
from stresskit.report.blocks import Block, Cell, cell, left, right, section, table
from stresskit.report.format import UNDEFINED, money, move, significant, stated
from stresskit.report.view import MOST_SHOWN, Account, Json

DAYS_A_YEAR = 365.0


def liquidation_move(position: Json, config: Json) -> float | None:
    """Relative move of the mark that liquidates: as stored, or from the price where the mark is known."""
    if "liquidation_move" in position:
        found: float | None = position["liquidation_move"]
        return found
    price, mark = position["liquidation_price"], config.get("mark")
    return None if price is None or mark is None else float(price) / float(mark) - 1.0


def is_spot(symbol: str) -> bool:
    """Whether a symbol names the coin itself: nothing is settled."""
    return ":" not in symbol


def positions(account: Account) -> Iterator[Block]:
    """The table of positions under the shortest way to liquidation."""
    moves = {p["symbol"]: change for p, change in _moves(account, account.base) if change is not None}
    yield section("Positions", margin_findings.nearest(moves, account.label(account.base)))
    yield _table(account)


def _moves(account: Account, mode: str) -> list[tuple[Json, float | None]]:
    stored, config = account.margin[mode]["positions"], account.config["positions"]
    return [(p, liquidation_move(p, spec)) for p, spec in zip(stored, config, strict=True)]


def _table(account: Account) -> Block:
    modes = account.modes[:MOST_SHOWN]
    columns = [left("Position", 1.8), right("Notional, USD", 1.2), right("Leverage", 0.9)]
    columns += [right(f"To liquidation, {mode}", 1.6) for mode in modes]
    columns += [right(f"Maintenance, {mode}, USD", 1.4) for mode in modes]
    rows = [_row(account, place, modes) for place in range(len(account.config["positions"]))]
    notes = [
        "To liquidation: move of that mark alone, the others frozen, and in daily standard deviations at the "
        "initial volatility. A display, not the test: paths are tested on the whole account.",
        *_undefined(account, modes),
    ]
    return table(columns, rows, notes)


def _undefined(account: Account, modes: Sequence[str]) -> Iterator[str]:
    for mode in modes:
        for position, change in _moves(account, mode):
            if change is None:
                yield f"{UNDEFINED}: {position.get('reason', 'the config gives no mark')}."


def _row(account: Account, place: int, modes: Sequence[str]) -> list[Cell]:
    config = account.config["positions"][place]
    found = [account.margin[mode]["positions"][place] for mode in modes]
    side = "long" if found[0]["notional"] > 0.0 else "short"
    borrowed = "leverage" in config and not is_spot(found[0]["symbol"])
    leverage = f"{stated(config['leverage'])}×" if borrowed else UNDEFINED
    moves = [_move(account, *_moves(account, mode)[place]) for mode in modes]
    parts: list[Cell] = [money(position["maintenance"]) for position in found]
    return [cell(found[0]["symbol"], side), money(found[0]["notional"]), leverage, *moves, *parts]


def _move(account: Account, position: Json, found: float | None) -> Cell:
    """The move to liquidation over what it is in daily sigmas, and the price where the mark is known."""
    if found is None:
        return UNDEFINED
    price = position["liquidation_price"]
    annual = account.results.metrics["initial_volatility"].get(position["symbol"].partition("/")[0])
    told = [] if annual is None else [f"{significant(abs(found) / (annual / sqrt(DAYS_A_YEAR)))} daily σ"]
    told += [] if price is None else [f"at {significant(price, 6)}"]
    return cell(move(found), ", ".join(told))
