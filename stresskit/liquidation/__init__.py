"""Liquidation policies: what is closed after a breach, and at what cost. One file per policy.

The whole account at a threshold (Binance portfolio margin) is `close_all` under the rule that has the
threshold.
"""

from stresskit.liquidation.build import Policy as Policy
from stresskit.liquidation.build import build_policy as build_policy
from stresskit.liquidation.close_all import CloseAll
from stresskit.liquidation.dominant_risk import DominantRisk
from stresskit.liquidation.largest_contribution import LargestContribution
from stresskit.liquidation.largest_loss import LargestLoss
from stresskit.liquidation.pro_rata import ProRata
from stresskit.liquidation.staged import Staged
from stresskit.liquidation.tier_ladder import TierLadder

POLICIES: dict[str, type[Policy]] = {
    "close_all": CloseAll,
    "dominant_risk": DominantRisk,
    "largest_contribution": LargestContribution,
    "largest_loss": LargestLoss,
    "pro_rata": ProRata,
    "staged": Staged,
    "tier_ladder": TierLadder,
}
