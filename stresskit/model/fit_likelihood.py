"""Log-likelihood of zero-mean returns under a marginal, and arch's free fit beside it.

`arch` takes seconds and hundreds of megabytes to import, so it is imported when a fit begins.
The recursion starts at the mean squared return: arch's own start value misses the published
benchmark (Fiorentini, Calzolari, Panattoni, Journal of Applied Econometrics 11, 1996).
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from stresskit.domain import Float1D
from stresskit.model.egarch import CAP
from stresskit.model.fit_box import Parameters
from stresskit.model.fit_recursion import egarch_variances, gjr_variances
from stresskit.model.innovations import mean_size
from stresskit.numerics import skew_t

UNIT = 1 - 1e-6
DISTRIBUTIONS: dict[str, Literal["normal", "t", "skewt"]] = {
    "normal": "normal",
    "student_t": "t",
    "skew_t": "skewt",
}


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """Returns (observations,) and the variance before the first of them."""

    returns: Float1D
    start: float
    kind: str

    def variances(self, at: Parameters) -> tuple[Float1D, float]:
        """Conditional variances (observations,) and the variance of the coming step."""
        h = np.empty(self.returns.size + 1)
        if self.kind == "egarch":
            first = math.exp(at.omega + at.beta * math.log(self.start))
            drift = at.omega - at.alpha * mean_size(at.law)
            egarch_variances(self.returns, first, drift, at.alpha, at.gamma, at.beta, CAP, h)
        else:
            first = at.omega + at.persistence * self.start
            gjr_variances(self.returns, first, at.omega, at.alpha, at.gamma, at.beta, h)
        return h[:-1], float(h[-1])

    def terms(self, at: Parameters) -> Float1D:
        """Log-density of each return."""
        h, _ = self.variances(at)
        found: Float1D = skew_t.log_density(at.nu, at.skew, self.returns / np.sqrt(h)) - 0.5 * np.log(h)
        return found

    def value(self, at: Parameters) -> float:
        """Sum of the log-densities."""
        return float(self.terms(at).sum())


def free_fit(
    returns: Float1D, start: float, kind: str, innovations: str, first: Parameters | None = None
) -> tuple[Parameters, dict[str, Any]]:
    """Fit a GARCH, GJR-GARCH or EGARCH without target or guard by arch, from `first` or arch's own guess.

    Returns the parameters and a report of the fit. arch may stop at its guess and call it
    converged, so a careful caller tries two places to start from. arch centres every EGARCH by the
    E|z| of the normal: the omega returned is the one that our own centring needs.
    """
    from arch import arch_model

    log = kind == "egarch"
    o, dist = int(kind != "garch"), DISTRIBUTIONS[innovations]
    vol: Literal["EGARCH", "GARCH"] = "EGARCH" if log else "GARCH"
    model = arch_model(returns, mean="Zero", vol=vol, p=1, o=o, q=1, dist=dist, rescale=False)
    places = [
        0,
        1,
        *([2] if o else []),
        3,
        *([4] if dist != "normal" else []),
        *([5] if dist == "skewt" else []),
    ]
    guess = None if first is None else np.array(_recentred(first, log, -1.0))[places]
    fit = model.fit(disp="off", show_warning=False, backcast=start, starting_values=guess)
    values = np.array([0.0, 0.0, 0.0, 0.0, np.inf, 0.0])
    values[places] = fit.params
    found = _recentred(Parameters(*values.tolist()), log, 1.0)
    left = found.beta if log else found.persistence
    report = {
        "loglik": float(fit.loglikelihood),
        "persistence": left,
        "nu": found.nu if dist != "normal" else None,
        "unit_persistence": left >= UNIT,
        "converged": fit.convergence_flag == 0,
    }
    return found, report


def _recentred(at: Parameters, log: bool, sign: float) -> Parameters:
    """Move omega between arch's centring of an EGARCH and ours."""
    if not log:
        return at
    return at._replace(omega=at.omega + sign * at.alpha * (mean_size(at.law) - math.sqrt(2 / math.pi)))
