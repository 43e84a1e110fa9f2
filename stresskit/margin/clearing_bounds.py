"""Upper bounds of the requirement with a clearing house's add-ons.

Both ES terms are coherent, so ``A(x) = 3/4 ES(x) + 1/4 max(deep ES over the sets)`` is bounded from an
anchor like the ES of the ``var`` rule, and the concentration term lies below ``3/4 A(x) + 1/4`` of the
sum of all single-factor tails.
"""

from typing import Any

from stresskit.domain import ceiling, loan_factor, remember, roof, steepest
from stresskit.margin.clearing import ClearingRule, single, two_largest
from stresskit.margin.clearing_addons import SHARE
from stresskit.margin.shortfall_bound import shortfall_bound
from stresskit.margin.var import net_exposure
from stresskit.margin.var_bounds import ROUNDING, scale_bound
from stresskit.numerics.elementary import greater
from stresskit.numerics.jit import implements, part


@implements(ceiling, ClearingRule)
def clearing_ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """Bound A from the anchor, and the concentration term by A and all single tails."""
    ceiling(rule.bound, book, tile, step, block)
    singles = block.scale
    singles[:] = 0.0
    for i in range(block.exposure.shape[0]):
        x, long, short = block.exposure[i], rule.single_long[i], rule.single_short[i]
        for b in range(singles.size):
            singles[b] += greater(x[b] * long, -x[b] * short)
    for b in range(singles.size):
        bound = block.ceiling[b]
        block.ceiling[b] = greater(bound, (1.0 - SHARE) * bound + SHARE * singles[b])


@implements(roof, ClearingRule)
def clearing_roof(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """Every term at its bound."""
    base, exposure = rule.base, breakdown.exposure
    gross = net_exposure(base, book, view, breakdown)
    shortfall = shortfall_bound(base.scenarios, exposure, base.tail_count, breakdown)
    deep = shortfall_bound(base.scenarios, exposure, rule.deep_count, breakdown)
    deep = max(deep, shortfall_bound(rule.perfect, exposure, rule.deep_count, breakdown))
    deep = max(deep, shortfall_bound(rule.zero, exposure, rule.deep_count, breakdown))
    singles, residual = singles_and_rest(rule, exposure, breakdown)
    breakdown.terms[2] = (1.0 - SHARE) * shortfall + SHARE * deep
    total = max(breakdown.terms[2], (1.0 - SHARE) * shortfall + SHARE * (singles + residual))
    return max(total, shortfall, base.minimum_charge * gross) * (1.0 + ROUNDING)


@part
def singles_and_rest(rule: Any, exposure: Any, breakdown: Any) -> Any:
    """The two largest single tails, and the bound of the tail of the rest."""
    first, second = two_largest(rule, exposure)
    one, other = exposure[first], exposure[second] if second >= 0 else 0.0
    largest = single(rule, first, one)
    exposure[first] = 0.0
    if second >= 0:
        largest += single(rule, second, other)
        exposure[second] = 0.0
    residual = shortfall_bound(rule.base.scenarios, exposure, rule.base.tail_count, breakdown)
    exposure[first] = one
    if second >= 0:
        exposure[second] = other
    return largest, residual


@implements(steepest, ClearingRule)
def clearing_steepest(rule: Any, book: Any, p: Any, multiplier: Any) -> Any:
    """As the ``var`` rule by the stand-alone A, and a share of the position's own deep tail."""
    base, rise = steepest(rule.bound, book, p, multiplier)
    still, moving = scale_bound(rule.base, book.asset[p], multiplier)
    single = SHARE * greater(rule.single_long[book.asset[p]], rule.single_short[book.asset[p]])
    return base + single * still, rise + single * moving


@implements(loan_factor, ClearingRule)
def clearing_loan_factor(rule: Any) -> Any:
    """Not at all; once is a bound."""
    return 1.0


@implements(remember, ClearingRule)
def clearing_remember(rule: Any, block: Any, path: Any, breakdown: Any) -> None:
    """Anchor the path at the A of the evaluation in `breakdown`."""
    remember(rule.bound, block, path, breakdown)
