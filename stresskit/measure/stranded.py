"""Stranded hedges: one account was shut by force, another is still alive at the horizon.

A book that is split over accounts does not net: the account that loses can be closed out while the one
that gains lives on, with its leg no longer hedged.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from stresskit.measure.figure import figure
from stresskit.measure.law import PLAIN, Law
from stresskit.measure.life import Columns


def stranded(accounts: Mapping[str, Columns], law: Law = PLAIN) -> dict[str, Any]:
    """Shares of the paths on which some, but not all, accounts are closed out, and by account closed out.

    Parameters
    ----------
    accounts : readers of the outcome columns, by account, each under one mode.
    law : how the paths count.
    """
    shut = {name: np.asarray(column("closed_step") >= 0) for name, column in accounts.items()}
    some, every = np.any(list(shut.values()), axis=0), np.all(list(shut.values()), axis=0)
    return {
        "any": figure(law.share(some & ~every)),
        "closed_out": {name: figure(law.share(gone & ~every)) for name, gone in shut.items()},
    }
