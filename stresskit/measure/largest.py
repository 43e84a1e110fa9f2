"""The largest values of a sample that is read piece by piece."""

from collections.abc import Iterable

import numpy as np

from stresskit.domain import Float1D


def largest(pieces: Iterable[Float1D], wanted: int) -> Float1D:
    """So many of the largest values in ascending order; one that is no number is among them."""
    kept = np.empty(0)
    for piece in pieces:
        kept = np.concatenate((kept, piece)) if kept.size else piece
        if (over := kept.size - wanted) > 0:
            kept = np.partition(kept, over)[over:]
    return np.sort(kept)
