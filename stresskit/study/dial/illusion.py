"""The hedge illusion: the netted requirement fails where that of each asset by itself would not.

Over one margin period from the onset, with nothing closed, the loss of the present book is compared
with what the ``var`` rule asks at the onset for the book, and with the sum of what it asks for each
asset's net position alone. The requirement of the book fails if more than ``1 - confidence`` of the
losses exceed it; the relief for the hedge was an illusion where the sum does not fail as well.

The loss is that of what the rule margins: positions and spot, not other collateral. What the rule asks
does not depend on the strength, because paths are calm until the onset and the rule keeps the calm
dependence. The losses come from the same draws as the lives, of which only the steps of the margin
period are drawn again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Estimate, Float1D, Float2D
from stresskit.margin.var import Var
from stresskit.measure.law import PLAIN, Law
from stresskit.pipeline.accounts import Mode, Prepared
from stresskit.pipeline.setting import Setting
from stresskit.simulate.blocks import (
    Contender,
    Plan,
    block_size,
    live_block,
    stream,
    tile_length,
    workspace,
)
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, view_at
from stresskit.spec import duration_text
from stresskit.study.bare_paths import bare_plan

TOO_LATE = "the horizon ends before one margin period from the onset"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What one ``var`` mode asks at the onset, USD: one number, or one a path; steps of its period."""

    mode: Mode
    spec: Var
    book: Float1D
    alone: Float1D
    first: int
    last: int


def asked(setting: Setting, account: Prepared, scenario: str) -> list[Asked]:
    """What the ``var`` modes of an account ask at the onset; none where the horizon ends too early."""
    found = []
    first = _onset(setting, scenario)
    marks = variance = None
    for mode in account.modes.values():
        if not isinstance(mode.spec, Var):
            continue
        last = first + mode.spec.margin_period // setting.market.model.step_s
        if last > setting.loaded.run.simulation.steps:
            continue
        if marks is None or variance is None:
            marks, variance = _states(setting, scenario, first)
        asks = np.array([_asks(mode.contender, m, v) for m, v in zip(marks, variance, strict=True)])
        found.append(Asked(mode, mode.spec, asks[:, 0], asks[:, 1], first, last))
    return found


def beyond(
    setting: Setting, account: Prepared, scenario: str, ask: Asked, workers: int
) -> dict[str, Estimate]:
    """Shares of the paths whose loss exceeds the two requirements, at the strength of `setting`."""
    loss, law = losses(setting, account, scenario, ask, workers)
    return {"requirement": law.share(loss > ask.book), "stand_alone": law.share(loss > ask.alone)}


def facts(ask: Asked) -> dict[str, Any]:
    """What was compared; of requirements that differ by path the mean."""
    return {
        "confidence": ask.spec.confidence,
        "margin_period": duration_text(ask.spec.margin_period),
        "requirement": float(ask.book.mean()),
        "stand_alone": float(ask.alone.mean()),
    }


def _onset(setting: Setting, scenario: str) -> int:
    """Step at which the break begins: the first segment whose dependence is not the calm one."""
    segments, calm = setting.stressed[scenario].segments, setting.market.model.dependence
    return next((s.first for s in segments if s.dependence is not calm), 0)


def _states(setting: Setting, scenario: str, first: int) -> tuple[Float2D, Float2D]:
    """Marks and variances (paths, assets) at the onset; one row where it is the start."""
    if first == 0:
        return np.ones((1, setting.variance.size)), setting.variance[None].copy()
    plan = bare_plan(setting, scenario, first)
    parts = list(_ends(plan, setting.loaded.run.simulation.paths))
    marks, variance = (np.concatenate(p, axis=1).T.copy() for p in zip(*parts, strict=True))
    return marks, variance


def _ends(plan: Plan, paths: int) -> Iterator[tuple[Float2D, Float2D]]:
    size = min(block_size(plan.variance.size), paths)
    for path in range(0, paths, size):
        count = min(size, paths - path)
        space = workspace(plan, count, tile_length(plan.variance.size, count))
        live_block(plan, path, space)
        yield space.marks, space.variance


def _asks(contender: Contender, marks: Float1D, variance: Float1D) -> tuple[float, float]:
    """What the rule asks for the book, and for each asset's net position alone together."""
    book = contender.book
    view = view_at(book, variance)
    view.marks[:] = marks
    breakdown = empty_breakdown(book.asset.size, variance.size, contender.scenarios)
    whole = assess(contender.rule, book, view, breakdown)
    total = 0.0
    for asset in np.unique(book.asset):
        own = book.asset == asset
        view.quantity[:] = 0.0
        view.quantity[int(np.flatnonzero(own)[0])] = book.quantity[own].sum()
        spot = np.where(book.wallet.asset == asset, book.wallet.spot, 0.0)
        lone = book._replace(wallet=book.wallet._replace(spot=spot))
        total += assess(contender.rule, lone, view, breakdown)
    return whole, total


def losses(
    setting: Setting, account: Prepared, scenario: str, ask: Asked, workers: int
) -> tuple[npt.NDArray[np.float64], Law]:
    """Losses (paths,) over the margin period, USD."""
    book = account.book
    held = book._replace(wallet=book.wallet._replace(value=book.wallet.spot))
    simulation = setting.loaded.run.simulation
    loss, weight = np.zeros(simulation.paths), np.ones(simulation.paths)
    for step, sign in ((ask.first, 1.0), (ask.last, -1.0)):
        if step == 0:
            continue
        plan = bare_plan(setting, scenario, step, (held,))
        for outcome in stream(plan, simulation.paths, simulation.block, workers):
            rows = slice(outcome.path, outcome.path + len(outcome.weight))
            loss[rows] += sign * outcome.profits[0]
            weight[rows] = outcome.weight
    return loss, PLAIN if setting.importance() is None else Law(weight)
