"""A past event happens to today's book: its depth, times, volatility, correlation and intraday low.

From `onset` on, each asset goes from where it stands to the event's trough in equal parts of the
logarithm over the event's hours, jumps to the intraday low and back at the open of the step after, and
goes on to the level of a day later. Margin is looked at at the low: hourly closes hide what a wick
liquidates. The lows of all assets are taken to come together. The returns of the model are drawn beside
this course, with the event's correlation and its volatility around the course, so that paths differ as
another event of this kind would.

Volatility is the event's own of each asset over the model's long-run one. The scenario's multiplier is
their median; what an asset has beyond it belongs to its conditional variance, which the venue sees too.

Parameters, and how they were computed, stand in ``events/*.toml``. An asset that an event does not know
is completed at every level by its calm law given BTC's move there, from the same draws at all levels.
"""

from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from stresskit.domain import (
    Blend,
    Completion,
    Float1D,
    Int1D,
    JointModel,
    Move,
    Segment,
    Shock,
    StressedModel,
    reshaped,
)
from stresskit.errors import ConfigError, Problem
from stresskit.numerics.correlation import nearest_correlation
from stresskit.scenario.crash import elliptical
from stresskit.scenario.events import Event, read_event
from stresskit.scenario.timeline import between, shocks_at, struck
from stresskit.spec import Duration, Spec, duration_text

HOUR, YEAR_S = 3600, 365 * 86400
LEAST = 0.1  # of the calm volatility
LEADER = "BTC"
EventName = Literal[
    "covid_2020",
    "apr_2021",
    "may_2021",
    "dec_2021",
    "luna_2022",
    "celsius_3ac_2022",
    "ftx_2022",
    "aug_2024",
    "oct_2025",
    "feb_2026",
]


class Historical(Spec):
    """``kind = "historical"``.

    Attributes
    ----------
    event : one of the shipped events.
    onset : when it begins.
    severity : scales its moves in logarithms and its volatility above calm; 1 is the event as it was.
    others : assets that the event does not know are completed by their ``conditional`` law given BTC
        (default), or ``stay``.
    """

    kind: Literal["historical"]
    event: EventName
    onset: Duration = 0
    severity: Annotated[float, Field(gt=0, le=3)] = 1.0
    others: Literal["conditional", "stay"] = "conditional"


