"""``--what-if`` and ``--add``: moves of marks, and orders that change a book.

An order nets against a position of its contract (one-way mode); where both sides are held it goes
to the side of its own sign. It is filled at the mark without costs, so that equity stays: what a
closed part had gained is booked to the collateral.
"""

import re
from typing import Any, NamedTuple

from stresskit.config.account import NamedAccount, Position
from stresskit.config_file import Loaded, Override
from stresskit.contract import STABLE
from stresskit.errors import ConfigError, Problem

NUMBER = r"[+-]?[\d_]+(?:\.\d+)?(?:e\d+)?"
MOVE = re.compile(rf"([A-Z0-9]+)\s*({NUMBER})\s*%")
ORDER = re.compile(
    rf"(\S+)\s+({NUMBER})\s*(usd|USD|[A-Z0-9]+)(?:\s+(\d+(?:\.\d+)?)x)?(?:\s*@\s*(\d[\d_]*(?:\.\d+)?))?"
)
DUST_USD = 1e-6


class Order(NamedTuple):
    """A change of one contract: `usd` or `coins`, signed; leverage and mark where they were given."""

    label: str
    symbol: str
    usd: float | None
    coins: float | None
    leverage: float | None
    mark: float | None


def read_move(text: str) -> tuple[str, float]:
    """Read ``BTC -5%`` as ("BTC", -0.05).

    Raises
    ------
    ConfigError
        If it is none, or takes a price to zero.
    """
    found = MOVE.fullmatch(text.strip())
    if not found or float(found[2]) <= -100.0:
        raise ConfigError([Problem(f"--what-if {text!r}", "", 'a move above -100 % such as "BTC -5%"')])
    return found[1], float(found[2]) / 100.0


def read_order(text: str) -> Order:
    """Read ``ETH/USDT:USDT -10000 usd``, ``BTC/USDT:USDT 0.5 BTC 20x @ 60000``.

    Raises
    ------
    ConfigError
        If it is none.
    """
    label, found = f"--add {text!r}", ORDER.fullmatch(text.strip())
    base = found[1].partition("/")[0] if found else ""
    if not found or (found[3].lower() != "usd" and found[3] != base) or float(found[2]) == 0.0:
        expected = 'an order such as "ETH/USDT:USDT -10000 usd" or "BTC/USDT:USDT 0.5 BTC 20x @ 60000"'
        raise ConfigError([Problem(label, "", expected)])
    amount, in_usd = float(found[2]), found[3].lower() == "usd"
    leverage, mark = (float(part) if part else None for part in found.groups()[3:])
    return Order(label, found[1], amount if in_usd else None, None if in_usd else amount, leverage, mark)


def filled(loaded: Loaded, account: NamedAccount, path: tuple[str, ...], order: Order) -> list[Override]:
    """What of the config changes when `order` is filled in the account at key path `path`.

    Raises
    ------
    ConfigError
        If an order in coins finds no mark.
    """
    here: Any = loaded.source.document
    for key in path:
        here = here[int(key)] if key.isdigit() else here[key]
    entries = [dict(entry) for entry in here["positions"]]
    i = _place(account, order)
    old = None if i is None else account.positions[i]
    mark = order.mark or (old.mark if old else None) or _mark_of(account, order.symbol)
    delta = _usd(order, mark)
    entry = _entry(order, delta, mark) if old is None else _changed(entries[i or 0], old, delta)
    if i is None:
        entries += [entry] if entry else []
    else:
        entries[i : i + 1] = [entry] if entry else []
    overrides = [Override(order.label, (*path, "positions"), entries)]
    if old is not None and (realized := _realized(old, delta)):
        overrides.append(_booked(order, path, here["collateral"], realized))
    return overrides


def _place(account: NamedAccount, order: Order) -> int | None:
    """The position that an order changes."""
    sign = (order.usd or order.coins or 0.0) > 0
    same = [i for i, position in enumerate(account.positions) if position.symbol == order.symbol]
    own = [i for i in same if (account.positions[i].notional > 0) == sign]
    return next(iter(own if len(same) > 1 else same), None)


def _mark_of(account: NamedAccount, symbol: str) -> float | None:
    marks = [position.mark for position in account.positions if position.symbol == symbol]
    return next(filter(None, marks), (account.marks or {}).get(symbol.partition("/")[0]))


def _usd(order: Order, mark: float | None) -> float:
    if order.usd is not None:
        return order.usd
    if mark is None:
        raise ConfigError(
            [Problem(order.label, "", 'a mark, as in "... 0.5 BTC @ 60000": the config has none')]
        )
    return (order.coins or 0.0) * mark


def _entry(order: Order, delta: float, mark: float | None) -> dict[str, Any]:
    given = {"symbol": order.symbol, "notional_usd": delta, "mark": mark, "leverage": order.leverage}
    return {key: value for key, value in given.items() if value is not None}


def _changed(entry: dict[str, Any], old: Position, delta: float) -> dict[str, Any] | None:
    """The entry after `delta` USD at the mark; None where nothing is left."""
    new = old.notional + delta
    if abs(new) < DUST_USD:
        return None
    kept = {key: value for key, value in entry.items() if key not in ("quantity", "notional_usd", "entry")}
    kept["notional_usd"] = new
    if old.entry is not None and old.mark is not None and old.notional * new > 0:
        grown = abs(new) > abs(old.notional)
        kept["entry"] = _average(old, old.entry, delta, old.mark) if grown else old.entry
    return kept


def _average(old: Position, entry: float, delta: float, mark: float) -> float:
    """Entry price of the enlarged position: by coins, or by USD face where the contract is inverse."""
    new = old.notional + delta
    if old.contract.kind == "inverse":
        return new / (old.notional / entry + delta / mark)
    return (old.notional * entry + delta * mark) / new


def _realized(old: Position, delta: float) -> float:
    """Profit of the part that an order closes."""
    if old.notional * delta >= 0:
        return 0.0
    return old.unrealized * min(1.0, abs(delta / old.notional))


def _booked(order: Order, path: tuple[str, ...], collateral: Any, realized: float) -> Override:
    balances = [dict(balance) for balance in collateral]
    i = next((i for i, balance in enumerate(balances) if balance.get("asset") in STABLE), None)
    if i is None:
        balances.append({"asset": "USD", "amount": realized})
    else:
        balances[i]["amount"] += realized
    return Override(order.label, (*path, "collateral"), balances)
