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

import numpy as np

from stresskit.domain import (
    Float1D,
    Float2D,
    ceiling,
    convex,
    focus,
    loan_factor,
    remember,
    requirement,
    requirement_of_leg,
    roof,
    steadiness,
    steepest,
)
from stresskit.numerics.elementary import greater
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.notional import unit_notional
from stresskit.policy import AnyPolicy, Steps
from stresskit.spec import Duration, Fraction, NonNegative, Spec

TERMS = ("maintenance_brackets", "closing_fees", "loans")
UNBOUNDED = 1e9  # an inverse contract holds more coins the lower the mark
NEAR = 0.5  # of the first edge: from where on the second tier is looked at too
ROUNDING = 1e-12  # room for rounding, so that "certainly healthy" stays certain


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


@part
def count_above(values: Any, edge: Any) -> Any:
    """How many values lie above the edge (an integer sum, so that the loop vectorises)."""
    above = 0
    for b in range(values.size):
        above += values[b] > edge
    return above


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


@part
def fill_sizes(rule: Any, book: Any, p: Any, quantity: Any, marks: Any, size: Any) -> None:
    """Fill size (paths,) by `size_of`."""
    for b in range(size.size):
        size[b] = size_of(rule, book, p, quantity[b], marks[b])


@part
def fill_maintenance(rule: Any, p: Any, size: Any, own: Any) -> None:
    """Fill own (paths,) with the maintenance of position `p`, tier after tier from below."""
    tiers, rate, rising = rule.floor.shape[1], rule.rate[p, 0], rule.size_rate[p]
    for b in range(own.size):
        own[b] = size[b] * rate
    if rising > 0.0:
        for b in range(own.size):
            own[b] += size[b] * (rising * size[b])
    tier = 1
    while tier < tiers and count_above(size, rule.floor[p, tier]) > 0:
        floor, rate, deduction = rule.floor[p, tier], rule.rate[p, tier], rule.deduction[p, tier]
        for b in range(own.size):
            line = size[b] * rate - deduction
            own[b] = line if size[b] > floor else own[b]
        tier += 1


@inline
def plain(rule: Any, book: Any, p: Any) -> Any:
    """Whether position `p` is linear, in USD, and its rates rise by tiers alone."""
    return book.face[p] == 0.0 and rule.in_coin[p] == 0.0 and rule.size_rate[p] == 0.0


@inline
def lowest_tier(rule: Any, p: Any) -> Any:
    """Rate and upper edge of the lowest tier of a plain position, the fee and room for rounding included."""
    edge = rule.floor[p, 1] if rule.floor.shape[1] > 1 else np.inf
    return (rule.rate[p, 0] + rule.closing_fee[p]) * (1.0 + ROUNDING), edge


@part
def add_plain(rule: Any, p: Any, quantity: Any, marks: Any, total: Any) -> None:
    """Add to total (paths,) what a linear position in USD asks: of each tier what it adds to the last."""
    tiers, room, above = rule.floor.shape[1], 1.0 + ROUNDING, 0
    rate, edge = lowest_tier(rule, p)
    for b in range(total.size):
        size = abs(quantity[b] * marks[b])
        total[b] += size * rate
        above += size > edge
    tier = 1
    while above > 0:
        floor, edge, above = edge, rule.floor[p, tier + 1] if tier + 1 < tiers else np.inf, 0
        rate = (rule.rate[p, tier] - rule.rate[p, tier - 1]) * room
        deduction = (rule.deduction[p, tier] - rule.deduction[p, tier - 1]) * room
        for b in range(total.size):
            size = abs(quantity[b] * marks[b])
            total[b] += size * rate - deduction if size > floor else 0.0
            above += size > edge
        tier += 1


