"""What funding and basis amount to over all paths of one life, where a run simulates them."""

from collections.abc import Sequence
from typing import Any

from stresskit.measure.figure import figure
from stresskit.measure.law import PLAIN, Law
from stresskit.measure.life import Columns

FIGURES = {"funding": ("expected_funding", "funding"), "basis": ("expected_basis_gain", "basis_gain")}


def carried(column: Columns, kinds: Sequence[str], law: Law = PLAIN) -> dict[str, Any]:
    """Mean USD over all paths: ``expected_funding`` paid (negative: received), ``expected_basis_gain``."""
    wanted = [FIGURES[kind] for kind in kinds]
    return {name: figure(law.mean(column(outcome))) for name, outcome in wanted}
