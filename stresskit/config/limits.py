"""``[limits]``: what the account must stay below; a broken one sets the exit code."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from stresskit.spec import Fraction, Name, NonNegative, Spec


class _Bound(Spec):
    mode: Name | None = None
    scenario: Name | None = None


class ProbabilityBound(_Bound):
    """``{ limit = 0.05, mode = "portfolio", scenario = "hedge_breaks" }``."""

    limit: Fraction


class MoneyBound(_Bound):
    """The same in USD."""

    limit: NonNegative


def _as_list(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return value
    return [value if isinstance(value, dict | _Bound) else {"limit": value}]


Probability = Annotated[tuple[ProbabilityBound, ...], Field(strict=False), BeforeValidator(_as_list)]
Money = Annotated[tuple[MoneyBound, ...], Field(strict=False), BeforeValidator(_as_list)]


class Limits(Spec):
    """Each a number, a table or a list of tables."""

    p_liquidation: Probability = ()
    p_closed_out: Probability = ()
    p_shortfall: Probability = ()
    expected_liquidation_cost: Money = ()
    loss_given_liquidation: Money = ()
    shortfall: Money = ()

    def bounds(self) -> Iterator[tuple[str, int, ProbabilityBound | MoneyBound]]:
        """Name, place in its list and bound of every limit, in a fixed order."""
        for name in type(self).model_fields:
            for place, bound in enumerate(getattr(self, name)):
                yield name, place, bound
