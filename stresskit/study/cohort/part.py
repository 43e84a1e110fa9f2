"""What one group adds to a cohort: rows of the table, entries of the ranking, the state of every limit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stresskit.config_file import Loaded
from stresskit.measure.life import life_figures
from stresskit.measure.limits import status
from stresskit.pipeline.margin_now import standing_now
from stresskit.pipeline.setting import Setting
from stresskit.study.cohort.figures import Key, Lived, flat
from stresskit.study.cohort.read import Holder


@dataclass(frozen=True, slots=True)
class Part:
    """What one group adds: rows of the table, the ranking's entries, key and status of every limit."""

    accounts: int
    rows: list[dict[str, Any]]
    ranked: list[dict[str, Any]]
    limits: list[list[Any]]

    def written(self) -> bytes:
        """As JSON; numbers come back as they were."""
        content = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(content, default=_plain).encode()

    @classmethod
    def read(cls, raw: bytes) -> "Part":
        """What was written."""
        return cls(**json.loads(raw))


def part_of(holders: Sequence[Holder], setting: Setting, lived: Sequence[Lived]) -> Part:
    """Measure the accounts of a group that has lived through every scenario."""
    loaded = setting.loaded
    margins = {
        account.name: {
            mode.name: standing_now(account, mode, setting.variance) for mode in account.modes.values()
        }
        for account in setting.accounts
    }
    figures: dict[str, dict[Key, dict[str, Any]]] = {account.name: {} for account in setting.accounts}
    for through in lived:
        for (one, _), columns in zip(setting.lives(), through.columns, strict=True):
            equity = float(margins[one.account][one.mode]["equity"])
            found = life_figures(columns, equity, loaded.run.simulation.step / 3600)
            figures[one.account][Key(through.scenario, one.mode)] = found
    part = Part(len(holders), [], [], [])
    for holder, account in zip(holders, setting.accounts, strict=True):
        own, margin = figures[account.name], margins[account.name]
        part.rows.extend(_row(holder, key, margin[key.mode], found) for key, found in own.items())
        part.ranked.append(_rank(holder, loaded, own, margin))
        for limit in loaded.run.limits_list(account.spec):
            judged = status(own[Key(limit.scenario, limit.mode)], limit.name, limit.limit)
            part.limits.append([limit.name, limit.mode, limit.scenario, limit.limit, judged])
    return part


def limits_of(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Every limit with the number of accounts by status."""
    counts: dict[tuple[Any, ...], dict[str, int]] = {}
    for *key, judged in (limit for part in parts for limit in part.limits):
        counts.setdefault(tuple(key), {"broken": 0, "undecided": 0, "met": 0})[judged] += 1
    names = ("name", "mode", "scenario", "limit")
    return [{**dict(zip(names, key, strict=True)), **count} for key, count in counts.items()]


def _row(holder: Holder, key: Key, margin: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    return {"account": holder.name, **key._asdict(), **margin, **flat(figures)}


def _rank(
    holder: Holder,
    loaded: Loaded,
    found: Mapping[Key, Mapping[str, Any]],
    margin: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """An account in its present mode; ``order`` sorts the worst to the top."""
    mode, calm = loaded.run.baseline_mode(), loaded.run.baseline_scenario()
    at = {key.scenario: one for key, one in found.items() if key.mode == mode}
    worst = max(at, key=lambda name: float(at[name]["p_liquidation"]["value"]))
    shown = {name: at[calm][name] for name in ("p_liquidation", "expected_liquidation_cost", "shortfall")}
    hit, worst_hit = at[calm]["p_liquidation"], at[worst]["p_liquidation"]
    return {
        "order": (
            -hit["value"],
            -worst_hit["value"],
            -shown["expected_liquidation_cost"]["value"],
            holder.name,
        ),
        "account": holder.name,
        "mode": mode,
        "scenario": calm,
        "equity": margin[mode]["equity"],
        "maintenance": margin[mode]["maintenance"],
        **shown,
        "worst_scenario": worst,
        "worst_p_liquidation": worst_hit,
    }


def _plain(value: Any) -> Any:
    """A number of numpy as one of Python's own."""
    return value.item()
