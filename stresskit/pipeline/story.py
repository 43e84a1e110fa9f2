"""What a step of a replayed path forced on a life, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stresskit.domain import Record

COUNTED = ("closed_notional", "taken_notional", "fee", "slippage", "fund", "useless", "inside")
BESIDES = ("adl_notional", "adl_loss", "top_up", "cut_notional", "cut_cost")
MOVED = {"received": "received from another account", "sent": "sent to another account"}


def so_far(record: Record) -> dict[str, float]:
    """What has been forced on the block's first path until now, taken from it and done by its owner."""
    return {name: float(getattr(record, name)[0]) for name in COUNTED + BESIDES}


def forced(
    before: Mapping[str, float],
    now: Mapping[str, float],
    legs: Sequence[str],
    *,
    everything: bool,
    cause: str,
) -> str | None:
    """The step's closings and what else befell the account; None where nothing did.

    Parameters
    ----------
    before, now : `so_far` at the end of the step before and of this one.
    legs : what was closed of each position, in words.
    everything : whether the account was shut.
    cause : what the first breach came from; empty at later ones.
    """
    spent = {name: now.get(name, 0.0) - before.get(name, 0.0) for name in (*COUNTED, *BESIDES, *MOVED)}
    besides = list(_besides(spent))
    if not everything and spent["closed_notional"] <= 0:
        return "; ".join([*besides, *legs]) if besides else None
    when = " within the step" if spent["inside"] > 0 else ""
    amount = f"{spent['closed_notional']:,.2f} USD"
    head = f"everything closed by force{when}, {amount}" if everything else f"{amount} closed by force{when}"
    return "; ".join([head, *([cause] if cause else []), *legs, *_costs(spent), *besides])


def _besides(spent: Mapping[str, float]) -> Iterator[str]:
    """Winning legs taken, and what the owner did."""
    if spent["adl_notional"] > 0:
        against = f", {spent['adl_loss']:,.2f} below the mark" if spent["adl_loss"] else ""
        yield f"winning legs deleveraged, {spent['adl_notional']:,.2f} USD{against}"
    if spent["top_up"] > 0:
        yield f"topped up by {spent['top_up']:,.2f} USD"
    for name, said in MOVED.items():
        if spent[name] > 0:
            yield f"{spent[name]:,.2f} USD {said}"
    if spent["cut_notional"] > 0:
        yield f"reduced by its owner, {spent['cut_notional']:,.2f} USD at a cost of {spent['cut_cost']:,.2f}"


def _costs(spent: Mapping[str, float]) -> list[str]:
    """By kind; what is nothing is left out."""
    told = []
    if spent["taken_notional"] > 0:
        told.append(f"{spent['taken_notional']:,.2f} USD of it taken over at the bankruptcy price")
    if spent["useless"] > 0:
        told.append(f"{spent['useless']:.0f} partial closings passed over, they would not have helped")
    told += [f"{name} {spent[name]:,.2f}" for name in ("fee", "slippage") if spent[name] > 0]
    if spent["fund"]:
        told.append(
            f"{'to' if spent['fund'] > 0 else 'paid by'} the insurance fund {abs(spent['fund']):,.2f}"
        )
    return told


def legs_closed(symbols: Sequence[str], before: Sequence[float], now: Sequence[float]) -> list[str]:
    """The share of each position that went, of what was still held of it."""
    return [
        f"{symbol} cut by {(1 - after / held):.2%}"
        for symbol, held, after in zip(symbols, before, now, strict=True)
        if after < held
    ]


def cause(
    record: Record, symbols: Sequence[str], terms: Mapping[int, str], collateral: str | None = None
) -> str:
    """The leg that weighs most at the first breach, the term that binds, the `collateral` that lost most."""
    leg, term = symbols[int(record.trigger[0])], terms[int(record.binding[0])]
    lost = f", brought there by the collateral: {collateral}" if collateral else ""
    return f"first breach, {leg} weighs most, {term} binds{lost}"


def held_shares(quantity: Any, start: Any) -> list[float]:
    """What is left of each position, as a share of the start; 1 for spot, which is not closed."""
    return [1.0 if whole == 0.0 else float(now / whole) for now, whole in zip(quantity, start, strict=True)]
