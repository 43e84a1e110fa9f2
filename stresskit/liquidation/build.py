"""From a policy's name and parameters to the tuple that chooses its kernel."""

from typing import Any

from stresskit.domain import Float1D
from stresskit.liquidation.close_all import CloseAll
from stresskit.liquidation.dominant_risk import DominantRisk
from stresskit.liquidation.largest_contribution import LargestContribution
from stresskit.liquidation.largest_loss import LargestLoss
from stresskit.liquidation.pro_rata import ProRata, auction_price
from stresskit.liquidation.staged import Staged
from stresskit.liquidation.takeover import HEDGES
from stresskit.liquidation.tier_ladder import TierLadder
from stresskit.policy import PolicyName, Steps

Policy = CloseAll | DominantRisk | LargestContribution | LargestLoss | ProRata | Staged | TierLadder
TAKERS = {"market": (1.0, 1.0), "fund": (0.0, 1.0), "auction": (0.0, 0.0)}


def build_policy(name: PolicyName, steps: Steps, entry: Float1D) -> Policy:
    """The policy with its parameters; those that `steps` leaves out have the policy's defaults.

    Parameters
    ----------
    entry : (positions,)
        Entry price over the mark at the start.
    """
    given = _numbers(steps)
    if name == "tier_ladder":
        return TierLadder(**given)
    if name == "largest_loss":
        return LargestLoss(entry, **given)
    if name == "staged":
        return Staged(**given)
    if name == "pro_rata":
        return ProRata(*TAKERS[steps.slice or "market"], _discount(steps), **given)
    if name == "dominant_risk":
        return DominantRisk(**given)
    return CloseAll() if name == "close_all" else LargestContribution()


def _numbers(steps: Steps) -> dict[str, Any]:
    """Parameters under the kernels' names, as floats, so that every policy has one signature."""
    found: dict[str, float | None] = {
        "tiers": steps.tiers,
        "net": None if steps.net_hedges is None else HEDGES[steps.net_hedges],
        "steps_taken": steps.steps_taken_over,
        "takeover": steps.take_over,
        "size": steps.size,
        "first": steps.first,
        "backstop": steps.backstop,
    }
    return {key: float(value) for key, value in found.items() if value is not None}


def _discount(steps: Steps) -> float:
    auction = steps.auction
    if auction is None:
        return 0.0
    return 1.0 - auction_price(auction.bid_after, auction.start, auction.cutoff, auction.fast, auction.slow)
