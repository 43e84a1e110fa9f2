"""Fits of one asset along its history, kept on disk as they are made."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from stresskit.domain import Float1D
from stresskit.model.fit_box import Parameters
from stresskit.model.refit import refit
from stresskit.study.backtest.ledger import Ledger
from stresskit.study.backtest.plan import BookOf, Plan

COLD = 250  # windows after which a search starts from the usual places, too


def first_step(returns: Float1D, window: int) -> int:
    """Index of the first return (steps,) with a whole window of known ones before it."""
    return int(np.flatnonzero(np.isfinite(returns))[0]) + window


def fits(
    asset: str,
    returns: Float1D,
    start: int,
    book: BookOf,
    plan: Plan,
    longest: float,
    sha256: str,
    folder: Path,
    tell: Callable[[str], None],
) -> dict[int, Parameters]:
    """Parameters by the step from which they hold: the first, then every step that `plan.refit` divides."""
    label = f"{book.kind}-{book.innovations}"
    said = f"{sha256} {asset} {label} {plan.window} {plan.refit} {start} {longest!r}"
    name = f"{asset}-{label}-{hashlib.sha256(said.encode()).hexdigest()[:12]}.fits"
    ledger = Ledger(folder / name, len(Parameters._fields))
    steps = refit_steps(start, len(returns), plan.refit)
    last: Parameters | None = None
    for count, step in enumerate(steps):
        if (known := ledger.rows.get(step)) is None:
            seen = returns[step - plan.window : step]
            last = refit(seen, book.kind, book.innovations, longest, last if count % COLD else None)
            ledger.add(step, tuple(map(float, last)))
        else:
            last = Parameters(*known)
        tell(f"{asset} {label}")
    return {step: Parameters(*ledger.rows[step]) for step in steps}


def refit_steps(start: int, end: int, every: int) -> list[int]:
    """Steps from `start` to before `end` at which a model is fitted anew."""
    return [start, *range((start // every + 1) * every, end, every)]
