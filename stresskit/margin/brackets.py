"""Bracket margin: every position pays by the tier of its own notional; nothing nets.

``maintenance = notional * rate - deduction`` with the tier of the notional at mark, and
``initial = notional / leverage``; an account pays the sum over its positions. The deductions
make maintenance continuous and convex in the notional, so that it is also the largest of all
tiers' lines.

Source: Binance USD-M, "Leverage and Margin of USDⓈ-M Futures"; deduction recursion
``c_n = floor_n (m_n - m_(n-1)) + c_(n-1)``.
"""

import math
from typing import Any, Literal, NamedTuple

from stresskit.domain import (
    Float1D,
    Float2D,
    ceiling,
    focus,
    remember,
    requirement,
    requirement_of_leg,
    steepest,
)
from stresskit.numerics.elementary import greater
from stresskit.numerics.jit import overload, part
from stresskit.spec import NonNegative, Spec

TERMS = ("maintenance_brackets",)
ROUNDING = 1e-12  # room for rounding, so that "certainly healthy" stays certain


class Brackets(Spec):
    """``rule = "brackets"``: the cross baseline."""

    rule: Literal["brackets"]
    rulebook: str
    liquidation: Literal["close_all", "largest_contribution"] = "close_all"
    buffer: NonNegative = 0.10


class BracketTable(NamedTuple):
    """One row a position, padded with infinite floors: `floor`, `rate`, `deduction` (positions, tiers).

    `initial_rate` (positions,) is one over the leverage chosen.
    """

    floor: Float2D
    rate: Float2D
    deduction: Float2D
    initial_rate: Float1D


@part
def count_above(values: Any, edge: Any) -> Any:
    """How many values lie above the edge (an integer sum, so that the loop vectorises)."""
    above = 0
    for b in range(values.size):
        above += values[b] > edge
    return above


def bracket_requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """Sum of the positions' maintenance; `contribution` holds each position's own."""
    total = 0.0
    for p in range(book.asset.size):
        notional = abs(view.quantity[p] * view.marks[book.asset[p]])
        tier = 0
        while tier + 1 < rule.floor.shape[1] and notional > rule.floor[p, tier + 1]:
            tier += 1
        own = notional * rule.rate[p, tier] - rule.deduction[p, tier]
        breakdown.contribution[p] = own
        breakdown.slope[p] = math.copysign(rule.rate[p, tier], view.quantity[p])
        total += own
    breakdown.terms[0] = total
    breakdown.binding[0] = 0
    return total


def bracket_focus(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> None:
    """Nothing to prepare: the whole requirement is cheap."""


def bracket_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """The whole requirement."""
    return requirement(rule, book, view, breakdown)


def bracket_ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """The requirement for all paths as the largest of the tiers' lines: exact but for rounding."""
    block.ceiling[:] = 0.0
    own, notional, tiers = block.exposure[0], block.gross, rule.floor.shape[1]
    for p in range(book.asset.size):
        quantity, marks = block.quantity[p], tile.marks[step, book.asset[p]]
        rate = rule.rate[p, 0]
        for b in range(own.size):
            notional[b] = abs(quantity[b] * marks[b])
            own[b] = notional[b] * rate
        tier = 1
        while tier < tiers and count_above(notional, rule.floor[p, tier]) > 0:
            rate, deduction = rule.rate[p, tier], rule.deduction[p, tier]
            for b in range(own.size):
                own[b] = greater(own[b], notional[b] * rate - deduction)
            tier += 1
        for b in range(own.size):
            block.ceiling[b] += own[b] * (1.0 + ROUNDING)


def bracket_steepest(rule: Any, book: Any, p: Any, variance: Any, multiplier: Any, bound: Any) -> None:
    """The highest rate of the position's tiers."""
    rate = rule.rate[p, 0]
    for tier in range(1, rule.rate.shape[1]):
        rate = greater(rate, rule.rate[p, tier])
    bound[:] = rate


def bracket_remember(rule: Any, block: Any, path: Any, breakdown: Any) -> None:
    """Nothing to remember: the ceiling is exact."""


@overload(requirement)
def _requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    return bracket_requirement if getattr(rule, "instance_class", None) is BracketTable else None


@overload(focus)
def _focus(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    return bracket_focus if getattr(rule, "instance_class", None) is BracketTable else None


@overload(requirement_of_leg)
def _leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    return bracket_leg if getattr(rule, "instance_class", None) is BracketTable else None


@overload(ceiling)
def _ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> Any:
    return bracket_ceiling if getattr(rule, "instance_class", None) is BracketTable else None


@overload(steepest)
def _steepest(rule: Any, book: Any, p: Any, variance: Any, multiplier: Any, bound: Any) -> Any:
    return bracket_steepest if getattr(rule, "instance_class", None) is BracketTable else None


@overload(remember)
def _remember(rule: Any, block: Any, path: Any, breakdown: Any) -> Any:
    return bracket_remember if getattr(rule, "instance_class", None) is BracketTable else None
