"""Run folders that differ from the synthetic one: more modes, scenarios or accounts, other words."""

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from stresskit.results import Results, load

Json = dict[str, Any]


def edited(run: Path, out: Path, change: Callable[[Json, Json], None]) -> Results:
    """A copy of `run` whose metrics and manifest went through `change`."""
    shutil.copytree(run, out)
    metrics, manifest = _read(out / "metrics.json"), _read(out / "manifest.json")
    change(metrics, manifest)
    _write(out / "metrics.json", metrics)
    _write(out / "manifest.json", manifest)
    return load(out, verify=False)


def widened(run: Path, out: Path, modes: dict[str, str], scenarios: dict[str, str]) -> Results:
    """Further modes and scenarios, each a copy of one that is there."""

    def change(metrics: Json, manifest: Json) -> None:
        for new, old in scenarios.items():
            metrics["scenarios"][new] = copy.deepcopy(metrics["scenarios"][old])
            for part in ("scenarios", "config"):
                table = manifest[part] if part == "scenarios" else manifest["config"]["scenarios"]
                table[new] = copy.deepcopy(table[old])
        for new, old in modes.items():
            metrics["margin"][new] = copy.deepcopy(metrics["margin"][old])
            for scenario in metrics["scenarios"].values():
                scenario["modes"][new] = copy.deepcopy(scenario["modes"][old])
                scenario["paired"][new] = copy.deepcopy(scenario["paired"]["portfolio"])
                for told in (
                    scenario.get("against", {}).get("modes"),
                    scenario["contributions"]["liquidation"],
                ):
                    if told:
                        told[new] = copy.deepcopy(told[old])
        _rename(out, {**_same(out, "scenario"), **scenarios}, {**_same(out, "life"), **modes}, listed=False)

    return edited(run, out, change)


def narrowed(run: Path, out: Path, scenario: str) -> Results:
    """The same run with one scenario alone."""

    def change(metrics: Json, manifest: Json) -> None:
        for told in (metrics["scenarios"], manifest["scenarios"], manifest["config"]["scenarios"]):
            for name in [name for name in told if name != scenario]:
                del told[name]
        limits = metrics["verdict"]["limits"]
        metrics["verdict"]["limits"] = [limit for limit in limits if limit["scenario"] == scenario]
        _rename(out, {scenario: scenario}, _same(out, "life"), listed=False)

    return edited(run, out, change)


def liquidated(run: Path, out: Path) -> Results:
    """The same run, in which every path is liquidated and closed out in the first step."""

    def change(metrics: Json, _: Json) -> None:
        for scenario in metrics["scenarios"].values():
            for figures in scenario["modes"].values():
                for key in ("p_liquidation", "p_closed_out"):
                    figures[key] = {"value": 1.0, "low": 0.996, "high": 1.0}
        for name in ("first_step", "closed_step"):
            for file in (out / "outcomes").rglob(f"{name}.npy"):
                np.save(file, np.ones_like(np.load(file)))

    return edited(run, out, change)


def listed(run: Path, out: Path, names: tuple[str, ...]) -> Results:
    """The same account several times, as ``[[accounts]]``."""

    def change(metrics: Json, manifest: Json) -> None:
        part = {key: metrics.pop(key) for key in ("margin", "scenarios", "verdict")}
        metrics["accounts"] = {name: copy.deepcopy(part) for name in names}
        account = manifest["config"].pop("account")
        manifest["config"]["accounts"] = [{**copy.deepcopy(account), "name": name} for name in names]
        lives = {f"{name}.{life}": life for name in names for life in _same(out, "life")}
        _rename(out, _same(out, "scenario"), lives, listed=True)

    return edited(run, out, change)


def _same(out: Path, key: str) -> dict[str, str]:
    found = [entry[key] for entry in _read(out / "outcomes" / "schema.json")["columns"]]
    return {name: name for name in dict.fromkeys(found)}


def _rename(out: Path, scenarios: dict[str, str], lives: dict[str, str], *, listed: bool) -> None:
    """Give `outcomes` the folders and the schema of the new names."""
    outcomes, old = out / "outcomes", out / "old"
    schema = _read(outcomes / "schema.json")
    outcomes.rename(old)
    columns = []
    for scenario, from_scenario in scenarios.items():
        for life, from_life in lives.items():
            shutil.copytree(old / from_scenario / from_life, outcomes / scenario / life)
            for entry in schema["columns"]:
                if (entry["scenario"], entry["life"]) == (from_scenario, from_life):
                    account = life.split(".")[0] if listed else entry["account"]
                    mode = entry["mode"] if listed or life == from_life else life
                    place = {"scenario": scenario, "life": life, "account": account, "mode": mode}
                    columns.append({**entry, **place, "file": f"{scenario}/{life}/{entry['column']}.npy"})
    _write(outcomes / "schema.json", {**schema, "columns": columns})
    shutil.rmtree(old)


def _read(file: Path) -> Json:
    found: Json = json.loads(file.read_text(encoding="utf-8"))
    return found


def _write(file: Path, content: Json) -> None:
    file.write_text(json.dumps(content), encoding="utf-8")
