"""What the marginal fit takes from `arch`: the likelihood and the free fit.

`arch` takes seconds and hundreds of megabytes to import, so it is imported when a fit begins.
The recursion starts at the mean squared return: arch's own start value misses the published
benchmark (Fiorentini, Calzolari, Panattoni, Journal of Applied Econometrics 11, 1996).
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from stresskit.domain import Float1D
from stresskit.model.fit_box import Parameters

UNIT = 1 - 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """Log-likelihood of zero-mean returns (observations,) under a GJR-GARCH(1,1)."""

    returns: Float1D
    start: float
    recursion: Any
    density: Any

    def variances(self, at: Parameters) -> tuple[Float1D, float]:
        """Conditional variances (observations,) and the variance of the coming step."""
        h = np.empty_like(self.returns)
        unbounded = np.tile([1e-300, 1e300], (len(h), 1))
        self.recursion.compute_variance(np.array(at[:4]), self.returns, h, self.start, unbounded)
        last = float(self.returns[-1])
        news = at.alpha + at.gamma * (last < 0)
        return h, at.omega + news * last * last + at.beta * float(h[-1])

    def value(self, at: Parameters) -> float:
        """Sum of the log-densities."""
        shape = np.array([at.nu] if np.isfinite(at.nu) else [])
        return float(self.density.loglikelihood(shape, self.returns, self.variances(at)[0]))


def build_likelihood(returns: Float1D, start: float, innovations: str) -> Likelihood:
    """Likelihood whose recursion starts at the variance `start`."""
    from arch.univariate import GARCH, Normal, StudentsT

    density = StudentsT() if innovations == "student_t" else Normal()
    return Likelihood(returns, start, GARCH(p=1, o=1, q=1), density)


def free_fit(
    returns: Float1D, start: float, kind: str, innovations: str, first: Parameters | None = None
) -> tuple[Parameters, dict[str, Any]]:
    """Fit without target or guard by arch, from `first` or arch's own guess.

    Returns the parameters and a report of the fit. arch may stop at its guess and call it
    converged, so a careful caller tries two places to start from.
    """
    from arch import arch_model

    o = int(kind == "gjr_garch")
    dist: Literal["t", "normal"] = "t" if innovations == "student_t" else "normal"
    model = arch_model(returns, mean="Zero", vol="GARCH", p=1, o=o, q=1, dist=dist, rescale=False)
    places = [place for place, used in enumerate((True, True, o, True, dist == "t")) if used]
    guess = None if first is None else np.array(first)[places]
    fit = model.fit(disp="off", show_warning=False, backcast=start, starting_values=guess)
    values = np.array([0.0, 0.0, 0.0, 0.0, np.inf])
    values[places] = fit.params
    found = Parameters(*values.tolist())
    report = {
        "loglik": float(fit.loglikelihood),
        "persistence": found.persistence,
        "nu": found.nu if dist == "t" else None,
        "unit_persistence": found.persistence >= UNIT,
        "converged": fit.convergence_flag == 0,
    }
    return found, report
