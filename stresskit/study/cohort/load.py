"""Config and tables -> groups of accounts, every one of them checked before the first path."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stresskit.config.run import Simulation
from stresskit.config_file import Loaded, Source, load_source, read_source
from stresskit.config_file.load import Overrides, validated
from stresskit.errors import ConfigError, DataError, Problem
from stresskit.spec import NAME
from stresskit.study.cohort.figures import KEPT_BYTES
from stresskit.study.cohort.read import Holder, data_error, read_holders
from stresskit.study.cohort.spec import Cohort, CohortFile

GROUP_LIVES = 64  # accounts times modes that one group lives through together, at most
GROUP_BYTES = 160 << 20  # of what their paths leave


@dataclass(frozen=True, slots=True)
class Cohorted:
    """A cohort that can be simulated: the common config and the accounts."""

    source: Source
    spec: Cohort
    holders: list[Holder]
    data_sha256: str

    def groups(self) -> Iterator[tuple[list[Holder], Loaded]]:
        """Accounts group by group, each group as a run of its own.

        Raises
        ------
        ConfigError
            If the config is not valid; faults of the tables are DataErrors.
        """
        first = 0
        for size in self.sizes():
            chosen = self.holders[first : first + size]
            first += size
            with_rows = _Rows(chosen, self.source)
            try:
                loaded = load_source(with_rows.source(self.spec))
            except ConfigError as error:
                raise with_rows.told(error) from None
            yield chosen, loaded

    def sizes(self) -> list[int]:
        """Accounts of each group."""
        size = self.spec.group or max(1, self._lives() // max(len(self._table("modes")), 1))
        return [min(size, len(self.holders) - first) for first in range(0, len(self.holders), size)]

    def _lives(self) -> int:
        """How many lives a group may have: fewer with many paths or scenarios, for memory's sake."""
        paths = self._table("simulation").get("paths")
        known = paths if isinstance(paths, int) and paths > 0 else Simulation.model_fields["paths"].default
        return min(GROUP_LIVES, GROUP_BYTES // (KEPT_BYTES * known * max(len(self._table("scenarios")), 1)))

    def _table(self, name: str) -> Any:
        table = self.source.document.get(name)
        return table if isinstance(table, dict) else {}

    def told(self, holders: Sequence[Holder], error: ConfigError) -> ConfigError | DataError:
        """What a later stage found wrong with a group, at the rows of the tables."""
        return _Rows(holders, self.source).told(error)


def load_cohort(path: Path, overrides: Overrides = ()) -> Cohorted:
    """Read a config with a ``[cohort]`` table, and its tables of positions and balances.

    Raises
    ------
    ConfigError
        If the config cannot be read, or names accounts of its own.
    DataError
        If a table cannot be used.
    """
    source = read_source(path, overrides)
    own = {key: value for key, value in source.document.items() if key == "cohort"}
    spec = validated(Source(source.path, own, source.places, source.labels), CohortFile).cohort
    for key in ("account", "accounts", "sweep"):
        if key in source.document:
            raise ConfigError([source.problem((key,), "nothing beside [cohort]", at_key=True)])
    holders = read_holders(spec, source.base)
    tables = [name for name in (spec.positions, spec.balances) if name]
    hashes = [hashlib.sha256((source.base / name).read_bytes()).hexdigest() for name in tables]
    return Cohorted(source, spec, holders, " ".join(hashes))


class _Rows:
    """The accounts of a group under names that a config may have, and the rows that they come from."""

    def __init__(self, holders: Sequence[Holder], source: Source) -> None:
        self._holders, self._source = holders, source
        taken = {holder.name for holder in holders}
        self._names = [
            h.name if re.fullmatch(NAME, h.name) else _free(f"account-{i}", taken)
            for i, h in enumerate(holders)
        ]

    def source(self, spec: Cohort) -> Source:
        """The common config with the accounts of this group."""
        before = self._source
        shared = {"venue": spec.venue, **({"marks": spec.marks} if spec.marks else {})}
        accounts = [
            {"name": name, **shared, "collateral": holder.collateral, "positions": holder.positions}
            for name, holder in zip(self._names, self._holders, strict=True)
        ]
        document = {key: value for key, value in before.document.items() if key != "cohort"}
        comparison = {**document.get("comparison", {}), "equal_efficiency": False}
        labels: dict[tuple[str | int, ...], str] = dict(before.labels)
        for i, holder in enumerate(self._holders):
            labels["accounts", i] = next(iter(holder.places.values()))
            labels |= {("accounts", i, *path): place for path, place in holder.places.items()}
        whole = {**document, "accounts": accounts, "comparison": comparison}
        return Source(before.path, whole, before.places, labels)

    def told(self, error: ConfigError) -> ConfigError | DataError:
        """Split what is wrong: with the config (exit 2), or else with rows of the tables (exit 3)."""
        found = [re.fullmatch(r"accounts\.(\d+)\.?(.*)", problem.key) for problem in error.problems]
        own = [p for p, match in zip(error.problems, found, strict=True) if not match]
        if own:
            return ConfigError(own)
        rows = []
        for problem, match in zip(error.problems, found, strict=True):
            if match:
                key = re.sub(r"^(positions|collateral)\.\d+\.?", "", match[2])
                name = self._holders[int(match[1])].name
                rows.append(Problem(problem.where, key, f"{problem.expected} (account {name})"))
        return data_error(rows)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "-"
    return name
