"""Several effects in one scenario, each acting on what those before it have left."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from stresskit.domain import Float1D, JointModel, StressedModel
from stresskit.errors import ConfigError
from stresskit.scenario.effects import Effect, apply_effect
from stresskit.spec import Spec

Listed = Annotated[Effect, Field(discriminator="kind")]


class Combined(Spec):
    """``kind = "combined"``: the `effects`, each a table with the keys of its own `kind`, in this order."""

    kind: Literal["combined"]
    effects: Annotated[tuple[Listed, ...], Field(strict=False, min_length=1)]


def stress_combined(
    spec: Combined, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Apply one effect after another; their notes stand apart, by place and kind.

    Raises
    ------
    ConfigError
        If an effect cannot act; the key begins with its place, ``effects.0``.
    """
    notes: dict[str, Any] = {}
    for place, effect in enumerate(spec.effects):
        try:
            stressed = apply_effect(effect, stressed, model, steps, net_exposure)
        except ConfigError as error:
            under = [p._replace(key=f"effects.{place}.{p.key}") for p in error.problems]
            raise ConfigError(under) from None
        notes[f"effect {place + 1}, {effect.kind}"] = stressed.notes
    return replace(stressed, notes=notes)


def effects_of(spec: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every effect of a scenario and where it stands in its table: the scenario itself, or those it lists."""
    if isinstance(spec, Combined):
        yield from ((("effects", place), effect) for place, effect in enumerate(spec.effects))
    else:
        yield (), spec
