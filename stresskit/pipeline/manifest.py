"""What a run was made from: the ``manifest.json`` and ``calibration.json`` of its folder."""

import os
import platform
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from stresskit.config.account import NamedAccount
from stresskit.engines import Workers, workers_of
from stresskit.margin import ParameterFile, distribution
from stresskit.margin.scenario_set import KEY, set_sha256
from stresskit.market.snapshot_dependence import entry_of
from stresskit.model.innovations import degrees, law_facts
from stresskit.pipeline.carry_facts import carry_facts, carry_warnings
from stresskit.pipeline.grids import parameter_facts, parameter_warnings
from stresskit.pipeline.margin_now import Desk
from stresskit.pipeline.rulebook_facts import doubts, facts, used_rulebooks
from stresskit.pipeline.setting import Setting
from stresskit.simulate.carry import Dues

STALE_DAYS = 7
COLUMNS = ("mean", "omega", "alpha", "gamma", "beta", "long_run_variance", "current_variance")
PACKAGES = ("stresskit", "numpy", "scipy", "numba", "pandas", "matplotlib", "pydantic", "typst")


def manifest(
    setting: Setting, workers: Workers, tally: dict[str, Any], timings: dict[str, float]
) -> dict[str, Any]:
    """Everything that lets a reader trust, audit and reproduce the run."""
    run = setting.loaded.run
    return {
        "schema_version": 1,
        "name": run.name,
        "description": run.description,
        "run_id": setting.run_id(),
        "status": "done",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "config": setting.loaded.effective,
        "config_base": str(setting.loaded.source.base.resolve()),
        "hashes": setting.hashes(),
        "snapshot": _snapshot(setting),
        "rulebooks": _rulebooks(setting),
        "parameters": parameter_facts(file for file, _ in _parameters(setting)),
        "scenario_set": _scenario_sets(setting),
        "seed": run.simulation.seed,
        "paths": run.simulation.paths,
        "steps": run.simulation.steps,
        "step_h": run.simulation.step / 3600,
        "block": run.simulation.block,
        **workers_of(workers),
        **_carry(setting),
        "versions": versions(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "timings": timings,
        **tally,
        "warnings": warnings(setting),
        "scenarios": {
            name: {**spec.model_dump(mode="json"), "notes": setting.stressed[name].notes}
            for name, spec in run.scenarios.items()
        },
    }


def _carry(setting: Setting) -> dict[str, Any]:
    """Funding and basis, of a run that simulates them."""
    return {"carry": carry_facts(setting.courses, *_paying(setting))} if setting.courses.kinds else {}


def _paying(setting: Setting) -> tuple[dict[str, Dues], dict[str, list[str]]]:
    """Terms and symbols of every account."""
    dues = {account.name: account.dues for account in setting.accounts if account.dues is not None}
    return dues, {a.name: [p.symbol for p in a.spec.positions] for a in setting.accounts}


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results may depend on."""
    return {"python": platform.python_version(), **{package: _version(package) for package in PACKAGES}}


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def age_days(setting: Setting) -> int:
    """Days since the snapshot's date."""
    return (datetime.now(UTC).date() - date.fromisoformat(setting.market.snapshot.as_of[:10])).days


def _snapshot(setting: Setting) -> dict[str, Any]:
    found = setting.market.snapshot
    return {
        "name": found.name,
        "sha256": found.sha256,
        "as_of": found.as_of,
        "source": found.source,
        "data_sha256": found.data_sha256,
        "age_days": age_days(setting),
    }


def _parameters(setting: Setting) -> list[tuple[ParameterFile, NamedAccount]]:
    """The parameter file of every mode that has one, and the account."""
    return [(m.parameters, a.spec) for a in setting.accounts for m in a.modes.values() if m.parameters]


def _rulebooks(setting: Setting) -> list[dict[str, Any]]:
    return [facts(book, used) for book, used in used_rulebooks(setting.accounts)]


def _scenario_sets(setting: Setting) -> dict[str, Any]:
    rules = {
        name: rule
        for account in setting.accounts
        for name, mode in account.modes.items()
        if (rule := distribution(mode.contender.rule))
    }
    return {
        name: {"sha256": set_sha256(rule), "size": rule.scenarios.losses.shape[1], "key": f"{KEY:#x}"}
        for name, rule in rules.items()
    }


def warnings(setting: Setting) -> list[str]:
    """What a reader must know before relying on the numbers."""
    found = []
    age = age_days(setting)
    if setting.loaded.run.model.initial_volatility == "snapshot" and age > STALE_DAYS:
        found.append(
            f"the volatility at the start is that of {age} days ago ({setting.market.snapshot.as_of})"
        )
    for account, modes in setting.margin().items():
        for name, margin in modes.items():
            if margin["equity"] <= margin["maintenance"]:
                found.append(f"{account} under {name} is at or below maintenance now: it is in liquidation")
            elif margin["equity"] < margin["initial"]:
                found.append(
                    f"{account} under {name} holds less than the initial margin: it could not open this book"
                )
    found += _dead_at_equal_efficiency(setting)
    found += carry_warnings(*_paying(setting))
    for asset in setting.assets:
        fit = setting.market.calibration.diagnostics.get("assets", {}).get(asset, {})
        if not fit.get("converged", True):
            found.append(f"the volatility model of {asset} did not converge")
        found += [f"the fit of {asset} stopped at a bound: {bound}" for bound in fit.get("bounds", ())]
    for file, holder in _parameters(setting):
        found += [text for text in parameter_warnings(file, holder) if text not in found]
    return found + [text for book, used in used_rulebooks(setting.accounts) for text in doubts(book, used)]


def _dead_at_equal_efficiency(setting: Setting) -> list[str]:
    """Lives whose buffer times the initial margin is not even the maintenance."""
    return [
        f"{name} under {life.name} starts in liquidation: its collateral is at or below maintenance"
        for name, lives in setting.endowed.items()
        for life in lives
        if life.stake.equity <= Desk(life.contender, setting.variance).maintenance()
    ]


def calibration(setting: Setting) -> dict[str, Any]:
    """The fitted model that the run used, whole."""
    found, model = setting.market.calibration, setting.market.model
    at, dependence = model.marginals, entry_of(model.dependence, model.assets)
    columns = {name: getattr(at, name) for name in COLUMNS} | {"nu": degrees(at.innovations)}
    marginals = {
        name: [float(x) if np.isfinite(x) else None for x in values] for name, values in columns.items()
    }
    return {
        "assets": list(model.assets),
        "step_s": model.step_s,
        "first": found.first,
        "last": found.last,
        "observations": found.observations,
        "marginals": marginals | {"kind": at.kind, "innovations": [law_facts(law) for law in at.innovations]},
        "dependence": {"nu": None, **dependence} if dependence["kind"] == "gaussian" else dependence,
        "diagnostics": found.diagnostics,
    }
