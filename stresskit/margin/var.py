"""Distribution margin: expected shortfall of the whole book over a fixed scenario set.

``maintenance = max(ES(x), minimum_charge * gross)``, ``initial = initial_factor * maintenance``.
x is the net exposure per asset, spot positions included, times its volatility scale,
max(forecast volatility over the margin period given the path's state, long-run level) / long-run
level. The scenarios come from the calibrated, calm model: the venue sees the stressed volatility,
never the broken dependence. No crypto venue margins this way today; a clearing house such as OCC
does (STANS).

The scenario set is the rule. What is cheaper than the set may only certify an account as healthy:
ES is coherent, so from a full evaluation at x0, for any scale c >= 0,
``ES(x) <= c ES(x0) + sum_i |x_i - c x0_i| ES_i`` with ES_i the stand-alone ES of a unit exposure
on the side of ``x_i - c x0_i``. Value at risk has no such bound of its own; it never exceeds the ES.

Source: Artzner, Delbaen, Eber, Heath, "Coherent measures of risk", Mathematical Finance 9 (1999).
"""

import math
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, model_validator

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
    steepest,
)
from stresskit.margin.known_tails import knows, tail_of_book
from stresskit.margin.tail import add_losses, quantile_gradient, tail_gradient, tail_mean_again
from stresskit.numerics.elementary import greater, sqrt
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.notional import unit_notional
from stresskit.policy import NoLadder, Steps
from stresskit.spec import Confidence, Duration, Fraction, NonNegative, Spec, misplaced

TERMS = {0: "expected_shortfall", 1: "minimum_charge"}
QUANTILE_TERMS = {0: "value_at_risk", 1: "minimum_charge", 2: "expected_shortfall"}
ROUNDING = 1e-9  # room for rounding, so that "certainly healthy" stays certain

UNBOUNDED = 1e9  # such a position is never certified by the bridge


class Var(Spec):
    """``rule = "var"``: hypothetical at every crypto venue.

    `measure`: expected shortfall, or value at risk, which does not reward diversification reliably.
    `volatility_floor`: whether volatility counts as its long-run level at least. `add_ons`: a clearing
    house's charges for dependence and concentration.
    """

    rule: Literal["var"]
    measure: Literal["es", "var"] = "es"
    confidence: Confidence = 0.99
    margin_period: Duration = 86400
    volatility_floor: bool = True
    add_ons: bool = False
    minimum_charge: Fraction = 0.005
    initial_factor: Annotated[float, Field(ge=1, le=10)] = 1.3
    scenarios: Annotated[int, Field(ge=1000, le=100_000)] = 10_000
    liquidation: NoLadder = "largest_contribution"
    steps: Steps | None = None
    buffer: NonNegative = 0.10

    @model_validator(mode="after")
    def _coherent(self) -> "Var":
        if self.add_ons and self.measure != "es":
            raise misplaced("add_ons", 'measure = "es" beside it: the charges are defined by tail means')
        return self


class VarRule(NamedTuple):
    """The rule as arrays.

    `losses` (assets, scenarios): loss of a unit long exposure over the margin period; `unit_long`,
    `unit_short` (assets,): stand-alone ES of a unit exposure; `long_run` (assets,): variance of a
    step; `persistence_weight` (assets,): share of the present variance's excess in the forecast
    over the margin period; `tail_count`: scenarios * (1 - confidence); `lowest_scale`: 1 under the
    volatility floor, else 0; `quantile`: 1 for value at risk (the smallest loss of the tail), 0 for ES.
    """

    losses: Float2D
    unit_long: Float1D
    unit_short: Float1D
    long_run: Float1D
    persistence_weight: Float1D
    tail_count: float
    minimum_charge: float
    initial_factor: float
    lowest_scale: float = 1.0
    quantile: float = 0.0


@inline
def volatility_scale(variance: Any, long_run: Any, weight: Any, multiplier: Any, lowest: Any) -> Any:
    """Forecast over long-run volatility over the margin period, not below `lowest`."""
    return greater(multiplier * sqrt((1.0 - weight) + (weight / long_run) * variance), lowest)


@part
def scale_bound(rule: Any, i: Any, multiplier: Any) -> Any:
    """Base and rise of a line in the variance of asset `i` above its scale: ``sqrt(y) <= 1 + y / 4``."""
    weight = rule.persistence_weight[i]
    still, moving = 1.0 + 0.25 * (1.0 - weight), 0.25 * weight / rule.long_run[i]
    return greater(multiplier * still, rule.lowest_scale), multiplier * moving


