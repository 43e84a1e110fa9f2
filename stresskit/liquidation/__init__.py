"""Liquidation policies: what is closed after a breach, and at what cost. One file per policy."""

from stresskit.liquidation.close_all import CloseAll
from stresskit.liquidation.largest_contribution import LargestContribution

Policy = CloseAll | LargestContribution
POLICIES: dict[str, type[CloseAll] | type[LargestContribution]] = {
    "close_all": CloseAll,
    "largest_contribution": LargestContribution,
}
