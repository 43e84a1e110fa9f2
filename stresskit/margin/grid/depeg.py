"""Stablecoin depeg: opposite deltas that are quoted in different dollars hedge only while those agree.

Per unit: the delta of each quote currency; opposite signs are matched in the order USDT-USD,
USDT-USDC, USDC-USD, each by the smaller of the two; the matched volume is charged by slices. The
charge is not convex in a leg: closing the larger side changes nothing until it is the smaller one.

Source: OKX, "Portfolio margin mode" after the merge of risk units, MR9.
"""

from typing import Any

from stresskit.margin.grid.slices import sliced
from stresskit.numerics.jit import inline

ORDER = ((0, 1), (0, 2), (2, 1))  # places in table.QUOTES


@inline
def matched(a: Any, b: Any) -> Any:
    """How much of two deltas is opposite."""
    return min(abs(a), abs(b)) if a * b < 0.0 else 0.0


@inline
def reduced(a: Any, by: Any) -> Any:
    """A delta after `by` of it was matched."""
    return a - by if a > 0.0 else a + by


@inline
def matched_volume(usdt: Any, usd: Any, usdc: Any) -> Any:
    """What is matched in all, and how much of each currency's delta is."""
    first = matched(usdt, usd)
    second = matched(reduced(usdt, first), usdc)
    third = matched(reduced(usdc, second), reduced(usd, first))
    return first + second + third, first + second, first + third, second + third


@inline
def depeg_charge(rule: Any, legs: Any, u: Any, values: Any, partial: Any) -> Any:
    """Charge of unit `u`; adds slopes by which each matched leg bears half of what it is matched with."""
    unit, quote, charged = rule.unit, rule.quote, rule.charged
    usdt, usd, usdc = 0.0, 0.0, 0.0
    for p in legs:
        if unit[p] == u:
            value = values[p] * charged[p]
            usdt += value if quote[p] == 0 else 0.0
            usd += value if quote[p] == 1 else 0.0
            usdc += value if quote[p] == 2 else 0.0
    volume, of_usdt, of_usd, of_usdc = matched_volume(usdt, usd, usdc)
    if volume == 0.0:
        return 0.0
    charge, _ = sliced(rule.depeg[u], rule.depeg_allowance[u], volume)
    for p in legs:
        if unit[p] == u and quote[p] >= 0:
            of = of_usdt if quote[p] == 0 else of_usd if quote[p] == 1 else of_usdc
            delta = usdt if quote[p] == 0 else usd if quote[p] == 1 else usdc
            if of > 0.0:
                partial[p] += 0.5 * charge / volume * of / delta * charged[p]
    return charge
