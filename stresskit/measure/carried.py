"""What funding, basis, deleveraging, actions and transfers amount to over all paths of one life."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.measure.figure import figure
from stresskit.measure.law import PLAIN, Law
from stresskit.measure.life import Columns

EARNED = ("funding", "basis")  # by the book itself, margin or not
ADDED = {"actions": {"top_up": -1.0}, "transfers": {"received": -1.0, "sent": 1.0}}
FIGURES = {
    "funding": {"expected_funding": "funding"},
    "basis": {"expected_basis_gain": "basis_gain"},
    "adl": {"expected_adl_loss": "adl_loss"},
    "actions": {"expected_top_up": "top_up", "expected_cut_cost": "cut_cost"},
    "transfers": {"expected_received": "received", "expected_sent": "sent"},
}


def carried(column: Columns, kinds: Sequence[str], law: Law = PLAIN) -> dict[str, Any]:
    """Mean USD over all paths: ``expected_funding`` paid (negative: received), ``expected_basis_gain``.

    ``p_adl`` is the share of paths with a winning leg taken, ``expected_adl_loss`` its cost against the mark;
    ``p_top_up`` that of paths to which money was added; ``expected_received`` what came from other
    accounts, ``expected_sent`` what went to them, ``p_transfer`` the share of paths on which any did.
    """
    wanted = {name: outcome for kind in kinds for name, outcome in FIGURES[kind].items()}
    found = {name: figure(law.mean(column(outcome))) for name, outcome in wanted.items()}
    if "adl" in kinds:
        found["p_adl"] = figure(law.share(np.asarray(column("adl_step") >= 0)))
    if "actions" in kinds:
        found["p_top_up"] = figure(law.share(np.asarray(column("top_up") > 0.0)))
    if "transfers" in kinds:
        found["p_transfer"] = figure(law.share(np.asarray(column("received") + column("sent") > 0.0)))
    return found


def without_top_ups(column: Columns, kinds: Sequence[str]) -> Columns:
    """The same columns with what the owner added or moved taken off the terminal equity: it is no gain."""
    added = {name: sign for kind, parts in ADDED.items() if kind in kinds for name, sign in parts.items()}
    if not added:
        return column

    def read(name: str) -> npt.NDArray[Any]:
        found = column(name)
        if name == "terminal_equity":
            for one, sign in added.items():
                found = found + sign * column(one)
        return found

    return read