def stress_historical(
    spec: Historical, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Let the event happen.

    Raises
    ------
    ConfigError
        If its trough does not come before the horizon, an asset it does not know cannot be completed, or
        the dependence has no correlation matrix.
    """
    event = read_event(spec.event)
    first = spec.onset // model.step_s
    trough = first - (-event.hours_to_trough * HOUR // model.step_s)
    back = -(-event.hours_to_end * HOUR // model.step_s)
    if trough >= steps:
        expected = f"a time at least {event.hours_to_trough + 1}h before the horizon: the event's way down"
        raise ConfigError([Problem("", "onset", expected)])
    known = np.array([i for i, asset in enumerate(model.assets) if asset in event.assets], dtype=np.int64)
    if not known.size:
        expected = f"a snapshot with assets of the event: {', '.join(event.assets)}"
        raise ConfigError([Problem("", "event", expected)])
    law = _completion(spec, stressed, model, event, known, (first, trough))
    levels = {level: _move(spec, model, event, known, level, law) for level in ("trough", "low", "end")}
    own = np.maximum(1.0 + spec.severity * (_multipliers(model, event, known) - 1.0), LEAST)
    multiplier = float(np.median(own)) if known.size else 1.0
    loudness = np.ones(len(model.assets))
    loudness[known] = own / multiplier
    last = min(trough + back, steps)
    found = between(stressed, first, last, _weather(model, event, known, multiplier, loudness))
    found = struck(found, first, trough, Shock(ramp=levels["trough"], steps=trough - first))
    wick = Shock(levels["trough"], (levels["low"], levels["trough"]), levels["end"], back)
    found = struck(found, trough, last, wick)
    return replace(found, notes=_notes(spec, model, event, known, own))


def _completion(
    spec: Historical,
    stressed: StressedModel,
    model: JointModel,
    event: Event,
    known: Int1D,
    way: tuple[int, int],
) -> Completion | None:
    """The calm law of the assets that the event does not know, given BTC over the way down."""
    law = elliptical(model.dependence)
    missing = known.size < len(model.assets)
    if LEADER not in model.assets or law is None:
        if missing and spec.others == "conditional":
            expected = (
                f'"stay": the others are completed given {LEADER} under a gaussian, student_t, dcc or regime'
            )
            raise ConfigError([Problem("", "others", f"{expected} dependence")])
        return None
    first, trough = way
    variance = (trough - first) * model.marginals.long_run_variance
    stream = first + (shocks_at(stressed, first) << 15)
    return Completion(law, variance, 1.0, stream, np.array([model.assets.index(LEADER)]))


def _move(
    spec: Historical, model: JointModel, event: Event, known: Int1D, level: str, law: Completion | None
) -> Move:
    """Where the assets stand at the trough, the low or the end."""
    stated = np.array([getattr(event.assets[model.assets[i]], level) for i in known])
    return Move(known, (1.0 + stated) ** spec.severity - 1.0, law, stay=spec.others == "stay")


def _multipliers(model: JointModel, event: Event, known: Int1D) -> Float1D:
    """The event's volatility of each `known` asset over the model's long-run one."""
    calm = np.sqrt(model.marginals.long_run_variance[known] * YEAR_S / model.step_s)
    then = np.array([event.assets[model.assets[i]].volatility for i in known])
    found: Float1D = then / calm
    return found


def _weather(model: JointModel, event: Event, known: Int1D, multiplier: float, loudness: Float1D) -> Any:
    """The event's correlation and volatility, for the segments of its time."""
    names = list(event.correlation)
    places = [names.index(model.assets[i]) for i in known]
    rows = np.array(list(event.correlation.values()), dtype=np.float64)[np.ix_(places, places)]
    change = Blend(known, nearest_correlation(rows)[0], 1.0)

    def act(segment: Segment) -> Segment:
        try:
            dependence = reshaped(segment.dependence, change)
        except ValueError as error:
            raise ConfigError([Problem("", "event", str(error))]) from None
        return replace(
            segment,
            dependence=dependence,
            volatility_multiplier=segment.volatility_multiplier * multiplier,
            loudness=loudness if segment.loudness is None else segment.loudness * loudness,
        )

    return act


def _notes(
    spec: Historical, model: JointModel, event: Event, known: Int1D, multipliers: Float1D
) -> dict[str, Any]:
    names = [model.assets[i] for i in known]
    missing = [asset for asset in model.assets if asset not in names]
    pairs = [x for i, row in enumerate(event.correlation.values()) for x in row[:i]]
    found: dict[str, Any] = {
        "event": f"{event.title}, {event.day}",
        "way_down": duration_text(event.hours_to_trough * HOUR),
        "way_on": duration_text(event.hours_to_end * HOUR),
        "volatility_multiplier": dict(zip(names, multipliers.tolist(), strict=True)),
        "mean_correlation": float(np.mean(pairs)),
        "trough": {a: event.assets[a].trough for a in names},
        "low": {a: event.assets[a].low for a in names},
        "source": event.source,
    }
    if spec.severity != 1.0:
        found["severity"] = f"moves and volatility of the event at {spec.severity:g} times their size"
    if lows := [asset for asset in event.low_unknown if asset in names]:
        found["low_unknown"] = f"{', '.join(lows)}: only closes are known, the low is the trough"
    if missing:
        how = (
            "stay where they are" if spec.others == "stay" else f"completed by their calm law given {LEADER}"
        )
        found["not_in_the_event"] = f"{', '.join(missing)}: {how}"
    found["occurred"] = f"once, on {event.day}; the model's own odds stand beside the move"
    return found
