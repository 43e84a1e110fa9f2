"""Whether a fit's standardized residuals look like independent draws of its law.

Autocorrelations of the residuals and of their squares, each with the Ljung-Box statistic
``n (n + 2) sum_k rho_k^2 / (n - k)`` against a chi-square of as many degrees of freedom as lags;
and the Kolmogorov-Smirnov distance of the probability integral transform from the uniform law.
Parameters are taken as known, so p-values err on the lenient side; residuals on the two sides of
a gap stand next to each other, as in the fit.

Source: Ljung, Box, Biometrika 65 (1978).
"""

from typing import Any

import numpy as np
from scipy import stats

from stresskit.domain import Float1D

LAGS = (1, 5, 20)


def residual_tests(residuals: Float1D, uniforms: Float1D) -> dict[str, Any]:
    """Test the residuals (observations,) and what their law's distribution function makes of them.

    Returns
    -------
    ``acf`` and ``acf_squares``: autocorrelation ``rho`` at each of the lags and ``p`` of the
    Ljung-Box test up to it; ``pit``: distance ``d`` and its ``p``.
    """
    distance = stats.kstest(uniforms, "uniform")
    return {
        "acf": autocorrelations(residuals),
        "acf_squares": autocorrelations(residuals**2),
        "pit": {"d": float(distance.statistic), "p": float(distance.pvalue)},
    }


def autocorrelations(series: Float1D) -> dict[str, dict[str, float]]:
    """Sample autocorrelation and Ljung-Box p-value of `series` (observations,) by lag."""
    n, deviations = len(series), series - series.mean()
    lags = np.arange(1, max(LAGS) + 1)
    products = np.array([deviations[k:] @ deviations[:-k] for k in lags])
    rho = products / (deviations @ deviations)
    statistic = n * (n + 2) * np.cumsum(rho**2 / (n - lags))
    p = np.asarray(stats.chi2.sf(statistic, lags))
    return {str(k): {"rho": float(rho[k - 1]), "p": float(p[k - 1])} for k in LAGS}
