"""Importance sampling: which runs can have it, and whether its sample is worth having."""

from collections.abc import Iterator

from stresskit.domain import Float1D
from stresskit.errors import ConfigError, Problem
from stresskit.measure.weighted import effective_paths
from stresskit.pipeline.draws import tilt_of
from stresskit.pipeline.setting import Setting

KEY = ("simulation", "importance")
LEAST_WORTH = 0.25  # effective paths over paths, below which an importance sample is refused


def importance_problems(setting: Setting) -> Iterator[Problem]:
    """Scenarios whose paths cannot be drawn toward the first account's loss, and why."""
    exposure, steps = setting.importance(), setting.loaded.run.simulation.steps
    for name, stressed in setting.stressed.items():
        try:
            for segment in stressed.segments:
                tilt_of(setting.market, segment.dependence, setting.used, exposure, steps)
        except ValueError as error:
            yield setting.loaded.source.problem(KEY, f'"none", or in scenario "{name}" {error}')


def refuse_poor_weights(setting: Setting, scenario: str, weight: Float1D) -> None:
    """Refuse an importance sample that is worth too few plain paths.

    Half of the paths are drawn as ever, so this is not met unless there are hardly any paths.

    Raises
    ------
    ConfigError
        If the effective paths are too few.
    """
    worth = effective_paths(weight) / weight.size
    if not worth >= LEAST_WORTH:
        expected = (
            f'"none": in scenario "{scenario}" the weighted paths are worth {worth:.0%} of as many plain '
            f"ones, less than {LEAST_WORTH:.0%}"
        )
        raise ConfigError([setting.loaded.source.problem(KEY, expected)])
