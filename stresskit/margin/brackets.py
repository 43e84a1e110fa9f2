"""Bracket margin: every position pays by the tier of its own size; nothing nets.

``maintenance = (size * rate - deduction) * unit + notional * closing_fee``, ``size * unit`` the
notional: in the tables of some venues sizes are USD (unit 1), in others coins (unit the mark).
``initial = notional / leverage``; an account pays the sum over its positions and its loans.
Where rates rise with the size without steps, ``rate + size_rate * size`` stands for the rate, of
the initial margin too. Under ``marginal`` tables the deductions make maintenance continuous and
convex in the size; ``whole_position`` tables have none, so that maintenance jumps at the edges.

Sources: Binance, "Leverage and Margin of USDⓈ-M Futures" (and COIN-M, in coins), deduction
recursion ``c_n = floor_n (m_n - m_(n-1)) + c_(n-1)``; MEXC, risk limits by contracts, rate on the
whole position; Deribit, "Linear Perpetual", rates linear in the size; Bybit, BingX, WEEX, OKX: the
fee to close counts as maintenance.
"""

import math
from typing import Any, Literal, NamedTuple

from stresskit.domain import (
    Float1D,
    Float2D,
    convex,
    focus,
    loan_factor,
    remember,
    requirement,
    requirement_of_leg,
    steepest,
)
from stresskit.numerics.elementary import greater
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.notional import unit_notional
from stresskit.policy import AnyPolicy, Steps
from stresskit.spec import Duration, Fraction, NonNegative, Spec

TERMS = ("maintenance_brackets", "closing_fees", "loans")
UNBOUNDED = 1e9  # an inverse contract holds more coins the lower the mark


class Brackets(Spec):
    """``rule = "brackets"``: the cross baseline.

    A rulebook older than `max_age` is refused. `closing_fee` is the account's own, in place of the
    rulebook's, where the venue counts one inside its trigger.
    """

    rule: Literal["brackets"]
    rulebook: str
    max_age: Duration | None = None
    closing_fee: Fraction | None = None
    liquidation: AnyPolicy = "venue"
    steps: Steps | None = None
    buffer: NonNegative = 0.10


class BracketTable(NamedTuple):
    """One row a position, padded with infinite floors: `floor`, `rate`, `deduction` (positions, tiers).

    `initial_rate` (positions,) is one over the leverage chosen. `in_coin` (positions,) is 1 where
    floors and deductions are coins, held as their USD at the start mark, and 0 where they are USD;
    `size_rate` (positions,): what a unit of size adds to both rates; `closing_fee` (positions,): the
    fee inside the trigger, per USD of notional; `jumps` (positions,) is 1 where the requirement jumps
    at the edges of its tiers.
    """

    floor: Float2D
    rate: Float2D
    deduction: Float2D
    initial_rate: Float1D
    in_coin: Float1D
    size_rate: Float1D
    closing_fee: Float1D
    jumps: Float1D


@inline
def size_of(rule: Any, book: Any, p: Any, quantity: Any, mark: Any) -> Any:
    """Size of `quantity` of position `p` in units of its table."""
    face = book.face[p]
    if rule.in_coin[p] > 0.0:
        return abs(quantity * face) / mark if face > 0.0 else abs(quantity)
    return abs(quantity * unit_notional(face, mark))


@part
def maintenance_of(rule: Any, p: Any, size: Any) -> Any:
    """Maintenance of position `p` by its tier or formula, in units of its table, and its slope."""
    tier = 0
    while tier + 1 < rule.floor.shape[1] and size > rule.floor[p, tier + 1]:
        tier += 1
    rate, rising = rule.rate[p, tier], rule.size_rate[p] * size
    return size * (rate + rising) - rule.deduction[p, tier], rate + 2.0 * rising


@part
def loans(wallet: Any, marks: Any, drift: Any) -> Any:
    """Maintenance of what the account owes, in USD at marks (assets,); what moves of it to drift."""
    total = wallet.loan_usd
    drift[:] = 0.0
    for c in range(wallet.asset.size):
        required = wallet.loan[c] * marks[wallet.asset[c]]
        drift[wallet.asset[c]] += required
        total += required
    return total


@implements(requirement, BracketTable)
def bracket_requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """Sum of the positions' maintenance and of the loans'; `contribution` holds each position's own."""
    brackets, fees = 0.0, 0.0
    breakdown.terms[2] = loans(book.wallet, view.marks, breakdown.drift)
    for p in range(book.asset.size):
        mark, coin = view.marks[book.asset[p]], rule.in_coin[p]
        size = size_of(rule, book, p, view.quantity[p], mark)
        unit = mark if coin > 0.0 else 1.0
        own, slope = maintenance_of(rule, p, size)
        own, fee = own * unit, size * rule.closing_fee[p] * unit
        breakdown.contribution[p] = own + fee
        breakdown.slope[p] = math.copysign(slope + rule.closing_fee[p], view.quantity[p])
        moving = 0.0 if book.face[p] > 0.0 else 1.0
        breakdown.drift[book.asset[p]] += slope * size * unit * (moving - coin) + own * coin + fee * moving
        brackets += own
        fees += fee
    breakdown.terms[0] = brackets
    breakdown.terms[1] = fees
    breakdown.binding[0] = 0
    return brackets + fees + breakdown.terms[2]


@implements(focus, BracketTable)
def bracket_focus(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> None:
    """Nothing to prepare: the whole requirement is cheap."""


@implements(requirement_of_leg, BracketTable)
def bracket_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """The whole requirement."""
    return requirement(rule, book, view, breakdown)


@implements(steepest, BracketTable)
def bracket_steepest(rule: Any, book: Any, p: Any, multiplier: Any) -> Any:
    """The highest rate of the position's tiers and the fee; where rates rise with the size, with it too."""
    rate = rule.rate[p, 0]
    for tier in range(1, rule.rate.shape[1]):
        rate = greater(rate, rule.rate[p, tier])
    if rule.size_rate[p] > 0.0:
        rate += UNBOUNDED if book.face[p] > 0.0 else 2.0 * rule.size_rate[p] * abs(book.quantity[p])
    return rate + rule.closing_fee[p], 0.0


@implements(loan_factor, BracketTable)
def bracket_loan_factor(rule: Any) -> Any:
    """Once."""
    return 1.0


@implements(remember, BracketTable)
def bracket_remember(rule: Any, block: Any, path: Any, breakdown: Any) -> None:
    """Nothing to remember: the ceiling is exact."""


@implements(convex, BracketTable)
def bracket_convex(rule: Any) -> Any:
    """Deductions make it continuous, with rising rates; without them it jumps."""
    jumps = 0.0
    for p in range(rule.jumps.size):
        jumps += rule.jumps[p]
    return jumps == 0.0
