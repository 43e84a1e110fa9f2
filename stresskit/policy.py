"""What a config or a rulebook may say of a liquidation policy: its name and its parameters."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from stresskit.spec import Duration, Fraction, NonNegative, Spec, misplaced

PolicyName = Literal[
    "close_all",
    "dominant_risk",
    "largest_contribution",
    "largest_loss",
    "pro_rata",
    "staged",
    "tier_ladder",
]
AnyPolicy = Literal["venue", PolicyName]  # under rules with tables
NoLadder = Literal[
    "venue", "close_all", "dominant_risk", "largest_contribution", "largest_loss", "pro_rata", "staged"
]
NetHedges = Literal["no", "with_each_other", "at_market"]


class Auction(Spec):
    """A slice's price as a share of its worth: from `start` to `cutoff` in `fast`, to 0 in `slow` more.

    `bid_after`: how long after the start the bid comes.
    """

    start: Fraction
    cutoff: Fraction
    fast: Duration
    slow: Duration
    bid_after: Duration = 0

    @model_validator(mode="after")
    def _falling(self) -> "Auction":
        if self.cutoff > self.start:
            raise misplaced("cutoff", f"at most the start of {self.start:g}: the price falls")
        for key in ("fast", "slow"):
            if getattr(self, key) == 0:
                raise misplaced(key, "a duration above zero")
        return self


class Steps(Spec):
    """Parameters of a policy; each belongs to some policies only, and has their default where absent.

    Attributes
    ----------
    tiers : tiers that a position comes down at a time; 0: one order reduces it until the account complies.
    net_hedges : what becomes of long and short of one coin before anything else.
    steps_taken_over : steps are taken over at the bankruptcy price rather than ordered.
    take_over : the rest is taken over at the bankruptcy price rather than closed by orders.
    size, first : above so many USD a position is closed by this share first.
    backstop : share of the maintenance below which the whole account is taken over.
    slice : who takes a slice: the market, the fund at the mark for the fee, or the bidders of the `auction`.
    """

    tiers: Annotated[int, Field(ge=0, le=100)] | None = None
    net_hedges: NetHedges | None = None
    steps_taken_over: bool | None = None
    take_over: bool | None = None
    size: NonNegative | None = None
    first: Annotated[float, Field(gt=0, le=1)] | None = None
    backstop: Fraction | None = None
    slice: Literal["market", "fund", "auction"] | None = None
    auction: Auction | None = None

    @model_validator(mode="after")
    def _auction_where_there_is_one(self) -> "Steps":
        if (self.slice == "auction") != (self.auction is not None):
            raise misplaced("auction", 'this table with slice = "auction", and only then')
        return self


STEPS: dict[PolicyName, tuple[str, ...]] = {
    "close_all": (),
    "dominant_risk": ("take_over",),
    "largest_contribution": (),
    "largest_loss": ("net_hedges", "take_over"),
    "pro_rata": ("slice", "auction", "take_over"),
    "staged": ("size", "first", "backstop", "take_over"),
    "tier_ladder": ("tiers", "net_hedges", "steps_taken_over", "take_over"),
}


def foreign(policy: PolicyName, steps: Steps) -> Iterator[tuple[str, str]]:
    """Parameters that the policy does not have, each with what was expected."""
    for key in Steps.model_fields:
        if getattr(steps, key) is not None and key not in STEPS[policy]:
            own = ", ".join(STEPS[policy]) or "none"
            yield key, f'a parameter of "{policy}": it has {own}'


class VenuePolicy(Steps):
    """The policy of a venue under one margin rule, and how well it is known."""

    policy: PolicyName
    confidence: Literal["high", "medium", "low"]
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _own_parameters(self) -> "VenuePolicy":
        for key, expected in foreign(self.policy, self):
            raise misplaced(key, expected)
        return self
