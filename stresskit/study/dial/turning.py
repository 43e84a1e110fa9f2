"""The dial while it turns: every strength is simulated once, and only where it is asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from stresskit.config_file import Loaded
from stresskit.domain import Estimate
from stresskit.pipeline import Progress
from stresskit.pipeline.accounts import Prepared
from stresskit.pipeline.setting import Setting, restressed
from stresskit.results import EQUAL_COLLATERAL, EQUAL_EFFICIENCY, life
from stresskit.study.dial.ask import at
from stresskit.study.dial.illusion import Asked, beyond
from stresskit.study.dial.point import PointAt, simulate

Show = Callable[[Progress], None]
Columns = dict[str, list[Estimate]]


@dataclass(slots=True, eq=False)
class Turning:
    """What is known so far: the points by strength; `beyond` by account and mode, each by strength."""

    setting: Setting
    loaded: Loaded
    scenario: str
    workers: int
    show: Show | None
    asked: dict[str, list[Asked]]
    points: dict[float, PointAt] = field(default_factory=dict)
    beyond: dict[tuple[str, str], dict[float, dict[str, Estimate]]] = field(default_factory=dict)
    total: int = 0
    done: int = 0

    @property
    def strengths(self) -> list[float]:
        """Strengths that are known, rising."""
        return sorted(self.points)

    def to(self, strengths: Iterable[float]) -> None:
        """Simulate what is not known yet."""
        new = [strength for strength in strengths if strength not in self.points]
        self.total += len(new)
        for strength in new:
            setting, self.points[strength] = self.simulate(strength)
            for account in setting.accounts:
                for ask in self.asked[account.name]:
                    shares = beyond(setting, account, self.scenario, ask, self.workers)
                    self.beyond.setdefault((account.name, ask.mode.name), {})[strength] = shares

    def simulate(self, strength: float, multiplier: float | None = None) -> tuple[Setting, PointAt]:
        """Live through all paths at one strength, and one volatility multiplier unless None."""
        setting = restressed(self.setting, at(self.loaded, self.scenario, strength, multiplier))
        paths, label = self.loaded.run.simulation.paths, f"strength {strength:g}"

        def told(done: int) -> None:
            if self.show:
                self.show(Progress(self.done * paths + done, self.total * paths, label))

        point = simulate(setting, self.scenario, self.workers, told)
        self.done += 1
        return setting, point

    def bases(self, account: Prepared) -> dict[str, dict[str, str]]:
        """Names of the lives by basis and mode, the baseline first."""
        found = {EQUAL_COLLATERAL: list(account.modes)}
        if self.setting.endowed[account.name]:
            found[EQUAL_EFFICIENCY] = [one.name for one in self.setting.endowed[account.name]]
        listed = self.setting.listed
        return {
            basis: {name: life(account.name, name, basis, listed=listed).name for name in names}
            for basis, names in found.items()
        }

    def limit(self, account: Prepared, quantity: str, mode: str) -> float | None:
        """The mode's own limit, or that of the baseline mode."""
        found = [limit for limit in self.loaded.run.limits_list(account.spec) if limit.name == quantity]
        own = [limit.limit for limit in found if limit.mode == mode]
        other = [limit.limit for limit in found if limit.mode == next(iter(account.modes))]
        return next(iter([*own, *other]), None)

    def figures(self, name: str) -> Columns:
        """Estimates of a life over the strengths."""
        points = [self.points[strength] for strength in self.strengths]
        return _columns([point.lives[name].figures(point.law) for point in points])

    def paired(self, name: str, baseline: str) -> Columns:
        """Paired differences of a life from another over the strengths."""
        points = [self.points[strength] for strength in self.strengths]
        return _columns([p.lives[name].against(p.lives[baseline], p.law) for p in points])

    def shares(self, account: Prepared, ask: Asked) -> Columns:
        """Shares of the losses beyond what a ``var`` mode asks, over the strengths."""
        rows = self.beyond[account.name, ask.mode.name]
        return _columns([rows[strength] for strength in self.strengths])


def _columns(rows: list[dict[str, Estimate]]) -> Columns:
    return {key: [row[key] for row in rows] for key in rows[0]}
