"""Shipped events, one TOML each: how prices moved, as parameters with their source. No prices."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from stresskit.spec import Positive, Spec

FOLDER = Path(__file__).parent
Level = Annotated[float, Field(gt=-0.95, le=10)]


class Course(Spec):
    """How one asset moved, relative to the start: at the `trough`'s close, at the `low`, at the `end`."""

    trough: Level
    low: Level
    end: Level
    volatility: Positive


class Event(Spec):
    """One event file: `low_unknown` are assets of which only closes are known; hours are whole."""

    name: str
    title: str
    day: str
    source: str
    hours_to_trough: Annotated[int, Field(gt=0)]
    hours_to_end: Annotated[int, Field(gt=0)]
    low_unknown: Annotated[tuple[str, ...], Field(strict=False)]
    assets: dict[str, Course]
    correlation: dict[str, Annotated[tuple[float, ...], Field(strict=False)]]


@cache
def read_event(name: str) -> Event:
    """One shipped event by its name."""
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    return Event.model_validate(tomllib.loads(text))
