"""``paths = "auto"``: how many paths make the named figure sure enough.

The number begins at ``least`` and doubles until the figure's interval is narrow enough or ``most`` would be
passed. Only numbers of this series are looked at, and a figure of so many paths depends on nothing else:
neither on blocks nor on threads. The paths found are those that the run then simulates, from the first.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from stresskit.config.precision import AUTO, Precision
from stresskit.config_file import Loaded
from stresskit.domain import Estimate, Float1D
from stresskit.engines import Workers
from stresskit.measure.figure import figure
from stresskit.measure.law import LEVELS, PLAIN, Law
from stresskit.pipeline.efficiency import Endowed
from stresskit.pipeline.setting import Setting
from stresskit.simulate.blocks import BlockOutcome, stream

COSTS = ("fee", "slippage", "fund", "shortfall_price")

Tell = Callable[[int, str], None]


def with_paths(loaded: Loaded, paths: int) -> Loaded:
    """The same config, known by the same values, with a number of paths."""
    simulation = loaded.run.simulation.model_copy(update={"paths": paths})
    return replace(loaded, run=loaded.run.model_copy(update={"simulation": simulation}))


def enough(setting: Setting, workers: Workers, tell: Tell | None = None) -> tuple[Setting, dict[str, Any]]:
    """The setting with as many paths as are enough, and how that was found, as JSON.

    A setting that states its paths is given back as it is, with nothing to say.
    """
    run = setting.loaded.run
    if run.simulation.paths != AUTO:
        return setting, {}
    wanted = run.simulation.wanted
    paths, known = wanted.least, np.empty((2, 0))
    while True:
        further = _further(setting, wanted, known.shape[1], paths, workers, tell)
        known = np.concatenate([known, further], axis=1)
        found = _estimate(setting, wanted, known)
        reached = _content(wanted, found)
        if reached or 2 * paths > wanted.most:
            filled = replace(setting, loaded=with_paths(setting.loaded, paths))
            return filled, _told(setting, wanted, paths, reached, found)
        paths *= 2


def _content(wanted: Precision, found: Estimate) -> bool:
    if found.low is None or found.high is None:
        return False
    return wanted.content(found.value, (found.high - found.low) / 2)


def _place(setting: Setting, wanted: Precision) -> tuple[int, str, str]:
    """Place of the account, mode and scenario."""
    names, run = [account.name for account in setting.accounts], setting.loaded.run
    place = names.index(wanted.account) if wanted.account else 0
    mode = wanted.mode or next(iter(setting.accounts[place].modes))
    return place, mode, wanted.scenario or run.baseline_scenario()


def _further(
    setting: Setting, wanted: Precision, first: int, last: int, workers: Workers, tell: Tell | None
) -> Any:
    """What the figure is made of, and the weight, of the paths ``first .. last - 1``: (2, paths)."""
    place, mode, scenario = _place(setting, wanted)
    alone: dict[str, list[Endowed]] = {account.name: [] for account in setting.accounts}
    filled = replace(setting, loaded=with_paths(setting.loaded, last), endowed=alone)
    owner, plan, parts = setting.accounts[place].name, filled.plan(scenario), []
    own = [(life.account, life.mode) for life, _ in filled.lives()].index((owner, mode))
    for outcome in stream(plan, last, setting.loaded.run.simulation.block, workers, first):
        parts.append(np.array([_value(outcome, wanted, own, place), outcome.weight]))
        if tell:
            tell(outcome.weight.size, "looking for the number of paths")
    return np.concatenate(parts, axis=1)


def _value(outcome: BlockOutcome, wanted: Precision, own: int, place: int) -> Float1D:
    record = outcome.records[own]
    if wanted.figure == "p_liquidation":
        return (record.first_step >= 0).astype(np.float64)
    if wanted.figure == "p_closed_out":
        return (record.closed_step >= 0).astype(np.float64)
    if wanted.figure == "expected_liquidation_cost":
        return np.asarray(np.sum([getattr(record, name) for name in COSTS], axis=0))
    return np.asarray(0.0 - outcome.profits[place])


def _estimate(setting: Setting, wanted: Precision, known: Any) -> Estimate:
    law = PLAIN if setting.importance() is None else Law(known[1])
    if wanted.figure in ("var", "es"):
        quantiles, averages = law.tails(known[0])
        return (quantiles if wanted.figure == "var" else averages)[LEVELS.index(0.99)]
    return law.share(known[0] > 0.0) if wanted.figure[:2] == "p_" else law.mean(known[0], floor=0.0)


def _told(setting: Setting, wanted: Precision, paths: int, reached: bool, found: Estimate) -> dict[str, Any]:
    place, mode, scenario = _place(setting, wanted)
    asked = wanted.model_dump(mode="json", exclude_none=True)
    return {
        **asked,
        "account": setting.accounts[place].name,
        "mode": mode,
        "scenario": scenario,
        "paths": paths,
        "reached": reached,
        "found": figure(found),
    }
