"""A margin rule that its venue has tightened: the requirement times a factor.

With a factor of one it is the rule itself, bit for bit.

With a trigger the factor is in force where the volatility that the venue observes of some asset, the
conditional one times the scenario's multiplier, is at least `trigger` times its long-run level. All else
is asked of the rule inside; of a unified account only the brackets are tightened, not what of its
collateral does not count.

Margin procyclicality: Murphy, Vasios, Vause, "An investigation into the procyclicality of risk-based
initial margin models", Bank of England Financial Stability Paper 29 (2014).
"""

from typing import Any, NamedTuple

from stresskit.domain import (
    Float1D,
    ceiling,
    convex,
    deviation_bound,
    focus,
    gentle,
    loan_factor,
    remember,
    requirement,
    requirement_of_leg,
    roof,
    steepest,
    step_down,
    weigh,
)
from stresskit.margin.unified import UnifiedTable
from stresskit.numerics.elementary import sqrt
from stresskit.numerics.jit import implements, inline, part


class Tightened(NamedTuple):
    """A `rule` times a `factor` of at least one; `trigger` 0: always; `long_run` (assets,): variances."""

    rule: Any
    factor: float
    trigger: float
    long_run: Float1D


def tightened(rule: Any, factor: float, trigger: float, long_run: Float1D) -> Any:
    """The rule under a venue that multiplies what it asks."""
    if isinstance(rule, UnifiedTable):
        return rule._replace(brackets=tightened(rule.brackets, factor, trigger, long_run))
    return Tightened(rule, float(factor), float(trigger), long_run)


@inline
def calls(trigger: Any, variance: Any, long_run: Any, multiplier: Any) -> Any:
    """Whether an asset's observed volatility triggers the factor."""
    return multiplier * sqrt(variance) >= trigger * sqrt(long_run)


@inline
def factor_at(rule: Any, view: Any) -> Any:
    """The factor in force at the view."""
    found = rule.factor if rule.trigger <= 0.0 else 1.0
    for i in range(rule.long_run.size):
        if calls(rule.trigger, view.variance[i], rule.long_run[i], view.multiplier[0]):
            found = rule.factor
    return found


@implements(requirement, Tightened)
def tightened_requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """The requirement and its slopes times the factor; the terms stay those of the rule inside."""
    factor = factor_at(rule, view)
    required = requirement(rule.rule, book, view, breakdown)
    for p in range(book.asset.size):
        breakdown.contribution[p] *= factor
        breakdown.slope[p] *= factor
    for i in range(breakdown.drift.size):
        breakdown.drift[i] *= factor
    return factor * required


@implements(focus, Tightened)
def tightened_focus(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> None:
    """As the rule inside, whose terms the evaluation has left."""
    focus(rule.rule, book, view, p, breakdown)


@implements(requirement_of_leg, Tightened)
def tightened_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """The rule inside times the factor."""
    factor = factor_at(rule, view)
    required = requirement_of_leg(rule.rule, book, view, p, breakdown)
    breakdown.slope[p] *= factor
    return factor * required


@implements(step_down, Tightened)
def tightened_step(rule: Any, book: Any, view: Any, p: Any, tiers: Any) -> Any:
    """The tiers stay where they are."""
    return step_down(rule.rule, book, view, p, tiers)


@implements(convex, Tightened)
def tightened_convex(rule: Any) -> Any:
    """A multiple of what is convex is."""
    return convex(rule.rule)


@implements(loan_factor, Tightened)
def tightened_loan_factor(rule: Any) -> Any:
    """What the venue asks is multiplied, the loans too."""
    return rule.factor * loan_factor(rule.rule)


@implements(remember, Tightened)
def tightened_remember(rule: Any, block: Any, path: Any, breakdown: Any) -> None:
    """The anchor is of the rule inside."""
    remember(rule.rule, block, path, breakdown)


@implements(ceiling, Tightened)
def tightened_ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """The ceiling inside, times each path's factor."""
    ceiling(rule.rule, book, tile, step, block)
    times_factor(rule, tile, step, block)


@implements(weigh, Tightened)
def tightened_weigh(rule: Any, book: Any, tile: Any, step: Any, block: Any, steep: Any) -> Any:
    """Likewise; the slopes are those of this rule."""
    braced = weigh(rule.rule, book, tile, step, block, steep)
    times_factor(rule, tile, step, block)
    return braced


@part
def times_factor(rule: Any, tile: Any, step: Any, block: Any) -> None:
    """Multiply the ceiling by each path's factor."""
    total, factor, trigger = block.ceiling, block.scale, rule.trigger
    factor[:] = rule.factor if trigger <= 0.0 else 1.0
    for i in range(rule.long_run.size):
        variance, long_run = tile.variance[step, i], rule.long_run[i]
        for b in range(total.size):
            if calls(trigger, variance[b], long_run, tile.multiplier):
                factor[b] = rule.factor
    for b in range(total.size):
        total[b] *= factor[b]


@implements(steepest, Tightened)
def tightened_steepest(rule: Any, book: Any, p: Any, multiplier: Any) -> Any:
    """The bound inside, times the factor that may be in force."""
    base, rise = steepest(rule.rule, book, p, multiplier)
    return rule.factor * base, rule.factor * rise


@implements(gentle, Tightened)
def tightened_gentle(rule: Any, book: Any, p: Any) -> Any:
    """Likewise; the tiers stay where they are."""
    edge, slope = gentle(rule.rule, book, p)
    return edge, rule.factor * slope


@implements(roof, Tightened)
def tightened_roof(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """The roof inside, times the factor in force."""
    return factor_at(rule, view) * roof(rule.rule, book, view, breakdown)


@implements(deviation_bound, Tightened)
def tightened_deviation_bound(
    rule: Any, net: Any, variance: Any, multiplier: Any, correlation: Any, whole: Any, scratch: Any
) -> Any:
    """The bound inside, times the factor that may be in force."""
    return rule.factor * deviation_bound(rule.rule, net, variance, multiplier, correlation, whole, scratch)
