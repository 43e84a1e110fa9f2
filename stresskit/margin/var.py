"""Distribution margin: expected shortfall of the whole book over a fixed scenario set.

``maintenance = max(ES(x), minimum_charge * gross)``, ``initial = initial_factor * maintenance``.
x is the net exposure per asset, spot positions included, times its volatility scale,
max(forecast volatility over the margin period given the path's state, long-run level) / long-run
level. The scenarios come from the calibrated, calm model: the venue sees the stressed volatility,
never the broken dependence. No crypto venue margins this way today; a clearing house such as OCC
does (STANS).

The scenario set is the rule. What is cheaper than the set, in `var_bounds`, may only certify an account as
healthy.
"""

import math
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, model_validator

from stresskit.domain import (
    Float1D,
    convex,
    focus,
    requirement,
    requirement_of_leg,
)
from stresskit.margin.fan import NO_FAN, Fan, corner_of
from stresskit.margin.far_scenarios import ScenarioSet, tail_of_book
from stresskit.margin.tail import add_slopes, slope_along, weigh_edge, weigh_mean
from stresskit.numerics.elementary import greater, sqrt
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.notional import unit_notional
from stresskit.policy import NoLadder, Steps
from stresskit.spec import Confidence, Duration, Fraction, NonNegative, Spec, misplaced

TERMS = {0: "expected_shortfall", 1: "minimum_charge"}
QUANTILE_TERMS = {0: "value_at_risk", 1: "minimum_charge", 2: "expected_shortfall"}


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

    `scenarios`: losses of unit exposures over the margin period; `unit_long`, `unit_short` (assets,):
    stand-alone ES of a unit exposure; `long_run` (assets,): variance of a step; `persistence_weight`
    (assets,): share of the present variance's excess in the forecast
    over the margin period; `tail_count`: scenarios * (1 - confidence); `lowest_scale`: 1 under the
    volatility floor, else 0; `quantile`: 1 for value at risk (the smallest loss of the tail), 0 for ES;
    `fan`: the tails of all books of two assets, of an expected shortfall.
    """

    scenarios: ScenarioSet
    unit_long: Float1D
    unit_short: Float1D
    long_run: Float1D
    persistence_weight: Float1D
    tail_count: float
    minimum_charge: float
    initial_factor: float
    lowest_scale: float = 1.0
    quantile: float = 0.0
    fan: Fan = NO_FAN


@inline
def volatility_scale(variance: Any, long_run: Any, weight: Any, multiplier: Any, lowest: Any) -> Any:
    """Forecast over long-run volatility over the margin period, not below `lowest`."""
    return greater(multiplier * sqrt((1.0 - weight) + (weight / long_run) * variance), lowest)


@inline
def measured(rule: Any, shortfall: Any, edge: Any) -> Any:
    """The measure of the tail: its mean, or its smallest loss."""
    return edge if rule.quantile > 0.0 else shortfall


@part
def weigh(rule: Any, edge: Any, kept: Any, breakdown: Any) -> Any:
    """Places of the tail's scenarios, and what each counts in the measure."""
    loss, weight = breakdown.loss[:kept], breakdown.scratch[:kept]
    if rule.quantile > 0.0:
        weigh_edge(loss, edge, weight)
    else:
        weigh_mean(loss, rule.tail_count, edge, weight)
    return breakdown.tail[:kept], weight


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


@inline
def fanned(rule: Any, exposure: Any) -> Any:
    """Whether the tail of the book is known by its direction."""
    return rule.fan.begin.size > 0 and (exposure[0] != 0.0 or exposure[1] != 0.0)


@part
def tail_by_direction(rule: Any, exposure: Any, gradient: Any) -> Any:
    """Fill gradient (assets,) with the slopes of the expected shortfall, and return it."""
    gradient[0], gradient[1] = corner_of(rule.fan, exposure[0], exposure[1])
    return exposure[0] * gradient[0] + exposure[1] * gradient[1]


@part
def tail_by_scenarios(rule: Any, breakdown: Any) -> Any:
    """Fill the gradient with the slopes of the measure; return it and the expected shortfall."""
    exposure, gradient = breakdown.exposure, breakdown.gradient
    mean, edge, kept = tail_of_book(rule.scenarios, exposure, rule.tail_count, 0, -1, breakdown)
    places, weight = weigh(rule, edge, kept, breakdown)
    gradient[:] = 0.0
    add_slopes(rule.scenarios.losses, places, weight, 1.0, gradient)
    return measured(rule, mean, edge), mean


@implements(requirement, VarRule)
def var_requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """Evaluate the full set; `contribution` holds the Euler shares of the binding term."""
    gross = net_exposure(rule, book, view, breakdown)
    gradient, charge = breakdown.gradient, rule.minimum_charge * gross
    if fanned(rule, breakdown.exposure):
        shortfall = mean = tail_by_direction(rule, breakdown.exposure, gradient)
    else:
        shortfall, mean = tail_by_scenarios(rule, breakdown)
    breakdown.terms[2] = mean
    breakdown.terms[0] = shortfall
    breakdown.terms[1] = charge
    breakdown.binding[0] = 1 if charge > shortfall else 0
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
    """Keep what stays while position `p` is closed, from the last full evaluation."""
    value, aside = view.quantity[p] * view.marks[book.asset[p]], breakdown.aside
    aside[0] = breakdown.terms[1] - rule.minimum_charge * abs(value)
    aside[1] = breakdown.exposure[book.asset[p]] - value * breakdown.scale[book.asset[p]]
    breakdown.beside.known[0] = 0


@part
def leg_by_scenarios(rule: Any, i: Any, breakdown: Any) -> Any:
    """The measure while only the exposure to asset `i` changes, and its slope."""
    mean, edge, kept = tail_of_book(rule.scenarios, breakdown.exposure, rule.tail_count, i, 0, breakdown)
    places, weight = weigh(rule, edge, kept, breakdown)
    return measured(rule, mean, edge), slope_along(rule.scenarios.losses[i], places, weight)


@implements(requirement_of_leg, VarRule)
def var_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """The set with position `p` as it is and the rest as it was at `var_focus`."""
    i, exposure = book.asset[p], breakdown.exposure
    value = view.quantity[p] * view.marks[i]
    held, exposure[i] = exposure[i], breakdown.aside[1] + value * breakdown.scale[i]
    if fanned(rule, exposure):
        shortfall = tail_by_direction(rule, exposure, breakdown.gradient)
        slope = breakdown.gradient[i]
    else:
        shortfall, slope = leg_by_scenarios(rule, i, breakdown)
    exposure[i] = held
    charge = breakdown.aside[0] + rule.minimum_charge * abs(value)
    slope = math.copysign(rule.minimum_charge, value) if charge > shortfall else breakdown.scale[i] * slope
    breakdown.slope[p] = slope * (view.marks[i] / unit_notional(book.face[p], view.marks[i]))
    return max(shortfall, charge)


@implements(convex, VarRule)
def var_convex(rule: Any) -> Any:
    """Expected shortfall is convex, a quantile is not."""
    return rule.quantile == 0.0
