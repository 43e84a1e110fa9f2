"""What a remedy must reach: the target, the scenarios it must hold in, and how many paths judge it."""

from dataclasses import dataclass

from stresskit.config_file import Loaded
from stresskit.errors import ConfigError, Problem
from stresskit.measure.probability import probability

PATH_ASSETS = 40_000  # paths times assets of a trial, unless told otherwise


@dataclass(frozen=True, slots=True)
class Ask:
    """The upper end of the interval of P(liquidation) must not lie above `target` in any scenario.

    Attributes
    ----------
    target : a probability.
    scenarios : none: the baseline scenario alone.
    paths : None: 40,000 over the number of assets, at most those of the config.
    """

    target: float
    scenarios: tuple[str, ...] = ()
    paths: int | None = None

    def chosen(self, loaded: Loaded) -> tuple[str, ...]:
        """The scenarios, each once.

        Raises
        ------
        ConfigError
            If the config has no such scenario.
        """
        known = loaded.run.scenarios
        missing = [name for name in self.scenarios if name not in known]
        if missing:
            expected = f"a scenario of the config: {', '.join(known)}"
            raise ConfigError([Problem(f"--scenario {name}", "", expected) for name in missing])
        return tuple(dict.fromkeys(self.scenarios)) or (loaded.run.baseline_scenario(),)

    def number(self, loaded: Loaded) -> int:
        """Paths of a trial.

        Raises
        ------
        ConfigError
            If the target is none, or could not be met by so few paths even without a liquidation.
        """
        if not 0.0 < self.target < 1.0:
            expected = f"a probability between 0 and 1, not {self.target:g}"
            raise ConfigError([Problem(f"--target {self.target:g}", "", expected)])
        assets = {p.asset for account in loaded.run.books() for p in account.positions}
        usual = min(loaded.run.simulation.paths, PATH_ASSETS // max(len(assets), 1))
        paths = usual if self.paths is None else self.paths
        least = probability(0, paths).high if paths > 0 else None
        if least is None or least > self.target:
            expected = f"more paths than {paths}: their interval is wider than the target of {self.target:g}"
            raise ConfigError([Problem("--paths", "", expected)])
        return paths
