"""Stablecoin depeg: opposite deltas that are quoted in different dollars hedge only while those agree.

Per unit: the delta of each quote currency; opposite signs are matched in the order USDT-USD,
USDT-USDC, USDC-USD, each by the smaller of the two; the matched volume is charged by slices. The
charge is not convex in a leg: closing the larger side changes nothing until it is the smaller one.

Source: OKX, "Portfolio margin mode" after the merge of risk units, MR9.
"""

from typing import Any

from stresskit.margin.grid.slices import sliced
from stresskit.numerics.jit import part

ORDER = ((0, 1), (0, 2), (2, 1))  # places in table.QUOTES


@part
def quote_delta(rule: Any, s: Any, u: Any, q: Any, values: Any) -> Any:
    """Delta of the unit's legs that are quoted in currency `q`."""
    delta = 0.0
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        if rule.unit[p] == u and rule.quote[p] == q:
            delta += values[p] * rule.charged[p]
    return delta


@part
def matched(a: Any, b: Any) -> Any:
    """How much of two deltas is opposite."""
    return min(abs(a), abs(b)) if a * b < 0.0 else 0.0


@part
def reduced(a: Any, by: Any) -> Any:
    """A delta after `by` of it was matched."""
    return a - by if a > 0.0 else a + by


@part
def matched_volume(usdt: Any, usd: Any, usdc: Any) -> Any:
    """What is matched in all, and how much of each currency's delta is."""
    first = matched(usdt, usd)
    second = matched(reduced(usdt, first), usdc)
    third = matched(reduced(usdc, second), reduced(usd, first))
    return first + second + third, first + second, first + third, second + third


@part
def depeg_charge(rule: Any, s: Any, u: Any, values: Any, partial: Any) -> Any:
    """Charge of unit `u`; adds slopes by which each matched leg bears half of what it is matched with."""
    if rule.matching[u] == 0:
        return 0.0
    usdt, usd = quote_delta(rule, s, u, 0, values), quote_delta(rule, s, u, 1, values)
    usdc = quote_delta(rule, s, u, 2, values)
    volume, of_usdt, of_usd, of_usdc = matched_volume(usdt, usd, usdc)
    if volume == 0.0:
        return 0.0
    charge, _ = sliced(rule.depeg[u], rule.depeg_allowance[u], volume)
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        if rule.unit[p] == u:
            of, delta = 0.0, 1.0
            if rule.quote[p] == 0:
                of, delta = of_usdt, usdt
            elif rule.quote[p] == 1:
                of, delta = of_usd, usd
            elif rule.quote[p] == 2:
                of, delta = of_usdc, usdc
            if of > 0.0:
                partial[p] += 0.5 * charge / volume * of / delta * rule.charged[p]
    return charge
