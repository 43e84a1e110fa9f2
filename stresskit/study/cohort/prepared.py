"""Groups of a cohort made ready for their paths: the market is read once, its accounts group by group."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from stresskit.config_file import Loaded
from stresskit.errors import ConfigError, DataError
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.market import MarketState, read_market
from stresskit.pipeline.setting import Setting, prepare
from stresskit.study.cohort.load import Cohorted
from stresskit.study.cohort.read import Holder
from stresskit.study.cohort.same_market import fingerprint

T = TypeVar("T")


@dataclass(slots=True)
class Groups:
    """A cohort whose groups can be prepared one after the other, all on one market."""

    cohort: Cohorted
    market: MarketState | None = None

    def prepared(self, holders: Sequence[Holder], loaded: Loaded) -> Setting:
        """One group, admitted to be run.

        Raises
        ------
        ConfigError
            If the config asks for what cannot be had; faults of the tables are DataErrors.
        """
        if loaded.run.simulation.importance != "none":
            expected = '"none": paths cannot be drawn toward the losses of all accounts at once'
            raise ConfigError([loaded.source.problem(("simulation", "importance"), expected)])
        try:
            self.market = self.market or read_market(loaded)
            setting = prepare(loaded, self.market)
            refuse_what_cannot_run(setting)
        except ConfigError as error:
            raise self.cohort.told(holders, error) from None
        return setting

    def settings(self, skipped: int) -> Iterator[tuple[list[Holder], Setting]]:
        """Every group in order, without the first `skipped` ones."""
        for place, (holders, loaded) in enumerate(self.cohort.groups()):
            if place >= skipped:
                yield holders, self.prepared(holders, loaded)

    def check(self) -> tuple[str, str, dict[str, Any]]:
        """See `stresskit.study.cohort.run.check_cohort`."""
        problems: list[Any] = []
        market, accounts, hashes = self._market_of_one_position(), [], {}
        effective: dict[str, Any] = {}
        for holders, loaded in self.cohort.groups():
            try:
                setting = self.prepared(holders, loaded)
            except DataError as error:
                problems += error.problems
                continue
            effective = loaded.effective
            named = zip(holders, effective["accounts"], strict=True)
            accounts += [{**account, "name": holder.name} for holder, account in named]
            seen, hashes = fingerprint(setting.stressed), setting.hashes()
            if seen != (market or seen):
                raise _not_one_market(self.cohort)
            market = seen
        if problems:
            raise DataError(problems)
        common = {key: value for key, value in effective.items() if key != "accounts"}
        hashes["config"] = _sha256(json.dumps([common, accounts], sort_keys=True))
        hashes["tables"] = self.cohort.data_sha256
        tables = {"positions": self.cohort.spec.positions, "balances": self.cohort.spec.balances}
        facts = {"name": common["name"], "config": common, "cohort": tables, "hashes": hashes}
        identity = _sha256(" ".join(hashes.values()))[:12]
        return common["name"], identity, {**facts, "accounts": len(accounts)}

    def _market_of_one_position(self) -> str:
        """The market that a single position would live through; empty where it cannot stand alone.

        A scenario that depends on who holds what differs from it, however the accounts are grouped.
        """
        first = self.cohort.holders[0]
        alone = replace(first, positions=first.positions[:1])
        try:
            _, loaded = next(replace(self.cohort, holders=[alone]).groups())
            return fingerprint(self.prepared([alone], loaded).stressed)
        except (ConfigError, DataError):
            return ""


def ahead(aside: ThreadPoolExecutor, items: Iterator[T]) -> Iterator[T]:
    """The same items; while one is used, `aside` makes the next one."""
    following = aside.submit(next, items, None)
    while (item := following.result()) is not None:
        following = aside.submit(next, items, None)
        yield item


def _not_one_market(cohort: Cohorted) -> ConfigError:
    expected = (
        "scenarios that do not depend on who holds what: all accounts of a cohort live through one market, "
        'and one of these acts on the signs of the accounts\' own legs (toward = "zero" does not)'
    )
    return ConfigError([cohort.source.problem(("scenarios",), expected)])


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
