"""What funding, basis, deleveraging and actions amount to over all paths of one life, of a run with them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.measure.figure import figure
from stresskit.measure.law import PLAIN, Law
from stresskit.measure.life import Columns

EARNED = ("funding", "basis")  # by the book itself, margin or not
FIGURES = {
    "funding": {"expected_funding": "funding"},
    "basis": {"expected_basis_gain": "basis_gain"},
    "adl": {"expected_adl_loss": "adl_loss"},
    "actions": {"expected_top_up": "top_up", "expected_cut_cost": "cut_cost"},
}


def carried(column: Columns, kinds: Sequence[str], law: Law = PLAIN) -> dict[str, Any]:
    """Mean USD over all paths: ``expected_funding`` paid (negative: received), ``expected_basis_gain``.

    ``p_adl`` is the share of paths with a winning leg taken, ``expected_adl_loss`` its cost against the mark;
    ``p_top_up`` that of paths to which money was added.
    """
    wanted = {name: outcome for kind in kinds for name, outcome in FIGURES[kind].items()}
    found = {name: figure(law.mean(column(outcome))) for name, outcome in wanted.items()}
    if "adl" in kinds:
        found["p_adl"] = figure(law.share(np.asarray(column("adl_step") >= 0)))
    if "actions" in kinds:
        found["p_top_up"] = figure(law.share(np.asarray(column("top_up") > 0.0)))
    return found


def without_top_ups(column: Columns, kinds: Sequence[str]) -> Columns:
    """The same columns with what the owner added taken off the terminal equity: it is no gain."""
    if "actions" not in kinds:
        return column

    def read(name: str) -> npt.NDArray[Any]:
        found = column(name)
        return found - column("top_up") if name == "terminal_equity" else found

    return read
