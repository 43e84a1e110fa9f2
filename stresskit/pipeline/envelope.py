"""The model envelope: the same accounts, scenarios and draws under further models.

Every model is a whole change of ``[model]``: its own fit to the same market, its own long-run level, and
under a ``var`` rule its own scenario set, since the rule is calibrated to the model. The random numbers
are the same, so that what differs is the model. Only figures are kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stresskit.config.envelope import EnvelopeModel, parts
from stresskit.config_file import Loaded, altered, direct
from stresskit.engines import Workers
from stresskit.errors import ConfigError
from stresskit.measure.envelope import Sample, sample_figures
from stresskit.measure.law import PLAIN, Law
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.enough import with_paths
from stresskit.pipeline.setting import Setting, prepare
from stresskit.results import EQUAL_COLLATERAL
from stresskit.simulate.blocks import stream


@dataclass(frozen=True, slots=True, eq=False)
class OtherModel:
    """A model of the envelope, ready to be simulated."""

    name: EnvelopeModel
    setting: Setting


def other_models(loaded: Loaded) -> list[OtherModel]:
    """Prepare every model that ``[model] envelope`` names.

    Raises
    ------
    ConfigError
        If the market does not hold one of them, or a scenario is not defined under it.
    """
    return [_other(loaded, i, name) for i, name in enumerate(loaded.run.model.envelope)]


def _other(loaded: Loaded, place: int, name: EnvelopeModel) -> OtherModel:
    marginal, dependence = parts(name)
    changes = {
        "model.marginal": marginal,
        "model.dependence": dependence,
        "model.envelope": [],
        "model.arithmetic": "float64",
        "comparison.equal_efficiency": False,
    }
    try:
        setting = prepare(altered(loaded, [direct(key, value) for key, value in changes.items()]))
        refuse_what_cannot_run(setting)
    except ConfigError as error:
        said = "; ".join(problem.expected for problem in error.problems)
        at = loaded.source.problem(("model", "envelope", place), f'another model than "{name}": {said}')
        raise ConfigError([at]) from None
    return OtherModel(name, setting)


def envelope(
    models: list[OtherModel], paths: int, workers: Workers, tell: Callable[[int, str], None] | None = None
) -> dict[str, dict[str, Any]]:
    """By account: of every model its ``marginal``, ``dependence`` and, by scenario, its figures.

    `tell` is called after every block with the number of its paths and a label.
    """
    found: dict[str, dict[str, Any]] = {}
    for model in models:
        chosen = model.setting.loaded.run.model
        labels = {"marginal": chosen.marginal.label, "dependence": chosen.dependence.label}
        for account, scenarios in _figures(model, paths, workers, tell).items():
            found.setdefault(account, {})[model.name] = {**labels, "scenarios": scenarios}
    return found


def _figures(
    model: OtherModel, paths: int, workers: Workers, tell: Callable[[int, str], None] | None
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {account.name: {} for account in model.setting.accounts}
    for scenario in model.setting.stressed:
        for account, sample, law in _samples(model, scenario, paths, workers, tell):
            found[account][scenario] = sample_figures(sample, law)
    return found


def _samples(
    model: OtherModel, scenario: str, paths: int, workers: Workers, tell: Callable[[int, str], None] | None
) -> Iterator[tuple[str, Sample, Law]]:
    """Outcome columns of every account in one scenario."""
    setting = replace(model.setting, loaded=with_paths(model.setting.loaded, paths))
    simulation = setting.loaded.run.simulation
    lives = [life for life, _ in setting.lives() if life.basis == EQUAL_COLLATERAL]
    names = [account.name for account in setting.accounts]
    profit, weight = np.empty((len(names), paths)), np.ones(paths)
    terminal, hits = np.empty((len(lives), paths)), np.zeros((len(lives), paths), dtype=bool)
    for outcome in stream(setting.plan(scenario), paths, simulation.block, workers):
        here = slice(outcome.path, outcome.path + outcome.weight.size)
        weight[here] = outcome.weight
        profit[:, here] = outcome.profits
        for i, record in enumerate(outcome.records):
            terminal[i, here], hits[i, here] = record.terminal_equity, record.first_step >= 0
        if tell:
            tell(outcome.weight.size, f"{model.name}: {scenario}")
    law = Law(weight) if setting.importance() is not None else PLAIN
    margins = setting.margin()
    for a, name in enumerate(names):
        own = {
            life.mode: (hits[i], float(margins[name][life.mode]["equity"]) - terminal[i])
            for i, life in enumerate(lives)
            if life.account == name
        }
        yield name, Sample(0.0 - profit[a], own), law
