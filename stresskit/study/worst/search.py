"""Climb within the ball to the correlation matrix at which a figure is largest.

First the member of largest variance of the book, ``x' R x``: its gradient x x' is the same everywhere, so
projected ascent finds the maximum. Of a linear book whose requirement does not look at correlation this is
the answer. From there, and from the calm matrix, pairs are moved one by one by a step that shrinks, the whole
taken back into the ball, and what raises the figure is kept; the pairs of the largest exposures go first.
Equal figures are told apart by the variance, so that a figure of 0 does not stop the climb.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.study.worst.ball import Ball

Value = Callable[[Float2D], float]
STEPS = (0.5, 0.25, 0.1, 0.05)  # of the width of a pair's bounds
ASCENTS = 60


@dataclass(slots=True)
class Climb:
    """The best matrix so far; `left` evaluations may still be made, `made` were."""

    ball: Ball
    value: Value
    exposure: Float1D
    left: int
    made: int = 0
    best: Float2D = field(default_factory=lambda: np.eye(1))
    height: tuple[float, float] = (-np.inf, -np.inf)

    def look(self, matrix: Float2D) -> bool:
        """Evaluate a matrix; whether it is the best so far."""
        if self.left == 0:
            return False
        self.left, self.made = self.left - 1, self.made + 1
        height = (self.value(matrix), float(self.exposure @ matrix @ self.exposure))
        if height[0] > self.height[0] or (height[0] == self.height[0] and height[1] > self.height[1] + 1e-9):
            self.best, self.height = matrix, height
            return True
        return False


def climb(ball: Ball, calm: Float2D, exposure: Float1D, value: Value, most: int) -> Climb:
    """The member of the ball of the largest `value` that at most `most` evaluations find.

    Parameters
    ----------
    calm : correlation matrix (n, n) to start from, taken into the ball.
    exposure : net exposure times volatility (n,), any unit: which pairs matter, and in which direction.
    """
    scaled = exposure / max(float(np.abs(exposure).max()), 1e-300)
    found = Climb(ball, value, scaled, most)
    start = ball.nearest(calm)
    found.look(start)
    found.look(steepest(ball, start, scaled))
    for share in STEPS:
        while _round(found, share):
            pass
    return found


def steepest(ball: Ball, start: Float2D, exposure: Float1D) -> Float2D:
    """The member of the largest ``x' R x``."""
    pull = np.outer(exposure, exposure)
    pull = pull / np.abs(pull).max()
    matrix = start
    for _ in range(ASCENTS):
        moved = ball.nearest(matrix + pull)
        if np.abs(moved - matrix).max() < 1e-9:
            break
        matrix = moved
    return matrix


def _round(found: Climb, share: float) -> bool:
    """Move every pair once up and down; whether something was gained and may be again."""
    gained = False
    for matrix in _moves(found, share):
        gained = found.look(matrix) or gained
    return gained and found.left > 0


def _moves(found: Climb, share: float) -> Iterator[Float2D]:
    ball, weight = found.ball, np.abs(np.outer(found.exposure, found.exposure))
    pairs = sorted(combinations(range(len(weight)), 2), key=lambda pair: -float(weight[pair]))
    for i, j in pairs:
        for sign in (1.0, -1.0):
            if found.left == 0:
                return
            step = sign * share * (ball.high[i, j] - ball.low[i, j])
            moved = found.best.copy()
            moved[i, j] = moved[j, i] = np.clip(moved[i, j] + step, ball.low[i, j], ball.high[i, j])
            if abs(moved[i, j] - found.best[i, j]) > 1e-9:
                yield ball.nearest(moved)
