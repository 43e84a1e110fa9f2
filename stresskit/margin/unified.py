"""Unified accounts: the brackets' maintenance, summed, against equity of which a part is haircut.

Binance liquidates at ``uniMMR = equity / maintenance <= 1.05``; Hyperliquid at ``(constant +
maintenance + borrowed) / (dollars + coins * threshold) > 0.95``. Both are ``equity <= requirement``
with ``requirement = weight * maintenance + held * max(dollars, 0) + coins * haircut + constant``:

- Binance: weight 1.05, nothing else (collateral ratios are in the equity already);
- Hyperliquid: weight 1, ``held = 1 - 0.95`` of the dollars, ``haircut = 1 - 0.95 threshold`` of the
  coins that may be borrowed against and all of any other.

Nothing nets. Dollars are what is left of the equity without coins; a negative balance is borrowed. The
requirement is convex along a leg where the brackets' is.

Source: see `unified_ratios` and the parameter files in ``margin/unified_accounts/``.
"""

from typing import Any, Literal, NamedTuple

import numpy as np

from stresskit.domain import (
    Float1D,
    ceiling,
    convex,
    focus,
    gentle,
    loan_factor,
    remember,
    requirement,
    requirement_of_leg,
    steepest,
    weigh,
)
from stresskit.margin.brackets import BracketTable
from stresskit.margin.grid.borrowing import dollars_of
from stresskit.margin.unified_parameters import UnifiedParameters
from stresskit.margin.unified_ratios import liquidation_threshold
from stresskit.numerics.elementary import greater
from stresskit.numerics.jit import implements, inline, part
from stresskit.policy import AnyPolicy, Steps
from stresskit.spec import Duration, NonNegative, Spec

TERMS = {0: "maintenance", 3: "liquidation_level", 4: "collateral_haircut", 5: "constant"}
ROUNDING = 1e-12  # room for rounding, so that "certainly healthy" stays certain


class Unified(Spec):
    """``rule = "unified"``: `parameters` of the account, `rulebook` of its brackets.

    Parameters older than `max_age` are refused.
    """

    rule: Literal["unified"]
    parameters: str
    rulebook: str
    max_age: Duration | None = None
    liquidation: AnyPolicy = "venue"
    steps: Steps | None = None
    buffer: NonNegative = 0.10


class UnifiedTable(NamedTuple):
    """`brackets` of the contracts; `weight` on their sum; `held`: part of the dollars that is required.

    `haircut` (coins,): part of each coin of the wallet; `constant` USD; `opening`: initial margin over
    the sum of the brackets, 0 where it goes by leverage; `initial_haircut` (coins,).
    """

    brackets: BracketTable
    weight: float
    held: float
    haircut: Float1D
    constant: float
    opening: float
    initial_haircut: Float1D


def unified_table(brackets: BracketTable, parameters: UnifiedParameters, coins: list[str]) -> UnifiedTable:
    """Arrays of the rule; `coins` are the assets of the book's wallet, in order."""
    level, by_value = parameters.liquidation_at, parameters.form == "requirement_over_value"
    lent = np.array([parameters.loan_to_value.get(coin, 0.0) for coin in coins])
    borrowable = np.array([coin in parameters.loan_to_value for coin in coins], dtype=bool)
    threshold = np.where(borrowable, [liquidation_threshold(one) for one in lent], 0.0)
    return UnifiedTable(
        brackets=brackets,
        weight=1.0 if by_value else level,
        held=1.0 - level if by_value else 0.0,
        haircut=(1.0 - level * threshold) if by_value else np.zeros(len(coins)),
        constant=parameters.constant,
        opening=parameters.opening_at or 0.0,
        initial_haircut=(1.0 - lent) if by_value else np.zeros(len(coins)),
    )


@part
def collateral_charge(rule: Any, book: Any, view: Any, drift: Any) -> Any:
    """What of dollars and coins is required; adds its drift."""
    total = rule.held * max(dollars_of(book, view), 0.0)
    for c in range(book.wallet.asset.size):
        charge = rule.haircut[c] * book.wallet.value[c] * view.marks[book.wallet.asset[c]]
        if charge > 0.0:
            drift[book.wallet.asset[c]] += charge
            total += charge
    if dollars_of(book, view) > 0.0:
        for p in range(book.asset.size):
            drift[book.asset[p]] += rule.held * view.quantity[p] * view.marks[book.asset[p]]
    return total


