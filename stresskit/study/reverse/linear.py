"""The least move that costs a linear book a given loss, in closed form.

Among the moves r with ``-w'r = L`` the one of least Mahalanobis distance is ``-L Sigma w / (w' Sigma w)``,
at the distance ``L / sqrt(w' Sigma w)``: of an elliptical law also the most plausible one.

Source: Breuer, Jandacka, Rheinberger, Summer, "How to find plausible, severe, and useful stress
scenarios", International Journal of Central Banking 5 (2009).
"""

import math
from typing import NamedTuple

import numpy as np

from stresskit.domain import Float1D, Float2D


class Move(NamedTuple):
    """Relative moves (assets,) and their Mahalanobis distance."""

    move: Float1D
    distance: float


def mahalanobis(move: Float1D, covariance: Float2D) -> float:
    """``sqrt(r' Sigma^-1 r)`` of a move r (assets,)."""
    return math.sqrt(max(float(move @ np.linalg.solve(covariance, move)), 0.0))


def least_move(exposure: Float1D, covariance: Float2D, loss: float) -> Move | None:
    """The least move of a book of net `exposure` (assets,) USD that costs `loss`; None: it never does.

    Raises
    ------
    ValueError
        If `loss` is not above zero.
    """
    if not loss > 0.0:
        raise ValueError(f"a loss above zero, not {loss}")
    pull = covariance @ exposure
    variance = float(exposure @ pull)
    if variance <= 0.0:
        return None
    return Move(-loss * pull / variance, loss / math.sqrt(variance))
