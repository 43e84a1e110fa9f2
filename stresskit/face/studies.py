"""Questions from Python that the commands of the same names ask; the answers are what ``--json`` prints.

In all of them `config` is the path of a file or a `Run`, and `set` holds values that replace those of the
config, by key path. Bad input raises ConfigError or DataError with every problem at its place.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stresskit.face.runs import cores, loaded_of

if TYPE_CHECKING:
    from stresskit.config import Run

Values = Mapping[str, Any]


def margins(
    config: "Path | str | Run",
    *,
    set: Values | None = None,  # noqa: A002  (named like --set)
    what_if: Sequence[str] = (),
    add: Sequence[str] = (),
) -> dict[str, Any]:
    """What each margin mode demands now, without simulating: the command ``margin``.

    Parameters
    ----------
    what_if : moves such as ``"BTC -5%"``.
    add : orders such as ``"ETH/USDT:USDT -10000 usd"``.
    """
    from stresskit.pipeline import margin

    return margin(loaded_of(config, set or {}), what_if, add)


def advise(config: "Path | str | Run", *, set: Values | None = None) -> dict[str, Any]:  # noqa: A002
    """Which margin mode of its venue fits the account, and whether it may switch to it."""
    from stresskit.pipeline.advise import advise as answer

    return answer(loaded_of(config, set or {}))


def remedies(
    config: "Path | str | Run",
    target: float,
    *,
    set: Values | None = None,  # noqa: A002
    scenarios: Sequence[str] = (),
    paths: int | None = None,
    workers: int | None = None,
) -> dict[str, Any]:
    """What brings P(liquidation) of each mode down to `target`: the command ``advise --target``.

    Parameters
    ----------
    scenarios : in which the target must hold (default: all of the config).
    paths : of every trial.
    """
    from stresskit.study.remedy import Ask
    from stresskit.study.remedy import remedies as answer

    loaded = loaded_of(config, set or {})
    return answer(loaded, Ask(target, tuple(scenarios), paths), workers or cores())


def dial(
    config: "Path | str | Run",
    *,
    set: Mapping[str, Any] | None = None,  # noqa: A002  (named like --set)
    scenario: str | None = None,
    points: int = 11,
    resolution: float = 0.025,
    multipliers: Sequence[float] = (),
    paths: int | None = None,
    out: Path | str = "runs",
    workers: int | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Turn the strength of a break from 0 to 1; see `stresskit.study.dial.run.dial`.

    Parameters
    ----------
    config, set, out, workers, force : as for `run`; the answer is stored in ``<out>/<name>-dial-<id>``.
    scenario : which break to turn (default: the first of the config, else every_leg_loses).
    points : strengths, evenly spaced, before the intervals around points are halved.
    resolution : how short these intervals become.
    multipliers : volatility multipliers of the surface (default: no surface).
    paths : of every strength (default: 20,000 over the number of assets, at most those of the config).

    Raises
    ------
    ConfigError
        With every problem of the config or of the question.
    DataError
        If a snapshot or data file cannot be used.
    """
    from stresskit.study.dial import Ask, keep

    ask = Ask(scenario, points, resolution, tuple(multipliers), paths)
    return keep(loaded_of(config, set or {}), ask, Path(out), workers or cores(), force).answer


def events(
    *configs: "Path | str | Run",
    set: Values | None = None,  # noqa: A002
    events: Sequence[str] = (),
    venues: Sequence[str] = (),
    paths: int | None = None,
    fee: float = 0.005,
    out: Path | str = "runs",
    workers: int | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Put the account of each config through past events under the margin modes of every venue.

    Parameters
    ----------
    events, venues : names (default: all that are shipped).
    paths : of every cell (default: those of each config).
    fee : liquidation fee where a venue's own is not known.
    out : folder in which the answer is stored; a stored one is read back unless `force`.
    """
    from stresskit.study.events import Ask, keep

    loaded = [loaded_of(config, set or {}) for config in configs]
    ask = Ask(tuple(events), tuple(venues), paths, fee)
    return keep(loaded, ask, Path(out), workers or cores(), force).answer


def worst(
    config: "Path | str | Run",
    *,
    set: Values | None = None,  # noqa: A002
    level: float = 0.01,
    evaluations: int = 60,
    paths: int | None = None,
    workers: int | None = None,
) -> dict[str, Any]:
    """Find the plausible correlation matrix at which each margin mode does worst.

    Parameters
    ----------
    level : every pair stays between this quantile of its history and one minus it.
    evaluations : matrices that a search may try.
    paths : of a trial (default: 10,000 over the number of assets, at most those of the config).
    """
    from stresskit.study.worst import Ask
    from stresskit.study.worst import worst as answer

    return answer(loaded_of(config, set or {}), Ask(level, evaluations, paths), workers or cores())


def reverse(config: "Path | str | Run", *, set: Values | None = None) -> dict[str, Any]:  # noqa: A002
    """Find the most plausible move of one step that liquidates the account, by margin mode."""
    from stresskit.study.reverse import reverse as answer

    return answer(loaded_of(config, set or {}))


def frontier(
    config: "Path | str | Run",
    *,
    set: Values | None = None,  # noqa: A002
    leverages: Sequence[float] = (),
    workers: int | None = None,
) -> dict[str, Any]:
    """Hold the book on more or less own capital; `leverages`: gross notional over it."""
    from stresskit.study.frontier import LEVERAGES
    from stresskit.study.frontier import frontier as answer

    return answer(loaded_of(config, set or {}), tuple(leverages) or LEVERAGES, workers or cores())


def matrices(config: "Path | str | Run", *, set: Values | None = None) -> dict[str, Any]:  # noqa: A002
    """Show what is left of the account on grids of price, volatility and two assets: ``matrix``."""
    from stresskit.study.matrix import matrices as answer

    return answer(loaded_of(config, set or {}))


def sufficiency(
    config: "Path | str | Run",
    *,
    set: Values | None = None,  # noqa: A002
    paths: int = 1000,
) -> dict[str, Any]:
    """How often the requirement would not have covered the loss of a margin period."""
    from stresskit.study.sufficiency import Ask
    from stresskit.study.sufficiency import sufficiency as answer

    return answer(loaded_of(config, set or {}), Ask(paths))
