"""Who carries the risk of an account: VaR, ES and P(liquidation) by position and by asset, as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from stresskit.domain import Estimate
from stresskit.measure.contributions import Pair, Shares, divided
from stresskit.measure.figure import figure
from stresskit.measure.law import LEVELS, Law
from stresskit.measure.legs import Division, by_asset
from stresskit.measure.life import SPARED, Columns, liquidated
from stresskit.measure.liquidation_causes import causes_by_trigger

FLAT = "the leg has no exposure"
NO_TOTAL = "the total is not above 0"


def contribution_table(
    book: Division, lives: Mapping[str, Columns], symbols: Sequence[str], law: Law
) -> dict[str, Any]:
    """``positions`` and ``assets``: parts of the mark-to-market VaR and ES; ``liquidation`` by mode.

    Parameters
    ----------
    book : the account's losses and legs.
    lives : readers of the outcome columns, by mode.
    symbols : symbol of each position.
    law : how the paths count.
    """
    assets = Division(book.column, by_asset(book.legs), book.rest)
    own = _divided(book, law)
    net = own if _alike(book, assets) else _divided(assets, law)
    return {
        "positions": _tails(book, own),
        "assets": _tails(assets, net),
        "liquidation": {mode: _liquidation(book, column, symbols, law) for mode, column in lives.items()},
    }


def _alike(one: Division, other: Division) -> bool:
    """Whether the legs differ in nothing but their names."""
    return [leg[1:3] for leg in one.legs] == [leg[1:3] for leg in other.legs]


def _divided(book: Division, law: Law) -> dict[float, Pair | str]:
    return divided(book.whole(), book.loss, book.size, LEVELS, law.weight)


def _tails(book: Division, found: Mapping[float, Pair | str]) -> dict[str, Any]:
    pairs = {f"{level:g}": _told(book, pair) for level, pair in found.items()}
    return {kind: {level: said[i] for level, said in pairs.items()} for i, kind in enumerate(("var", "es"))}


def _told(book: Division, pair: Pair | str) -> list[dict[str, Any]]:
    """VaR and ES at one level."""
    if isinstance(pair, str):
        return [{"total": None, "diversification": None, "legs": None, "reason": pair}] * 2
    return [
        {"total": shares.total, "diversification": shares.diversification, "legs": list(_legs(book, shares))}
        for shares in pair
    ]


def _legs(book: Division, shares: Shares) -> Iterator[dict[str, Any]]:
    for i, named in enumerate(book.named()):
        part = shares.components[i]
        exposure = book.legs[i].exposure if i < len(book.legs) else 0.0
        assert part.value is not None
        found = {
            **named,
            "component": figure(part),
            "share": part.value / shares.total if shares.total > 0.0 else None,
            "standalone": float(shares.standalone[i]),
            "incremental": float(shares.incremental[i]),
            "marginal": part.value / exposure if exposure else None,
        }
        reasons = [FLAT] * (found["marginal"] is None) + [NO_TOTAL] * (found["share"] is None)
        yield {**found, "reason": "; ".join(reasons)} if reasons else found


def _liquidation(book: Division, column: Columns, symbols: Sequence[str], law: Law) -> dict[str, Any]:
    hits = liquidated(column)
    picked = np.flatnonzero(hits)
    causes = causes_by_trigger(np.asarray(column("trigger")), hits, len(symbols), law.weight)
    return {
        "trigger": [_triggered(p, symbol, causes.legs[p]) for p, symbol in enumerate(symbols)],
        "no_trigger": figure(causes.none),
        "loss": [
            {**named, "loss": figure(law.mean(book.loss(i).read(picked), hits, nothing=SPARED))}
            for i, named in enumerate(book.named())
        ],
    }


def _triggered(place: int, symbol: str, part: Estimate) -> dict[str, Any]:
    return {"position": place, "symbol": symbol, "p_liquidation": figure(part)}
