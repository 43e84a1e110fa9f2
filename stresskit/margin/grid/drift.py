"""How the marks move a scope's requirement, where that is not each leg's slope times its value.

The mark does not move the value of an inverse contract in USD. So spot in use moves as the contracts do that
it hedges, and of two matched deltas the smaller moves the depeg charge, whoever bears it.
"""

from typing import Any

from stresskit.margin.grid.depeg import matched_volume
from stresskit.margin.grid.slices import sliced
from stresskit.numerics.jit import inline


@inline
def match(a: Any, moving: Any, b: Any, beside: Any) -> Any:
    """How much of two deltas is opposite and how that moves; what is left of the first, and how it moves."""
    if a * b >= 0.0:
        return 0.0, 0.0, a, moving
    if abs(a) <= abs(b):
        return abs(a), moving if a > 0.0 else -moving, 0.0, 0.0
    return abs(b), beside if b > 0.0 else -beside, a + b, moving + beside


@inline
def matched_moves(usdt: Any, usd: Any, usdc: Any) -> Any:
    """Volume that is matched of the deltas of each quote, each a pair of delta and move; and how it moves."""
    first, rise, left, moving = match(usdt[0], usdt[1], usd[0], usd[1])
    _, _, other, beside = match(usd[0], usd[1], usdt[0], usdt[1])
    second, growth, _, _ = match(left, moving, usdc[0], usdc[1])
    _, _, rest, along = match(usdc[0], usdc[1], left, moving)
    third, last, _, _ = match(rest, along, other, beside)
    return first + second + third, rise + growth + last


@inline
def depeg_moves(rule: Any, book: Any, legs: Any, u: Any, values: Any) -> Any:
    """What a relative move of the mark adds to the depeg charge of unit `u`, less what its slopes say."""
    deltas = moves = (0.0, 0.0, 0.0)
    for p in legs:
        if rule.unit[p] == u and rule.quote[p] >= 0:
            value, quote = values[p] * rule.charged[p], rule.quote[p]
            moving = value if book.face[p] == 0.0 else 0.0
            deltas, moves = add_to(deltas, quote, value), add_to(moves, quote, moving)
    volume, rise = matched_moves((deltas[0], moves[0]), (deltas[1], moves[1]), (deltas[2], moves[2]))
    if volume == 0.0:
        return 0.0
    charge, marginal = sliced(rule.depeg[u], rule.depeg_allowance[u], volume)
    _, of_usdt, of_usd, of_usdc = matched_volume(deltas[0], deltas[1], deltas[2])
    borne = share_of(of_usdt, deltas[0], moves[0]) + share_of(of_usd, deltas[1], moves[1])
    borne += share_of(of_usdc, deltas[2], moves[2])
    return marginal * rise - 0.5 * charge / volume * borne


@inline
def add_to(sums: Any, quote: Any, value: Any) -> Any:
    """The sums by quote, with one more value of one of them."""
    usdt, usd, usdc = sums
    if quote == 0:
        return usdt + value, usd, usdc
    return (usdt, usd + value, usdc) if quote == 1 else (usdt, usd, usdc + value)


@inline
def share_of(of: Any, delta: Any, moving: Any) -> Any:
    """What a relative move moves of a delta's part that is matched."""
    return of / delta * moving if of > 0.0 else 0.0


@inline
def spot_follows(rule: Any, book: Any, legs: Any, u: Any, values: Any, used: Any) -> Any:
    """By how much of a relative move of the mark the spot in use of unit `u` moves."""
    if not 0.0 < used[u] < 1.0:
        return 1.0
    contracts = moving = 0.0
    for p in legs:
        if rule.unit[p] == u and rule.hedging[p] == 0.0:
            value = values[p] * rule.charged[p]
            contracts += value
            moving += value if book.face[p] == 0.0 else 0.0
    return moving / contracts


@inline
def scope_drift(
    rule: Any, book: Any, s: Any, values: Any, used: Any, slope: Any, inside: Any, drift: Any
) -> None:
    """Add to drift (assets,) how the marks move the requirement of scope `s`; `inside`: not its minimum."""
    legs = rule.member[rule.first[s] : rule.first[s + 1]]
    for u in rule.units[rule.unit_first[s] : rule.unit_first[s + 1]]:
        follows, asset = spot_follows(rule, book, legs, u, values, used), -1
        for p in legs:
            if rule.unit[p] == u and book.face[p] == 0.0:
                asset = book.asset[p]
                own = slope[p] * values[p]
                drift[asset] += own * (follows if rule.hedging[p] > 0.0 else 1.0)
        if inside and asset >= 0 and rule.matching[u] != 0:
            drift[asset] += rule.core * depeg_moves(rule, book, legs, u, values)
