"""What every table of a config file shares: the frozen base and the types that carry a unit.

Durations are whole seconds (``"10d"``, ``"1h"``, ``"30m"``), fractions lie in [0, 1] and are
never percentages, money is USD.
"""

import re
from typing import Annotated, Any, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"


class Spec(BaseModel):
    """One table of a config file: frozen, every key known, every number finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Fault(NamedTuple):
    """What was expected at `path`, the keys from the top of the file down."""

    path: tuple[str | int, ...]
    expected: str


def misplaced(key: str | int, expected: str) -> PydanticCustomError:
    """Build the error that a table's validator raises against one of its keys."""
    return PydanticCustomError("misplaced", "{expected}", {"key": key, "expected": expected})


def seconds(text: Any) -> int:
    """Read ``"10d"`` as 864000.

    Raises
    ------
    ValueError
        If `text` is not a whole number followed by s, m, h, d or w.
    """
    found = re.fullmatch(r"(\d{1,9})([smhdw])", text) if isinstance(text, str) else None
    if not found or (int(found[1]) == 0 and found[2] != "h"):
        raise ValueError('a duration such as "30m", "1h" or "10d"')
    return int(found[1]) * SECONDS[found[2]]


def duration_text(value: int) -> str:
    """Write 864000 as ``"10d"``: the largest unit that divides it."""
    unit = next((u for u in "dhm" if value and value % SECONDS[u] == 0), "h" if value == 0 else "s")
    return f"{value // SECONDS[unit]}{unit}"


def _fraction(value: float) -> float:
    if not 0.0 <= value <= 1.0:
        hint = f"; is {value:g} a percentage? write {value / 100:g}" if 1.0 < value <= 100.0 else ""
        raise ValueError(f"a fraction between 0 and 1{hint}")
    return value


def _confidence(value: float) -> float:
    if not 0.5 <= value < 1.0:
        hint = f"; is {value:g} a percentage? write {value / 100:g}" if 1.0 <= value < 100.0 else ""
        raise ValueError(f"a confidence level of at least 0.5 and below 1{hint}")
    return value


DURATION_TEXT = {"type": "string", "format": "duration", "pattern": "^[0-9]{1,9}[smhdw]$"}
Duration = Annotated[
    int,
    BeforeValidator(seconds),
    PlainSerializer(duration_text, return_type=str),
    WithJsonSchema(DURATION_TEXT),
]
Fraction = Annotated[float, AfterValidator(_fraction)]
Confidence = Annotated[float, AfterValidator(_confidence)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Name = Annotated[str, Field(pattern=NAME)]
