"""What to backtest, and how."""

from dataclasses import dataclass
from datetime import date

from stresskit.config.model import AnyDependence
from stresskit.domain import Float1D
from stresskit.engines import Workers

LEVELS = (0.99, 0.975)
FEWEST = 400


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps of the window and between fits, the first day (None: the first possible) and paths a forecast."""

    window: int = 1000
    refit: int = 5
    first: date | None = None
    draws: int = 20_000
    levels: tuple[float, ...] = LEVELS

    def __post_init__(self) -> None:
        if self.window < FEWEST or self.refit < 1:
            raise ValueError(f"a window of at least {FEWEST} steps and a fit every step or more rarely")


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far accounts are followed, in steps of the prices: `steps` from each start, `paths` a forecast.

    `leverages`: gross exposure over own capital, beside the account as it is; `workers` simulate, and change
    no figure.
    """

    steps: int = 10
    paths: int = 4000
    leverages: tuple[float, ...] = ()
    workers: Workers = 1

    def __post_init__(self) -> None:
        if self.steps < 1 or self.paths < FEWEST or not all(leverage > 0.0 for leverage in self.leverages):
            raise ValueError(f"a step or more, {FEWEST} paths or more, and leverages above 0")

    def starts(self, first: int, end: int) -> range:
        """Steps from `first` on from which accounts are followed, so that none sees beyond `end`."""
        return range(first, end - self.steps + 1, self.steps)


@dataclass(frozen=True, slots=True, eq=False)
class BookOf:
    """A book that is held: exposures (assets,) in USD, signed, and the model that forecasts it.

    `with_history`: whether its own history forecasts it, too; `model`: its name in an envelope.
    """

    name: str
    assets: tuple[str, ...]
    exposure: Float1D
    kind: str
    innovations: str
    dependence: AnyDependence
    max_half_life_s: int
    with_history: bool = True
    model: str | None = None