@inline
def measured(rule: Any, shortfall: Any, edge: Any) -> Any:
    """The measure of the tail: its mean, or its smallest loss."""
    return edge if rule.quantile > 0.0 else shortfall


@inline
def slope_of(rule: Any, unit: Any, edge: Any, kept: Any, breakdown: Any) -> Any:
    """Slope of the measure in an exposure with the losses `unit` (scenarios,) of a dollar."""
    tail = breakdown.tail[:kept]
    if rule.quantile > 0.0:
        return quantile_gradient(unit, breakdown.loss, edge, tail)
    return tail_gradient(unit, breakdown.loss, rule.tail_count, edge, tail)


@inline
def measured_gradient(rule: Any, entry: Any, i: Any, edge: Any, kept: Any, breakdown: Any) -> Any:
    """Its slope in the scaled exposure to asset `i`, from what `tail_of_book` has left."""
    known = breakdown.known
    return slope_of(rule, rule.losses[i] if entry < 0 else known.rows[entry, i], edge, kept, breakdown)


@part
def net_exposure(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """Fill ``breakdown.exposure`` with the scaled net exposures; return the gross one."""
    exposure, gross = breakdown.exposure, 0.0
    exposure[:] = 0.0
    for p in range(book.asset.size):
        value = view.quantity[p] * view.marks[book.asset[p]]
        exposure[book.asset[p]] += value
        gross += abs(value)
    for c in range(book.wallet.asset.size):
        exposure[book.wallet.asset[c]] += book.wallet.spot[c] * view.marks[book.wallet.asset[c]]
    for i in range(exposure.size):
        breakdown.scale[i] = volatility_scale(
            view.variance[i],
            rule.long_run[i],
            rule.persistence_weight[i],
            view.multiplier[0],
            rule.lowest_scale,
        )
        exposure[i] *= breakdown.scale[i]
    return gross


@implements(requirement, VarRule)
def var_requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """Evaluate the full set; `contribution` holds the Euler shares of the binding term."""
    gross = net_exposure(rule, book, view, breakdown)
    gradient = breakdown.gradient
    mean, edge, kept, entry = tail_of_book(rule.losses, breakdown.exposure, rule.tail_count, breakdown)
    shortfall, charge = measured(rule, mean, edge), rule.minimum_charge * gross
    breakdown.terms[2] = mean
    breakdown.terms[0] = shortfall
    breakdown.terms[1] = charge
    breakdown.binding[0] = 1 if charge > shortfall else 0
    for i in range(gradient.size):
        gradient[i] = measured_gradient(rule, entry, i, edge, kept, breakdown)
    breakdown.drift[:] = 0.0
    for c in range(book.wallet.asset.size):
        i = book.wallet.asset[c]
        if charge <= shortfall:
            breakdown.drift[i] += book.wallet.spot[c] * view.marks[i] * breakdown.scale[i] * gradient[i]
    for p in range(book.asset.size):
        i = book.asset[p]
        value = view.quantity[p] * view.marks[i]
        if charge > shortfall:
            slope = math.copysign(rule.minimum_charge, value)
        else:
            slope = breakdown.scale[i] * gradient[i]
        breakdown.contribution[p] = value * slope
        breakdown.drift[i] += value * slope
        breakdown.slope[p] = slope * (view.marks[i] / unit_notional(book.face[p], view.marks[i]))
    return max(shortfall, charge)


@implements(focus, VarRule)
def var_focus(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> None:
    """Take position `p` out of the last full evaluation: of its exposures or, of many assets, its losses."""
    i, rest = book.asset[p], breakdown.rest
    value = view.quantity[p] * view.marks[i]
    breakdown.aside[0] = breakdown.terms[1] - rule.minimum_charge * abs(value)
    if knows(breakdown.known):
        for j in range(rest.size):
            rest[j] = breakdown.exposure[j]
        rest[i] -= value * breakdown.scale[i]
    else:
        add_losses(breakdown.loss, -value * breakdown.scale[i], rule.losses[i], breakdown.base)


@inline
def tail_with(rule: Any, i: Any, x: Any, breakdown: Any) -> Any:
    """The tail of what `var_focus` left with a scaled exposure `x` to asset `i`; see `tail_of_book`."""
    if not knows(breakdown.known):
        add_losses(breakdown.base, x, rule.losses[i], breakdown.loss)
        loss, tail = breakdown.loss, breakdown.tail
        mean, edge, kept = tail_mean_again(loss, rule.tail_count, breakdown.scratch, tail)
        return mean, edge, kept, -1
    for j in range(breakdown.rest.size):
        breakdown.exposure[j] = breakdown.rest[j]
    breakdown.exposure[i] += x
    return tail_of_book(rule.losses, breakdown.exposure, rule.tail_count, breakdown)


@implements(requirement_of_leg, VarRule)
def var_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """The set with position `p` as it is and the rest as it was at `var_focus`."""
    i = book.asset[p]
    value = view.quantity[p] * view.marks[i]
    mean, edge, kept, entry = tail_with(rule, i, value * breakdown.scale[i], breakdown)
    shortfall = measured(rule, mean, edge)
    charge = breakdown.aside[0] + rule.minimum_charge * abs(value)
    if charge > shortfall:
        slope = math.copysign(rule.minimum_charge, value)
    else:
        slope = breakdown.scale[i] * measured_gradient(rule, entry, i, edge, kept, breakdown)
    breakdown.slope[p] = slope * (view.marks[i] / unit_notional(book.face[p], view.marks[i]))
    return max(shortfall, charge)


@implements(ceiling, VarRule)
def var_ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """Bound every path's requirement from its last full evaluation."""
    paths, assets = block.cash.size, block.exposure.shape[0]
    block.exposure[:] = 0.0
    block.gross[:] = 0.0
    for p in range(book.asset.size):
        quantity, marks = block.quantity[p], tile.marks[step, book.asset[p]]
        exposure = block.exposure[book.asset[p]]
        for b in range(paths):
            value = quantity[b] * marks[b]
            exposure[b] += value
            block.gross[b] += abs(value)
    for c in range(book.wallet.asset.size):
        spot, marks = book.wallet.spot[c], tile.marks[step, book.wallet.asset[c]]
        exposure = block.exposure[book.wallet.asset[c]]
        for b in range(paths):
            exposure[b] += spot * marks[b]
    along, lowest = block.ceiling, rule.lowest_scale
    along[:] = 0.0
    for i in range(assets):
        x, x0, variance = block.exposure[i], block.anchor_exposure[i], tile.variance[step, i]
        long_run, weight = rule.long_run[i], rule.persistence_weight[i]
        unit = rule.unit_long[i] * rule.unit_short[i]
        for b in range(paths):
            x[b] *= volatility_scale(variance[b], long_run, weight, tile.multiplier, lowest)
            along[b] += unit * x[b] * x0[b]
    for b in range(paths):
        block.scale[b] = greater(along[b] * block.anchor_norm[b], 0.0)
        along[b] = block.scale[b] * block.anchor_value[b]
    for i in range(assets):
        x, x0, long, short = (
            block.exposure[i],
            block.anchor_exposure[i],
            rule.unit_long[i],
            rule.unit_short[i],
        )
        for b in range(paths):
            rest = x[b] - block.scale[b] * x0[b]
            along[b] += greater(rest * long, -rest * short)
    for b in range(paths):
        bound = greater(along[b], rule.minimum_charge * block.gross[b])
        block.ceiling[b] = bound + ROUNDING * block.gross[b]


@implements(steepest, VarRule)
def var_steepest(rule: Any, book: Any, p: Any, multiplier: Any) -> Any:
    """No tail of the book is worse for a position than its own: the scaled stand-alone ES, or the charge.

    A quantile has no such bound.
    """
    i = book.asset[p]
    still, moving = scale_bound(rule, i, multiplier)
    unit = greater(rule.unit_long[i], rule.unit_short[i]) if rule.quantile == 0.0 else UNBOUNDED
    return greater(unit * still, rule.minimum_charge), unit * moving


@implements(loan_factor, VarRule)
def var_loan_factor(rule: Any) -> Any:
    """Not at all; once is a bound."""
    return 1.0


@implements(remember, VarRule)
def var_remember(rule: Any, block: Any, path: Any, breakdown: Any) -> None:
    """Anchor the path at the evaluation in `breakdown`."""
    norm = 0.0
    for i in range(breakdown.exposure.size):
        x = breakdown.exposure[i]
        block.anchor_exposure[i, path] = x
        norm += rule.unit_long[i] * rule.unit_short[i] * x * x
    block.anchor_value[path] = breakdown.terms[2]
    block.anchor_norm[path] = 1.0 / norm if norm > 0.0 else 0.0


@implements(convex, VarRule)
def var_convex(rule: Any) -> Any:
    """Expected shortfall is convex, a quantile is not."""
    return rule.quantile == 0.0
