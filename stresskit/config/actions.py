"""``[account.actions]``: what the owner does near to liquidation; by default nothing."""

from typing import Annotated

from pydantic import Field, model_validator

from stresskit.config.fault import misplaced
from stresskit.spec import Duration, Positive, Spec

Ratio = Annotated[float, Field(gt=0, le=1000)]
Times = Annotated[int, Field(ge=1, le=1000)]


class TopUp(Spec):
    """`amount` USD arrive `delay` after equity / maintenance was seen at or below `at_ratio`."""

    amount: Positive
    at_ratio: Ratio
    delay: Duration = 0
    times: Times = 1


class Reduce(Spec):
    """`share` of every position is closed `delay` after the ratio was seen at or below `at_ratio`."""

    share: Annotated[float, Field(gt=0, le=1)]
    at_ratio: Ratio
    delay: Duration = 0
    times: Times = 1


class Actions(Spec):
    """What the owner does, after a step's looks; each at most `times` times a path."""

    top_up: TopUp | None = None
    deleverage: Reduce | None = None

    @model_validator(mode="after")
    def _some(self) -> "Actions":
        if self.top_up is None and self.deleverage is None:
            raise misplaced("top_up", "this table, or deleverage, or both")
        return self