@implements(requirement, UnifiedTable)
def unified_requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """The weighted brackets, and what of the collateral does not count."""
    summed = requirement(rule.brackets, book, view, breakdown)
    for p in range(book.asset.size):
        breakdown.contribution[p] *= rule.weight
        breakdown.slope[p] *= rule.weight
    for i in range(breakdown.drift.size):
        breakdown.drift[i] *= rule.weight
    breakdown.terms[0] = summed
    breakdown.terms[1] = 0.0
    breakdown.terms[2] = 0.0
    breakdown.terms[3] = (rule.weight - 1.0) * summed
    breakdown.terms[4] = collateral_charge(rule, book, view, breakdown.drift)
    breakdown.terms[5] = rule.constant
    breakdown.binding[0] = 0
    return rule.weight * summed + breakdown.terms[4] + rule.constant


@implements(focus, UnifiedTable)
def unified_focus(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> None:
    """Nothing to prepare: the whole requirement is cheap."""


@implements(requirement_of_leg, UnifiedTable)
def unified_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """The whole requirement."""
    return requirement(rule, book, view, breakdown)


@inline
def fill_dollars(book: Any, tile: Any, step: Any, block: Any, dollars: Any) -> None:
    """Fill dollars (paths,) with the equity without coins."""
    for b in range(dollars.size):
        dollars[b] = block.equity[b]
    for c in range(book.wallet.asset.size):
        value, marks = book.wallet.value[c], tile.marks[step, book.wallet.asset[c]]
        for b in range(dollars.size):
            dollars[b] -= value * block.held[b] * marks[b]


@implements(ceiling, UnifiedTable)
def unified_ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """The requirement of every path: exact but for rounding."""
    ceiling(rule.brackets, book, tile, step, block)
    add_collateral(rule, book, tile, step, block)


@implements(weigh, UnifiedTable, inlined=True)
def unified_weigh(rule: Any, book: Any, tile: Any, step: Any, block: Any, steep: Any) -> Any:
    """Likewise; the slopes are those of this rule."""
    braced = weigh(rule.brackets, book, tile, step, block, steep)
    add_collateral(rule, book, tile, step, block)
    return braced


@part
def add_collateral(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """Weight the brackets' ceiling and add what of the collateral does not count."""
    total, wallet, weight, constant = block.ceiling, book.wallet, rule.weight, rule.constant
    if rule.held == 0.0 and wallet.asset.size == 0:
        for b in range(total.size):
            total[b] = (total[b] * weight + constant) * (1.0 + ROUNDING)
        return
    dollars, held = block.gross, rule.held
    fill_dollars(book, tile, step, block, dollars)
    for b in range(total.size):
        total[b] = total[b] * weight + held * greater(dollars[b], 0.0)
    for c in range(wallet.asset.size):
        charge, marks = greater(rule.haircut[c] * wallet.value[c], 0.0), tile.marks[step, wallet.asset[c]]
        for b in range(total.size):
            total[b] += charge * marks[b]
    for b in range(total.size):
        total[b] = (total[b] + constant) * (1.0 + ROUNDING)


@implements(steepest, UnifiedTable)
def unified_steepest(rule: Any, book: Any, p: Any, multiplier: Any) -> Any:
    """As the brackets, and what of the position's profit is dollars that do not count."""
    base, rise = steepest(rule.brackets, book, p, multiplier)
    return base * rule.weight + rule.held, rise * rule.weight


@implements(gentle, UnifiedTable)
def unified_gentle(rule: Any, book: Any, p: Any) -> Any:
    """Likewise."""
    edge, slope = gentle(rule.brackets, book, p)
    return edge, slope * rule.weight + rule.held


@implements(loan_factor, UnifiedTable)
def unified_loan_factor(rule: Any) -> Any:
    """As the brackets, weighted."""
    return rule.weight * loan_factor(rule.brackets)


@implements(remember, UnifiedTable)
def unified_remember(rule: Any, block: Any, path: Any, breakdown: Any) -> None:
    """Nothing to remember: the ceiling is exact."""


@implements(convex, UnifiedTable)
def unified_convex(rule: Any) -> Any:
    """As the brackets."""
    return convex(rule.brackets)
