"""Rules without bounds of their own: they are cheap, or no closer bound is known."""

from typing import Any

import numpy as np

from stresskit.domain import deviation_bound, gentle, roof
from stresskit.margin.brackets import BracketTable
from stresskit.margin.clearing import ClearingRule
from stresskit.margin.grid.table import GridTable
from stresskit.margin.unified import UnifiedTable
from stresskit.margin.var import VarRule
from stresskit.numerics.jit import implements


def no_roof(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """None: the requirement itself is cheap."""
    return np.inf


def no_deviation_bound(
    rule: Any, net: Any, variance: Any, multiplier: Any, correlation: Any, whole: Any, scratch: Any
) -> Any:
    """None beyond the bounds of the single positions."""
    return np.inf


def never_gentle(rule: Any, book: Any, p: Any) -> Any:
    """No notional up to which the slope is lower."""
    return -1.0, 0.0


CHEAP: tuple[type, ...] = (BracketTable, GridTable, UnifiedTable)

for kind in CHEAP:
    implements(roof, kind)(no_roof)
for kind in (*CHEAP, ClearingRule):
    implements(deviation_bound, kind, inlined=True)(no_deviation_bound)
for kind in (GridTable, ClearingRule, VarRule):
    implements(gentle, kind, inlined=True)(never_gentle)
