"""Many candidates on the same paths: how likely is each liquidated, scenario by scenario."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stresskit.domain import Estimate
from stresskit.measure.law import PLAIN, Law
from stresskit.pipeline import Progress
from stresskit.pipeline.accounts import Prepared
from stresskit.pipeline.setting import Setting
from stresskit.simulate.blocks import stream

Show = Callable[[Progress], None]
Told = dict[str, Estimate]
MOST = 24  # candidates at a time: their lives share each block of paths


@dataclass(slots=True, eq=False)
class Trial:
    """Judges candidates of one account under one mode; `done` counts the paths of all trials."""

    setting: Setting
    scenarios: tuple[str, ...]
    paths: int
    target: float
    workers: int
    show: Show | None = None
    done: int = 0

    def of(self, candidates: Sequence[Prepared], mode: str) -> list[Told]:
        """P(liquidation) of every candidate by scenario, all on the same draws."""
        found: list[Told] = []
        for first in range(0, len(candidates), MOST):
            part = [_only(one, mode) for one in candidates[first : first + MOST]]
            columns = {name: self._scenario(part, name, mode) for name in self.scenarios}
            found += [{name: columns[name][i] for name in self.scenarios} for i in range(len(part))]
        return found

    def passes(self, told: Told) -> bool:
        """Whether the upper end is at or below the target in every scenario."""
        return all(one.high is not None and one.high <= self.target for one in told.values())

    def _scenario(self, candidates: list[Prepared], scenario: str, mode: str) -> list[Estimate]:
        names = [str(i) for i in range(len(candidates))]
        accounts = [replace(one, name=name) for one, name in zip(candidates, names, strict=True)]
        setting = replace(self.setting, accounts=accounts, endowed={name: [] for name in names})
        hits: list[list[np.ndarray]] = [[] for _ in candidates]
        weights = []
        for outcome in stream(setting.plan(scenario), self.paths, None, self.workers):
            for column, record in zip(hits, outcome.records, strict=True):
                column.append(record.first_step >= 0)
            weights.append(outcome.weight)
            if self.show:
                label = f"{mode}, {scenario}: {len(candidates)} candidates"
                state = outcome.path + len(outcome.weight)
                self.show(Progress(self.done + state, self.done + self.paths, label))
        self.done += self.paths
        law = PLAIN if setting.importance() is None else Law(np.concatenate(weights))
        return [law.share(np.concatenate(column)) for column in hits]


def _only(account: Prepared, mode: str) -> Prepared:
    return replace(account, modes={mode: account.modes[mode]})
