"""The book of a config at another venue: the same coins and dollars, in contracts that the venue lists."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from stresskit.config_file import Loaded, Override, altered
from stresskit.study.events.offered import Offered

DOLLARS = ("USDT", "USDC")
LABEL = "the events table"


def venue_symbol(symbol: str, listed: Collection[str]) -> str:
    """The venue's contract of the same coin that settles in another dollar, where it lists no such one."""
    pair, _, settle = symbol.partition(":")
    if symbol in listed or settle not in DOLLARS:
        return symbol
    coin = pair.partition("/")[0]
    others = (f"{coin}/{dollar}:{dollar}" for dollar in DOLLARS)
    return next((other for other in others if other in listed), symbol)


def restated(loaded: Loaded, offered: Offered, events: Mapping[str, Any]) -> Loaded:
    """The config of `loaded` at the venue of `offered`, under its mode alone, with `events` as scenarios.

    Raises
    ------
    ConfigError
        As for a config that says so.
    """
    return altered(loaded, list(_changes(loaded, offered, events)))


def charged(loaded: Loaded, fee: float | None) -> Loaded:
    """The config with another liquidation fee; None changes nothing."""
    if fee is None:
        return loaded
    return altered(loaded, [Override(LABEL, ("execution", "liquidation_fee"), fee)])


def _changes(loaded: Loaded, offered: Offered, events: Mapping[str, Any]) -> Iterator[Override]:
    listed = offered.rulebook.tables.symbols
    account = loaded.source.document["account"]
    positions = [{**one, "symbol": venue_symbol(one["symbol"], listed)} for one in account["positions"]]
    settles = {one["symbol"].partition(":")[2] for one in positions} - {""}
    yield Override(LABEL, ("account", "venue"), offered.venue)
    yield Override(LABEL, ("account", "positions"), positions)
    yield Override(LABEL, ("account", "collateral"), list(_wallet(account["collateral"], settles)))
    yield Override(LABEL, ("modes",), {offered.mode: offered.table})
    yield Override(LABEL, ("scenarios",), dict(events))
    yield Override(LABEL, ("comparison",), {"equal_efficiency": False})
    yield Override(LABEL, ("limits",), {})


def _wallet(collateral: Collection[Mapping[str, Any]], settles: Collection[str]) -> Iterator[dict[str, Any]]:
    """Dollars are held in what the contracts settle in, where that is one dollar."""
    (only,) = settles if len(settles) == 1 else ("",)
    merged: dict[str, dict[str, Any]] = {}
    for one in collateral:
        swap = one["asset"] in DOLLARS and only in DOLLARS and "mark" not in one
        asset = only if swap else one["asset"]
        amount = merged[asset]["amount"] + one["amount"] if asset in merged else one["amount"]
        merged[asset] = {**one, "asset": asset, "amount": amount}
    yield from merged.values()
