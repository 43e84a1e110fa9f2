"""What the first breach of each liquidated path came from: which leg, and which term of the rule."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stresskit.domain import Float1D
from stresskit.measure.law import PLAIN, Law
from stresskit.measure.life import SPARED, Columns, liquidated


def attribution(
    column: Columns, symbols: Sequence[str], terms: Mapping[int, str], law: Law = PLAIN
) -> dict[str, Any]:
    """Shares of the liquidated paths by leg and by term, the largest first; legs and terms of none left out.

    Parameters
    ----------
    column : callable
        Reader of the outcome columns.
    symbols : symbol of each position.
    terms : names of the rule's terms by their index.
    law : how the paths count.
    """
    hits = liquidated(column)
    if not hits.any():
        return {"legs": None, "terms": None, "reason": SPARED}
    weight = np.ones(hits.sum()) if law.weight is None else law.weight[hits]
    legs, bound = _shares(column("trigger")[hits], weight), _shares(column("binding")[hits], weight)
    return {
        "legs": [{"position": p, "symbol": symbols[p], "share": share} for p, share in legs.items()],
        "terms": [{"term": terms[k], "share": share} for k, share in bound.items()],
    }


def _shares(found: Any, weight: Float1D) -> dict[int, float]:
    values, place = np.unique(found, return_inverse=True)
    share = np.bincount(place, weight) / weight.sum()
    order = np.argsort(-share, kind="stable")
    return {int(values[k]): float(share[k]) for k in order}
