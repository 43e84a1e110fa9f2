"""``[account.actions]``: what the owner does near to liquidation; by default nothing."""

from typing import Annotated

from pydantic import Field, model_validator

from stresskit.config.fault import misplaced
from stresskit.spec import Duration, Name, Positive, Spec

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


class SendFor(Spec):
    """`amount` USD of the account `giver` arrive `delay` after the ratio was seen at or below `at_ratio`.

    The giver gives what it has, as long as its own equity stays at `keep_ratio` times its maintenance.
    """

    giver: Name
    amount: Positive
    at_ratio: Ratio
    delay: Duration = 0
    times: Times = 1
    keep_ratio: Annotated[float, Field(ge=1, le=1000)] = 2.0


class Actions(Spec):
    """What the owner does, after a step's looks; each at most `times` times a path."""

    top_up: TopUp | None = None
    deleverage: Reduce | None = None
    transfer: SendFor | None = None

    @model_validator(mode="after")
    def _some(self) -> "Actions":
        if self.top_up is None and self.deleverage is None and self.transfer is None:
            raise misplaced("top_up", "this table, deleverage, or transfer")
        return self
