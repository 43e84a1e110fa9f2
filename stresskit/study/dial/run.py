"""Turn the dial: every strength once, halved around the points, on the same draws throughout."""

import hashlib
import json
from typing import Any

from stresskit.config_file import Loaded
from stresskit.measure.figure import figure
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.manifest import versions
from stresskit.pipeline.setting import Setting, prepare
from stresskit.study.dial.answer import account_answer, around
from stresskit.study.dial.ask import Ask, at, turned
from stresskit.study.dial.illusion import asked
from stresskit.study.dial.point import PointAt
from stresskit.study.dial.turning import Show, Turning

DEFAULT = Ask()
SCHEMA = 1


def dial(loaded: Loaded, ask: Ask = DEFAULT, workers: int = 1, show: Show | None = None) -> dict[str, Any]:
    """Curves over the strength of a break, and the points at which modes fail, by account.

    Parameters
    ----------
    ask : which scenario is turned, and how finely.
    workers : threads; the answer does not depend on it.
    show : hears of the progress.

    Returns
    -------
    dict
        JSON-able; every estimate with its 95 % interval, money in USD.

    Raises
    ------
    ConfigError, DataError
        As a run of the config would, or if `ask` cannot be answered.
    """
    ask.refuse_impossible()
    loaded, scenario = turned(loaded, ask)
    setting = prepare(at(loaded, scenario, 1.0))
    refuse_what_cannot_run(setting)
    onset = {account.name: asked(setting, account, scenario) for account in setting.accounts}
    turning = Turning(setting, loaded, scenario, workers, show, onset)
    turning.to(_spaced(ask.points))
    while new := _middles(turning, ask.resolution):
        turning.to(new)
    return {
        **_about(setting, loaded, scenario, ask),
        "strengths": turning.strengths,
        "accounts": {account.name: account_answer(turning, account) for account in setting.accounts},
        **({"surface": _surface(turning, ask)} if ask.multipliers else {}),
    }


def identity(loaded: Loaded, ask: Ask = DEFAULT) -> str:
    """Twelve digits that name the answer by all that it is made from.

    Raises
    ------
    ConfigError, DataError
        As `dial` would.
    """
    ask.refuse_impossible()
    loaded, scenario = turned(loaded, ask)
    hashes = prepare(at(loaded, scenario, 1.0)).hashes()
    text = json.dumps([hashes, scenario, ask.points, ask.resolution, ask.multipliers])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _spaced(points: int) -> list[float]:
    return [round(i / (points - 1), 9) for i in range(points)]


def _middles(turning: Turning, resolution: float) -> list[float]:
    """Middles of the intervals around every point that are still too long."""
    found = {pair for account in turning.setting.accounts for pair in around(turning, account) if pair}
    middles = {round((a + b) / 2, 9) for a, b in found if b - a > resolution + 1e-9}
    return sorted(middles - set(turning.points))


def _about(setting: Setting, loaded: Loaded, scenario: str, ask: Ask) -> dict[str, Any]:
    """What the answer was made from; hashes are of the config with the scenario at strength 1."""
    run = loaded.run
    return {
        "kind": "dial",
        "schema_version": SCHEMA,
        "name": run.name,
        "description": run.description,
        "hashes": setting.hashes(),
        "versions": versions(),
        "seed": run.simulation.seed,
        "paths": run.simulation.paths,
        "steps": run.simulation.steps,
        "step_h": run.simulation.step / 3600,
        "scenario": {**run.scenarios[scenario].model_dump(mode="json"), "name": scenario},
        "notes": setting.stressed[scenario].notes,
        "ask": {"points": ask.points, "resolution": ask.resolution, "multipliers": list(ask.multipliers)},
    }


def _surface(turning: Turning, ask: Ask) -> dict[str, Any]:
    """Every life over strength and volatility multiplier, on the strengths that were asked for."""
    strengths = _spaced(ask.points)
    turning.total += len(strengths) * len(ask.multipliers)
    cells = [
        {"multiplier": m, "strength": s, "lives": _lives(turning.simulate(s, m)[1])}
        for m in ask.multipliers
        for s in strengths
    ]
    return {"strengths": strengths, "multipliers": list(ask.multipliers), "cells": cells}


def _lives(point: PointAt) -> dict[str, Any]:
    return {
        name: {key: figure(estimate) for key, estimate in one.figures(point.law).items()}
        for name, one in point.lives.items()
    }
