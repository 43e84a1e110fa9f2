"""How plausible a stressed correlation is: its place in the history of rolling correlations.

The history is shipped as quantiles of each pair (``rolling_correlations.toml``), not as prices; between
two of them the percentile is interpolated. Of a pair without a history nothing is claimed.
"""

import tomllib
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from stresskit.domain import Float2D, Int1D

FILE = Path(__file__).with_name("rolling_correlations.toml")


@cache
def history() -> dict[str, Any]:
    """The shipped quantiles of rolling correlations."""
    found: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return found


def percentile(one: str, other: str, correlation: float) -> float | None:
    """Share of the rolling windows in which the pair's correlation was below; None without a history."""
    known = history()
    quantiles = known["pairs"].get(f"{one}/{other}", known["pairs"].get(f"{other}/{one}"))
    if quantiles is None:
        return None
    return float(np.interp(correlation, quantiles, known["levels"]))


def percentiles(correlation: Float2D, held: Int1D, names: tuple[str, ...]) -> dict[str, float | None]:
    """Percentile of each pair of the places `held`, by name."""
    return {
        f"{names[i]}/{names[j]}": percentile(names[i], names[j], float(correlation[i, j]))
        for i, j in combinations(held.tolist(), 2)
    }


def verdict(found: dict[str, float | None]) -> str:
    """What the percentiles of the book's pairs say, in words."""
    known = [value for value in found.values() if value is not None]
    unknown = len(found) - len(known)
    lacking = f"; of {unknown} pairs there is no history" if unknown and known else ""
    if not known:
        return "no history of rolling correlations for these pairs: no percentile"
    facts = history()
    window = f"the {facts['window']} windows of {facts['first']} to {facts['last']}"
    outside = sum(value in (0.0, 1.0) for value in known)
    middle = float(np.median(known))
    return (
        f"{outside} of {len(known)} pairs stand where none of {window} stood; "
        f"the median pair is at their {middle:.0%} percentile{lacking}"
    )
