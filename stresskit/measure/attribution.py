"""What the first breach of each liquidated path came from: leg, term of the rule, and collateral."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stresskit.domain import Float1D
from stresskit.measure.law import PLAIN, Law
from stresskit.measure.life import SPARED, Columns, liquidated


def attribution(
    column: Columns,
    symbols: Sequence[str],
    terms: Mapping[int, str],
    law: Law = PLAIN,
    pledged: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """Shares of the liquidated paths by leg and by term, the largest first; legs and terms of none left out.

    Of an account whose collateral can lose, also the shares on which it is the collateral that did,
    and by what of it; on the others it was the positions.

    Parameters
    ----------
    column : callable
        Reader of the outcome columns.
    symbols : symbol of each position.
    terms : names of the rule's terms by their index.
    law : how the paths count.
    pledged : what of the collateral can lose, by its index; none: nothing.
    """
    hits = liquidated(column)
    if not hits.any():
        nothing = {"legs": None, "terms": None, "reason": SPARED}
        return nothing | ({"collateral": None} if pledged else {})
    weight = np.ones(hits.sum()) if law.weight is None else law.weight[hits]
    legs, bound = _shares(column("trigger")[hits], weight), _shares(column("binding")[hits], weight)
    found = {
        "legs": [{"position": p, "symbol": symbols[p], "share": share} for p, share in legs.items()],
        "terms": [{"term": terms[k], "share": share} for k, share in bound.items()],
    }
    if pledged:
        lost = _shares(column("collateral")[hits], weight)
        found["collateral"] = [{"cause": pledged[k], "share": share} for k, share in lost.items() if k >= 0]
    return found


def _shares(found: Any, weight: Float1D) -> dict[int, float]:
    values, place = np.unique(found, return_inverse=True)
    share = np.bincount(place, weight) / weight.sum()
    order = np.argsort(-share, kind="stable")
    return {int(values[k]): float(share[k]) for k in order}
