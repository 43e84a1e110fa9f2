"""Notional of one unit of a position's quantity: it moves with the mark, or it is a face in USD."""

from typing import Any

from stresskit.numerics.jit import inline


@inline
def unit_notional(face: Any, mark: Any) -> Any:
    """USD notional per unit of quantity: `face` of an inverse contract, `mark` where `face` is 0."""
    return face if face > 0.0 else mark
