"""Forecast probabilities against what happened: Brier score, reliability curve, calibration.

The Brier score is the mean of (p - y)^2, y being 1 where the event came and 0 where it did not. Its
reference is climatology, the share of events in the same sample: a forecast that knows how often, but
never when. It is a hard one, since nobody knew that share in advance. The skill is 1 - score / reference.

Spiegelhalter's statistic, ``sum (y - p)(1 - 2p) / sqrt(sum (1 - 2p)^2 p (1 - p))``, is standard normal where
every event comes with its forecast probability, independently of the others; it is tested on both sides.

Source: Brier (1950), Monthly Weather Review 78, 1-3; Spiegelhalter (1986), Statistics in Medicine 5,
421-433.
"""

from math import sqrt
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from stresskit.domain import Estimate, Float1D
from stresskit.measure.backtest.check import Check, check_json, not_defined
from stresskit.measure.figure import figure
from stresskit.measure.mean import mean
from stresskit.measure.probability import probability

EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
SURE = "every forecast is certain, or one half"
ALIKE = "the event came always or never: climatology is perfect"

Hits = npt.NDArray[np.bool_]


class Bin(NamedTuple):
    """Forecasts from `low` up to `high`: how many, their mean, and the share of events with its interval."""

    low: float
    high: float
    starts: int
    forecast: float
    happened: Estimate


class Reliability(NamedTuple):
    """Score, its reference and the skill (None with a reason), the difference of the two scores, the curve.

    `expected` and `events` are numbers of events.
    """

    brier: float
    climatology: float
    skill: float | None
    reason: str | None
    difference: Estimate
    expected: float
    events: int
    calibration: Check
    curve: tuple[Bin, ...]


def reliability(forecast: Float1D, happened: Hits) -> Reliability:
    """Judge forecast probabilities (starts,) of events that came or did not.

    Raises
    ------
    ValueError
        If there is no forecast, the arrays differ in length, or a forecast is no probability.
    """
    if not len(forecast) or len(forecast) != len(happened):
        raise ValueError(
            f"as many forecasts as events, and at least one: {len(forecast)} and {len(happened)}"
        )
    if not (np.isfinite(forecast).all() and forecast.min() >= 0.0 and forecast.max() <= 1.0):
        raise ValueError("forecasts between 0 and 1")
    came = happened.astype(np.float64)
    share = float(came.mean())
    own, reference = (forecast - came) ** 2, (share - came) ** 2
    score, base = float(own.mean()), float(reference.mean())
    return Reliability(
        score,
        base,
        1.0 - score / base if base > 0.0 else None,
        None if base > 0.0 else ALIKE,
        mean(np.asarray(own - reference)),
        float(forecast.sum()),
        int(happened.sum()),
        spiegelhalter(forecast, happened),
        curve(forecast, happened),
    )


def spiegelhalter(forecast: Float1D, happened: Hits) -> Check:
    """The squared statistic, chi-squared with one degree of freedom."""
    tilt = 1.0 - 2.0 * forecast
    spread = float(np.sum(tilt**2 * forecast * (1.0 - forecast)))
    if not spread > 0.0:
        return not_defined(1, SURE)
    statistic = float(np.sum((happened - forecast) * tilt)) / sqrt(spread)
    return Check(statistic**2, float(chdtrc(1, statistic**2)), 1)


def curve(forecast: Float1D, happened: Hits) -> tuple[Bin, ...]:
    """Bins that hold a forecast; the last one has its upper end."""
    place = np.minimum(np.searchsorted(EDGES, forecast, side="right") - 1, len(EDGES) - 2)
    found = []
    for k in np.unique(place):
        own = place == k
        count = int(own.sum())
        share = probability(int(happened[own].sum()), count)
        found.append(Bin(EDGES[k], EDGES[k + 1], count, float(forecast[own].mean()), share))
    return tuple(found)


def as_json(found: Reliability) -> dict[str, Any]:
    """The same as a JSON object."""
    told: dict[str, Any] = {
        "brier": found.brier,
        "climatology": found.climatology,
        "skill": found.skill,
        "difference": figure(found.difference),
        "expected": found.expected,
        "events": found.events,
        "calibration": check_json(found.calibration),
        "curve": [{**one._asdict(), "happened": figure(one.happened)} for one in found.curve],
    }
    return told if found.reason is None else {**told, "reason": found.reason}
