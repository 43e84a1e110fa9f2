"""``[cohort]``: a table of positions in place of ``[account]``."""

from typing import Annotated

from pydantic import Field

from stresskit.config.account import Coin
from stresskit.config.market import Text
from stresskit.config.position import Price
from stresskit.spec import Name, Spec


class Cohort(Spec):
    """``[cohort]``; paths are relative to the config file, tables are CSV or Parquet.

    Attributes
    ----------
    venue : where all accounts are held.
    positions : a row a position: ``account``, ``symbol``, ``notional_usd`` or ``quantity``, and as they are
        needed ``leverage``, ``entry``, ``mark``, ``quote_usd``; ``collateral`` (in `asset`, the same in
        every row of an account) unless there are `balances`.
    balances : a row a balance: ``account``, ``asset``, ``amount``, and ``mark`` and ``ratio`` if needed.
    asset : what the column ``collateral`` counts.
    marks : USD prices by asset.
    group : accounts that are simulated together; the paths are drawn anew for every group.
    """

    venue: Name
    positions: Text
    balances: Text | None = None
    asset: Coin = "USDT"
    marks: dict[Coin, Price] | None = None
    group: Annotated[int, Field(ge=1, le=1000)] | None = None


class CohortFile(Spec):
    """The part of a config file that says which accounts there are."""

    cohort: Cohort
