"""The laws of the innovations z, all of mean zero and unit variance: quantiles and half moments.

A leverage term adds ``gamma E[z^2 1(z < 0)]`` to a GJR-GARCH's persistence: gamma/2 only where z is
symmetric. An EGARCH is centred by the E|z| of its own law.
"""

from typing import Any

import numpy as np

from stresskit.domain import Float1D, Innovation, SemiParametric, SkewT, StudentT
from stresskit.model import semi_parametric
from stresskit.numerics import skew_t, student_t


def refuse_impossible(law: Innovation) -> None:
    """Check that `law` has a variance to be one.

    Raises
    ------
    ValueError
        If it does not.
    """
    if isinstance(law, StudentT):
        student_t.mean_size(law.nu)
    elif isinstance(law, SkewT):
        skew_t.constants(law.eta, law.lam)
    else:
        semi_parametric.refuse_impossible(law)


def lower_quantile(law: Innovation, tail: Float1D) -> Float1D:
    """Innovation below which there is the probability `tail` (n,)."""
    if isinstance(law, StudentT):
        return student_t.lower_quantile(law.nu, tail)
    if isinstance(law, SkewT):
        return skew_t.lower_quantile(law.eta, law.lam, tail)
    return semi_parametric.lower_quantile(law, tail)


def upper_quantile(law: Innovation, tail: Float1D) -> Float1D:
    """Innovation above which there is the probability `tail` (n,)."""
    if isinstance(law, StudentT):
        return -student_t.lower_quantile(law.nu, tail)
    if isinstance(law, SkewT):
        return skew_t.upper_quantile(law.eta, law.lam, tail)
    return semi_parametric.upper_quantile(law, tail)


def mean_size(law: Innovation) -> float:
    """E|z|."""
    return student_t.mean_size(law.nu) if isinstance(law, StudentT) else -2 * _lower_half(law)[0]


def down_share(law: Innovation) -> float:
    """E[z^2 1(z < 0)]: the share of falls in the variance."""
    return 0.5 if isinstance(law, StudentT) else _lower_half(law)[1]


def _lower_half(law: SkewT | SemiParametric) -> tuple[float, float]:
    if isinstance(law, SkewT):
        return skew_t.lower_half(law.eta, law.lam)
    return semi_parametric.lower_half(law)


def symmetric(laws: tuple[Innovation, ...]) -> bool:
    """Whether all are Student-t or normal."""
    return all(isinstance(law, StudentT) for law in laws)


def degrees(laws: tuple[Innovation, ...]) -> Float1D:
    """Degrees of freedom of the tails (assets,): infinite for normal ones, 1/xi of the fatter Pareto tail."""
    return np.array([_degrees(law) for law in laws])


def _degrees(law: Innovation) -> float:
    if isinstance(law, SemiParametric):
        xi = float(law.shape.max())
        return 1 / xi if xi > 0 else np.inf
    return law.eta if isinstance(law, SkewT) else law.nu


def law_facts(law: Innovation) -> dict[str, Any]:
    """What a law is, as plain numbers; infinite degrees of freedom are null."""
    if isinstance(law, StudentT):
        return {"law": "student_t", "nu": law.nu if np.isfinite(law.nu) else None}
    if isinstance(law, SkewT):
        return {"law": "skew_t", "eta": law.eta, "lambda": law.lam}
    columns = {name: getattr(law, name).tolist() for name in ("quantiles", "shape", "scale")}
    return {"law": "semi_parametric", "tail": law.tail, **columns}
