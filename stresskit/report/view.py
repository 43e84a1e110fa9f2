"""One account of a run as the pages read it: which modes, which scenarios, in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stresskit.measure.survival import survival_band
from stresskit.report.curves import Clock, clock
from stresskit.report.labels import HYPOTHETICAL
from stresskit.report.studies import NOTHING, Studies
from stresskit.results import Results

Json = Mapping[str, Any]
MOST_SHOWN = 2  # modes and scenarios drawn side by side
MOST_ROWS = 6  # of the table of modes on the first page
MOST_PAIRED = 2  # rows of the paired outcomes on the first page


@dataclass(frozen=True)
class Account:
    """The part of a run that concerns one account.

    Attributes
    ----------
    name : name of the account, empty for a run with a single `[account]`.
    modes : margin modes, the baseline of the comparison first.
    scenarios : scenario names, the calm one first.
    key : the account's name in outcomes and stored answers, also where it is the only one.
    studies : stored answers of other commands about the run's config.
    """

    results: Results
    name: str
    margin: Json
    figures: Json
    verdict: Json
    config: Json
    envelope: Json | None
    modes: tuple[str, ...]
    scenarios: tuple[str, ...]
    key: str = ""
    studies: Studies = NOTHING

    @property
    def clock(self) -> Clock:
        """Time axis of the run."""
        metrics = self.results.metrics
        return clock(metrics["horizon_h"] / metrics["steps"], metrics["steps"])

    @property
    def paths(self) -> int:
        """Number of simulated paths."""
        return int(self.results.metrics["paths"])

    @property
    def base(self) -> str:
        """The baseline mode of the comparison."""
        return self.modes[0]

    @property
    def calm(self) -> str:
        """The scenario in which nothing is stressed, or the first one."""
        return self.scenarios[0]

    @property
    def equity(self) -> float:
        """Equity at the start, USD."""
        return float(self.margin[self.base]["equity"])

    def label(self, mode: str) -> str:
        """A mode as it is named everywhere: hypothetical ones say so."""
        offered = self.margin.get(mode) or self.margin.get(mode.removesuffix("_max_leverage")) or {}
        return f"{mode}{HYPOTHETICAL}" if offered.get("hypothetical") else mode

    def slot(self, mode: str) -> int:
        """The place of a mode, which decides its colour and line."""
        return self.modes.index(mode)

    def mode(self, scenario: str, mode: str) -> Json:
        """Figures of one mode in one scenario at equal collateral."""
        found: Json = self.figures[scenario]["modes"][mode]
        return found

    def column(self, scenario: str, mode: str, name: str) -> np.ndarray[Any, Any]:
        """An outcome column of one mode (or ``market``) in one scenario."""
        return np.asarray(self.results.column(scenario, self.life(mode), name))

    def life(self, mode: str) -> str:
        """The name of a mode's life at equal collateral, in outcomes and stored answers."""
        return f"{self.name}.{mode}" if self.name else mode

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols of the positions in the order of the config."""
        return tuple(str(position["symbol"]) for position in self.margin[self.base]["positions"])

    def weight(self, scenario: str) -> np.ndarray[Any, Any]:
        """What each path counts (paths,): 1, or its weight by importance sampling."""
        if "importance" not in self.figures[scenario]:
            return np.ones(self.paths)
        return self.column(scenario, "market", "weight")

    def survival_band(self, scenario: str, mode: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """The 95 % band of a mode's survival curve, from the start to the horizon."""
        weight = self.weight(scenario) if "importance" in self.figures[scenario] else None
        return survival_band(self.column(scenario, mode, "first_step"), self.clock.steps, weight)

    @property
    def stressed(self) -> str | None:
        """The scenario under which the baseline mode fares worst, None if only the calm one ran."""
        others = self.scenarios[1:]
        if not others:
            return None
        return max(others, key=lambda s: float(self.mode(s, self.base)["p_liquidation"]["value"]))

    @property
    def shown(self) -> tuple[str, ...]:
        """The calm scenario and the worst one: what figures draw side by side."""
        return (self.calm,) if self.stressed is None else (self.calm, self.stressed)

    @property
    def paired(self) -> tuple[str, ...]:
        """Scenarios of the first page's paired outcomes: all that it lists, or the worst one."""
        rows = len(self.listed) * (len(self.modes) - 1)
        return self.listed if rows <= MOST_PAIRED else self.shown[-1:]

    @property
    def listed(self) -> tuple[str, ...]:
        """Scenarios of the first page's tables: all of them if they fit."""
        return self.scenarios if len(self.scenarios) * len(self.modes) <= MOST_ROWS else self.shown


def accounts(results: Results, studies: Studies = NOTHING) -> list[Account]:
    """The accounts of a run in the order of its config."""
    config = results.manifest["config"]
    tables = {table["name"]: table for table in config.get("accounts") or ()}
    listed = "accounts" in results.metrics
    found = []
    for key, part in results.accounts.items():
        own = tables[key] if listed else config["account"]
        scenarios = _calm_first(results)
        name = key if listed else ""
        found.append(
            Account(
                results,
                name,
                part["margin"],
                part["scenarios"],
                part["verdict"],
                own,
                part.get("envelope"),
                results.modes(key),
                scenarios,
                key,
                studies,
            )
        )
    return found


def _calm_first(results: Results) -> tuple[str, ...]:
    specs = results.manifest["scenarios"]
    return tuple(sorted(results.scenarios, key=lambda name: specs[name]["kind"] != "baseline"))
