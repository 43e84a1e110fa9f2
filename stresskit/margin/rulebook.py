"""Rulebooks: a venue's tables at one date, as data with their source.

Brackets and parameters drift, so a run names the dated rulebook it used and prints its hash.
"""

import difflib
import hashlib
import itertools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from stresskit.errors import ConfigError, DataError, Problem
from stresskit.spec import Fraction, Positive, Spec

SHIPPED = Path(__file__).with_name("rulebooks")
Confidence = Literal["high", "medium", "low"]
Tier = Annotated[tuple[float, float, float, float], Field(strict=False)]


def _tiers(rows: tuple[Tier, ...]) -> tuple[Tier, ...]:
    """Check the order of the tiers and the continuity of the requirement at their edges."""
    if rows[0][0] != 0 or rows[0][3] != 0:
        raise ValueError("a first tier that starts at 0 with deduction 0")
    for (floor, rate, _, deduction), (edge, higher, _, larger) in itertools.pairwise(rows):
        if not (edge > floor and 0 < rate <= higher <= 1):
            raise ValueError(f"tiers in ascending order with rising rates (tier from {edge:g})")
        if abs((higher - rate) * edge - (larger - deduction)) > 1e-6 * max(edge, 1.0):
            raise ValueError(f"a continuous requirement: the deduction from {edge:g} does not fit")
    return rows


class Symbol(Spec):
    """One contract: `tiers` of [notional above, maintenance rate, largest leverage, deduction]."""

    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, strict=False), AfterValidator(_tiers)]
    cap: Positive


class LiquidationFee(Spec):
    """Fee on the liquidated notional."""

    rate: Fraction
    confidence: Confidence
    source: str


class Tables(Spec):
    """What a rulebook file may say."""

    venue: str
    as_of: str
    contract: Literal["linear"]
    scheme: Literal["marginal"]
    confidence: Confidence
    source: str
    offers: Annotated[tuple[str, ...], Field(strict=False)]
    liquidation_fee: LiquidationFee
    symbols: dict[str, Symbol]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A rulebook with its name and the hash of its file."""

    name: str
    tables: Tables
    sha256: str


def shipped_rulebooks() -> list[str]:
    """Names of the rulebooks that come with the package."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load_rulebook(name: str, base: Path) -> Rulebook:
    """Read a shipped rulebook by name, or a file by a path relative to `base`.

    Raises
    ------
    ConfigError
        If there is no such rulebook.
    DataError
        If the file is not a valid rulebook.
    """
    path = SHIPPED / f"{name}.toml" if name in shipped_rulebooks() else base / name
    if not path.is_file():
        near = difflib.get_close_matches(name, shipped_rulebooks(), n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        expected = f"a rulebook file or one of {', '.join(shipped_rulebooks())}{hint}"
        raise ConfigError([Problem("", "rulebook", expected)])
    content = path.read_bytes()
    try:
        tables = Tables.model_validate(tomllib.loads(content.decode()))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError([Problem(str(path), "", f"a TOML file: {error}")]) from error
    except ValidationError as error:
        problems = [Problem(str(path), ".".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]
        raise DataError(problems) from error
    return Rulebook(path.stem, tables, hashlib.sha256(content).hexdigest())
