"""What a dial is asked: which scenario is turned, how finely, and over which volatilities."""

from dataclasses import dataclass

from stresskit.config_file import Loaded, Override, altered
from stresskit.errors import ConfigError, Problem
from stresskit.scenario import effects_of
from stresskit.scenario.correlation_breakdown import CorrelationBreakdown

OWN = "dial"
PATH_ASSETS = 20_000  # paths times assets of one strength, unless told otherwise
FINEST = 1e-3


@dataclass(frozen=True, slots=True)
class Ask:
    """How to turn the dial.

    Attributes
    ----------
    scenario : the one of kind ``correlation_breakdown`` whose strength is turned; None: the first of
        the config, or toward ``every_leg_loses`` where it has none.
    points : strengths from 0 to 1, evenly spaced, before refinement.
    resolution : the interval around a breakdown point is halved until it is no longer than this.
    multipliers : volatility multipliers over which the surface is taken; none: no surface.
    paths : of every strength; None: 20,000 over the number of assets, at most those of the config.
    """

    scenario: str | None = None
    points: int = 11
    resolution: float = 0.025
    multipliers: tuple[float, ...] = ()
    paths: int | None = None

    def refuse_impossible(self) -> None:
        """Check what was asked.

        Raises
        ------
        ConfigError
            With every problem.
        """
        problems = []
        if not 2 <= self.points <= 201:
            problems.append(Problem("--points", "", f"from 2 to 201 strengths, not {self.points}"))
        if not FINEST <= self.resolution <= 1.0:
            problems.append(Problem("--resolution", "", f"from {FINEST:g} to 1, not {self.resolution:g}"))
        if any(not 0.0 < m <= 100.0 for m in self.multipliers):
            problems.append(Problem("--multipliers", "", "numbers above 0 and up to 100"))
        if problems:
            raise ConfigError(problems)


def turned(loaded: Loaded, ask: Ask) -> tuple[Loaded, str]:
    """The config with the scenario to turn and the paths of a strength, and the scenario's name.

    Raises
    ------
    ConfigError
        If the named scenario does not exist or has no strength to turn.
    """
    breaks = [name for name in loaded.run.scenarios if _place(loaded, name) is not None]
    if ask.scenario is not None and ask.scenario not in breaks:
        known = ", ".join(breaks) or "the config has none"
        expected = f'a scenario of kind "correlation_breakdown": {known}'
        raise ConfigError([Problem(f"--scenario {ask.scenario}", "", expected)])
    paths = Override(
        f"--paths {ask.paths}", ("simulation", "paths"), _paths(loaded) if ask.paths is None else ask.paths
    )
    loaded = altered(loaded, [paths])
    if breaks:
        return loaded, ask.scenario or breaks[0]
    own = {"kind": "correlation_breakdown", "toward": "every_leg_loses", "strength": 1.0}
    return altered(loaded, [Override("the dial", ("scenarios", OWN), own)]), OWN


def _place(loaded: Loaded, scenario: str) -> tuple[str | int, ...] | None:
    """Where the break stands in the table of a scenario: at its top, or among its effects."""
    effects = effects_of(loaded.run.scenarios[scenario])
    return next((place for place, effect in effects if isinstance(effect, CorrelationBreakdown)), None)


def _paths(loaded: Loaded) -> int:
    assets = {position.asset for account in loaded.run.books() for position in account.positions}
    return min(loaded.run.simulation.paths, max(PATH_ASSETS // max(len(assets), 1), 1))


def at(loaded: Loaded, scenario: str, strength: float, multiplier: float | None = None) -> Loaded:
    """The config with `scenario` at `strength`, and at a volatility multiplier unless None."""
    values = {"strength": strength, "volatility_multiplier": multiplier}
    place = map(str, _place(loaded, scenario) or ())
    table = ("scenarios", scenario, *place)
    changes = [
        Override("the dial", (*table, key), value) for key, value in values.items() if value is not None
    ]
    return altered(loaded, changes)
