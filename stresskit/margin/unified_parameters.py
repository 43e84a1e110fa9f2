"""What a parameter file of a unified account may say: its ratio, its levels and its collateral."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from stresskit.margin.grid.charge_tables import Table
from stresskit.spec import Fraction, NonNegative, Positive

SHIPPED = Path(__file__).with_name("unified_accounts")
Level = Annotated[tuple[Positive, str], Field(strict=False)]
Asset = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,20}$")]


class UnifiedParameters(Table):
    """A whole parameter file.

    Attributes
    ----------
    ratio, form : what the venue calls its ratio, and which way round it is.
    liquidation_at, opening_at : the ratio at which the venue liquidates, and below which (above which)
        nothing may be opened; absent where initial margin goes by leverage.
    levels : [ratio, what the venue does from there on].
    constant : USD added to the requirement.
    loan_to_value : of the coins that may be borrowed against; their liquidation threshold lies half of
        the way to one.
    unknown : what is left out.
    """

    venue: str
    product: str
    as_of: str
    ratio: str
    form: Literal["equity_over_maintenance", "requirement_over_value"]
    liquidation_at: Positive
    opening_at: Positive | None = None
    levels: Annotated[tuple[Level, ...], Field(strict=False, min_length=1)]
    constant: NonNegative = 0.0
    loan_to_value: dict[Asset, Fraction] = Field(default_factory=dict)
    unknown: Annotated[tuple[str, ...], Field(strict=False)] = ()


@dataclass(frozen=True, slots=True)
class UnifiedAccount:
    """A parameter file with its name and the hash of its content."""

    name: str
    parameters: UnifiedParameters
    sha256: str


def shipped_unified() -> list[str]:
    """Names of the parameter files that come with the package."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))
