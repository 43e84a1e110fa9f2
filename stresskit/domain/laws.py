"""Laws of one asset's returns: innovations and the recursion of their variance."""

from dataclasses import dataclass
from typing import Literal

from stresskit.arrays import Float1D


@dataclass(frozen=True, slots=True)
class StudentT:
    """Student-t innovations of unit variance with `nu` degrees of freedom, normal where infinite."""

    nu: float


@dataclass(frozen=True, slots=True)
class SkewT:
    """Hansen's skewed Student-t of mean zero and unit variance: tails `eta`, skewness `lam` in (-1, 1)."""

    eta: float
    lam: float


@dataclass(frozen=True, slots=True, eq=False)
class SemiParametric:
    """Innovations of mean zero and unit variance: an empirical body between two generalized Pareto tails.

    `tail` is the probability in each tail; `quantiles` (knots,) lie at normal scores that are equally
    spaced between the thresholds, which are its ends; `shape` and `scale` (2,) are xi and beta of
    the excesses beyond the lower and the upper threshold.
    """

    tail: float
    quantiles: Float1D
    shape: Float1D
    scale: Float1D


Innovation = StudentT | SkewT | SemiParametric


@dataclass(frozen=True, slots=True, eq=False)
class Marginals:
    """Conditional variance h of simple returns, ``r = mean + sqrt(h) z``, one entry an asset.

    ``kind = "gjr_garch"``: ``h' = omega + (alpha + gamma 1(e < 0)) e^2 + beta h`` of the surprise
    ``e = sqrt(h) z``; constant volatility, EWMA and GARCH are its special cases. ``"egarch"``:
    ``ln h' = omega + alpha (|z| - E|z|) + gamma z + beta ln h``. z follows `innovations`.
    """

    mean: Float1D
    omega: Float1D
    alpha: Float1D
    gamma: Float1D
    beta: Float1D
    innovations: tuple[Innovation, ...]
    long_run_variance: Float1D
    current_variance: Float1D
    kind: Literal["gjr_garch", "egarch"] = "gjr_garch"
