"""What the outcome columns of one account under one margin mode amount to."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D
from stresskit.measure.figure import figure
from stresskit.measure.law import LEVELS, PLAIN, Law
from stresskit.measure.paired import Hits
from stresskit.measure.pieces import Pieces, Places, Sample

SPARED = "no path is liquidated"
COSTS = ("fee", "slippage", "fund", "shortfall_price")  # columns that add up to the cost of liquidations

Columns = Callable[[str], npt.NDArray[Any]]
"""Gives an outcome column (paths,) by its name; called anew for each use, so that a column that is
mapped into memory can leave it again."""


def liquidated(column: Columns) -> Hits:
    """Paths with any forced closing (paths,)."""
    return np.asarray(column("first_step") >= 0)


def life_figures(column: Columns, equity: float, step_h: float, law: Law = PLAIN) -> dict[str, Any]:
    """The figures of one life: the entries of ``modes.<mode>`` in ``metrics.json``.

    With exactly one liquidated path ``loss_given_liquidation`` is null, with the reason: no figure stands
    without an interval, and one observation gives none. A limit on it is then undecided, never met.

    Parameters
    ----------
    column : callable
        Reader of the outcome columns.
    equity : float, USD
        Equity at the start, from which losses count.
    step_h : float
        Hours a step.
    law : Law
        How the paths count.
    """
    hits = liquidated(column)
    losses = Pieces(len(hits), lambda some: equity - column("terminal_equity")[some])
    return {
        "p_liquidation": figure(law.share(hits)),
        "p_closed_out": figure(law.share(np.asarray(column("closed_step") >= 0))),
        "p_shortfall": figure(law.share(np.asarray(column("shortfall") > 0))),
        "time_to_liquidation_h": law.waiting(column("first_step")[hits] * step_h, hits),
        "loss_given_liquidation": figure(law.mean(losses.read(hits), hits, nothing=SPARED)),
        "expected_liquidation_cost": figure(law.mean(costs(column), floor=0.0)),
        "shortfall": figure(law.mean(column("shortfall"), floor=0.0)),
        **tail_table(losses, law),
    }


def costs(column: Columns) -> Pieces:
    """What liquidation costs on each path, USD."""

    def read(some: Places) -> Float1D:
        first, *others = (np.array(column(name)[some]) for name in COSTS)
        return sum(others, start=first)

    return Pieces(len(column(COSTS[0])), read)


def tail_table(loss: Sample, law: Law = PLAIN) -> dict[str, Any]:
    """``var`` and ``es`` of the losses (paths,) at the reported levels, as JSON."""
    quantiles, averages = law.tails(loss)
    names = [f"{level:g}" for level in LEVELS]
    return {
        "var": dict(zip(names, map(figure, quantiles), strict=True)),
        "es": dict(zip(names, map(figure, averages), strict=True)),
    }
