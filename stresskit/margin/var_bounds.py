"""Upper bounds of the ``var`` rule's requirement, by which most accounts are certified as healthy.

ES is coherent, so that from a full evaluation at x0, for any scale c >= 0,
``ES(x) <= c ES(x0) + sum_i |x_i - c x0_i| ES_i`` with ES_i the stand-alone ES of a unit exposure
on the side of ``x_i - c x0_i``. Value at risk has no such bound of its own; it never exceeds the ES.

Source: Artzner, Delbaen, Eber, Heath, "Coherent measures of risk", Mathematical Finance 9 (1999).
"""

from typing import Any

import numpy as np

from stresskit.domain import ceiling, deviation_bound, loan_factor, remember, roof, steepest
from stresskit.margin.shortfall_bound import shortfall_bound
from stresskit.margin.var import VarRule, fanned, net_exposure, tail_by_direction, volatility_scale
from stresskit.numerics.elementary import greater, sqrt
from stresskit.numerics.jit import implements, part

ROUNDING = 1e-9  # room for rounding, so that "certainly healthy" stays certain
UNBOUNDED = 1e9  # such a position is never certified by the bridge


@part
def scale_bound(rule: Any, i: Any, multiplier: Any) -> Any:
    """Base and rise of a line in the variance of asset `i` above its scale: ``sqrt(y) <= 1 + y / 4``."""
    weight = rule.persistence_weight[i]
    still, moving = 1.0 + 0.25 * (1.0 - weight), 0.25 * weight / rule.long_run[i]
    return greater(multiplier * still, rule.lowest_scale), multiplier * moving


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


@implements(roof, VarRule)
def var_roof(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """The expected shortfall or its bound, which a quantile does not exceed either."""
    gross = net_exposure(rule, book, view, breakdown)
    if fanned(rule, breakdown.exposure):
        bound = tail_by_direction(rule, breakdown.exposure, breakdown.gradient)
    else:
        bound = shortfall_bound(rule.scenarios, breakdown.exposure, rule.tail_count, breakdown)
    breakdown.terms[2] = bound
    return max(bound, rule.minimum_charge * gross) + ROUNDING * gross


@implements(steepest, VarRule)
def var_steepest(rule: Any, book: Any, p: Any, multiplier: Any) -> Any:
    """No tail of the book is worse for a position than its own: the scaled stand-alone ES, or the charge.

    A quantile has no such bound.
    """
    i = book.asset[p]
    still, moving = scale_bound(rule, i, multiplier)
    unit = greater(rule.unit_long[i], rule.unit_short[i]) if rule.quantile == 0.0 else UNBOUNDED
    return greater(unit * still, rule.minimum_charge), unit * moving


@implements(deviation_bound, VarRule)
def var_deviation_bound(
    rule: Any, net: Any, variance: Any, multiplier: Any, correlation: Any, whole: Any, scratch: Any
) -> Any:
    """By how far out the scenarios of a tail can lie in the mean, whatever the book.

    The slope of ES is a mean g of a tail's losses, so that its Mahalanobis length is at most the `radius` of
    the set. For scaled exposures y the variance is ``g' Y S Y g <= radius^2 trace(Y S Y A)``. A quantile has
    no such bound.
    """
    if rule.quantile > 0.0:
        return np.inf
    moment, total = rule.scenarios.moment, 0.0
    for i in range(net.size):
        scale = volatility_scale(
            variance[i], rule.long_run[i], rule.persistence_weight[i], multiplier, rule.lowest_scale
        )
        scratch[i] = net[i] * scale * sqrt(variance[i])
    for j in range(net.size):
        for i in range(net.size):
            total += scratch[i] * scratch[j] * moment[i, j] * correlation[i, j]
    return max(rule.scenarios.radius * sqrt(max(total, 0.0)), rule.minimum_charge * whole)


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