@part
def by_tiers(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """Fill the ceiling, position after position and tier after tier."""
    block.ceiling[:] = book.wallet.loan_usd
    own, size = block.exposure[0], block.gross
    for p in range(book.asset.size):
        quantity, marks = block.quantity[p], tile.marks[step, book.asset[p]]
        if plain(rule, book, p):
            add_plain(rule, p, quantity, marks, block.ceiling)
            continue
        fill_sizes(rule, book, p, quantity, marks, size)
        fill_maintenance(rule, p, size, own)
        fee, coin = rule.closing_fee[p], rule.in_coin[p]
        for b in range(own.size):
            unit = marks[b] if coin > 0.0 else 1.0
            block.ceiling[b] += (own[b] + size[b] * fee) * unit * (1.0 + ROUNDING)


@inline
def second_tier(rule: Any, p: Any) -> Any:
    """What the second tier of a plain position adds to the rate and takes off, and its upper edge."""
    room, tiers = 1.0 + ROUNDING, rule.floor.shape[1]
    if tiers < 2:
        return 0.0, 0.0, np.inf
    rate, deduction = rule.rate[p, 1] - rule.rate[p, 0], rule.deduction[p, 1] - rule.deduction[p, 0]
    return rate * room, deduction * room, rule.floor[p, 2] if tiers > 2 else np.inf


@inline
def add_lowest(rule: Any, book: Any, tile: Any, step: Any, block: Any, p: Any, q: Any) -> Any:
    """Add what plain positions `p` and `q` (nothing where it is `p`) ask in their lowest tiers.

    The lowest two where they begin near the first edge. Returns how many paths are beyond.
    """
    one, other, total, above = block.quantity[p], block.quantity[q], block.ceiling, 0
    marks, further = tile.marks[step, book.asset[p]], tile.marks[step, book.asset[q]]
    (rate, edge), (second, limit) = lowest_tier(rule, p), lowest_tier(rule, q)
    second = second if q > p else 0.0
    if abs(book.quantity[p]) < NEAR * edge and abs(book.quantity[q]) < NEAR * limit:
        for b in range(total.size):
            size, more = abs(one[b] * marks[b]), abs(other[b] * further[b])
            total[b] = (total[b] + size * rate) + more * second
            above += (size > edge) | (more > limit)
        return above
    (up, less, top), (steeper, off, upper) = second_tier(rule, p), second_tier(rule, q)
    limit = limit if q > p else np.inf
    for b in range(total.size):
        size, more = abs(one[b] * marks[b]), abs(other[b] * further[b])
        own = (total[b] + size * rate) + (size * up - less if size > edge else 0.0)
        total[b] = (own + more * second) + (more * steeper - off if more > limit else 0.0)
        above += (size > top) | (more > upper)
    return above


@inline
def in_lowest_tiers(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> Any:
    """Whether every position is plain and in its lowest tiers on all paths; then the ceiling is filled."""
    for p in range(book.asset.size):
        if not plain(rule, book, p):
            return False
    block.ceiling[:] = book.wallet.loan_usd
    for p in range(0, book.asset.size, 2):  # two at a time: half the passes, the same sums
        if add_lowest(rule, book, tile, step, block, p, min(p + 1, book.asset.size - 1)) > 0:
            return False
    return True


@implements(ceiling, BracketTable)
def bracket_ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """The requirement for all paths by the same tiers: exact but for rounding."""
    if not in_lowest_tiers(rule, book, tile, step, block):
        by_tiers(rule, book, tile, step, block)
    total = block.ceiling
    for c in range(book.wallet.asset.size):
        loan, marks = book.wallet.loan[c], tile.marks[step, book.wallet.asset[c]]
        for b in range(total.size):
            total[b] += loan * marks[b] * (1.0 + ROUNDING)


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


@implements(roof, BracketTable)
def bracket_roof(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """None: the requirement itself is cheap."""
    return np.inf


@implements(steadiness, BracketTable, inlined=True)
def bracket_steadiness(
    rule: Any, net: Any, variance: Any, multiplier: Any, correlation: Any, whole: Any, scratch: Any
) -> Any:
    """None: what each position adds is all there is."""
    return np.inf
