"""What the outcome columns of one account under one margin mode amount to."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D
from stresskit.measure.figure import figure
from stresskit.measure.mean import BLOCK, mean, mean_of_blocks
from stresskit.measure.paired import Hits
from stresskit.measure.probability import probability
from stresskit.measure.tail import tail_figures
from stresskit.measure.waiting import waiting_time

LEVELS = (0.95, 0.975, 0.99)
SPARED = "no path is liquidated"

Columns = Callable[[str], npt.NDArray[Any]]
"""Gives an outcome column (paths,) by its name; called anew for each use, so that a column that is
mapped into memory can leave it again."""


def liquidated(column: Columns) -> Hits:
    """Paths with any forced closing (paths,)."""
    return np.asarray(column("first_step") >= 0)


def life_figures(column: Columns, equity: float, step_h: float) -> dict[str, Any]:
    """The figures of one life: the entries of ``modes.<mode>`` in ``metrics.json``.

    Parameters
    ----------
    column : callable
        Reader of the outcome columns.
    equity : float, USD
        Equity at the start, from which losses count.
    step_h : float
        Hours a step.
    """
    hits, n = liquidated(column), len(column("first_step"))
    return {
        "p_liquidation": _share(hits),
        "p_closed_out": _share(np.asarray(column("closed_step") >= 0)),
        "p_shortfall": _share(np.asarray(column("shortfall") > 0)),
        "time_to_liquidation_h": waiting_time(column("first_step")[hits] * step_h),
        "loss_given_liquidation": figure(mean(equity - column("terminal_equity")[hits], nothing=SPARED)),
        "expected_liquidation_cost": figure(mean_of_blocks(_costs(column, n), floor=0.0)),
        "shortfall": figure(mean(column("shortfall"), floor=0.0)),
        **tail_table(equity - column("terminal_equity")),
    }


def tail_table(loss: Float1D) -> dict[str, Any]:
    """``var`` and ``es`` of the losses (paths,) at the reported levels, as JSON."""
    quantiles, averages = tail_figures(loss, LEVELS)
    names = [f"{level:g}" for level in LEVELS]
    return {
        "var": dict(zip(names, map(figure, quantiles), strict=True)),
        "es": dict(zip(names, map(figure, averages), strict=True)),
    }


def _share(hits: Hits) -> dict[str, Any]:
    return figure(probability(int(np.count_nonzero(hits)), len(hits)))


def _costs(column: Columns, n: int) -> Iterator[Float1D]:
    """Fee charged, slippage of all closings, and what of the shortfall is not slippage, per path."""
    for start in range(0, n, BLOCK):
        rows = slice(start, start + BLOCK)
        fee, slippage, rest = (
            np.array(column(name)[rows]) for name in ("fee", "slippage", "shortfall_price")
        )
        yield fee + slippage + rest
