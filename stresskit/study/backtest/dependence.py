"""The dependence of a window's residuals: fitted as a calibration fits it, then moved from day to day."""

from dataclasses import replace

import numpy as np

from stresskit.calibrate.dependence_fits import FITS, Sample
from stresskit.config.model import Elliptical
from stresskit.domain import AnyDependence, Dcc, Dependence, Float2D, Regime
from stresskit.model.copula_fit import fit_copula, fit_matched
from stresskit.model.dcc_fit import coming_correlation
from stresskit.model.regime_fit import coming_crisis
from stresskit.study.backtest.plan import BookOf


def fit(book: BookOf, residuals: Float2D, step_s: int) -> AnyDependence:
    """Fit the book's dependence to `residuals` (window, assets), of which each row is complete."""
    if len(book.assets) == 1:
        return Dependence(np.eye(1), np.inf)
    if isinstance(book.dependence, Elliptical):  # without the errors that a calibration reports
        kind, linear = book.dependence.kind, book.dependence.correlation == "linear"
        found = fit_matched(residuals, kind) if linear else fit_copula(residuals)
        return Dependence(found.correlation, found.nu if kind == "student_t" else np.inf)
    return FITS[book.dependence.kind](book.dependence, Sample(residuals, book.assets, step_s))[0]


def has_state(dependence: AnyDependence) -> bool:
    """Whether what is drawn depends on the days just before."""
    return isinstance(dependence, Dcc | Regime)


def on_the_eve(dependence: AnyDependence, residuals: Float2D) -> AnyDependence:
    """`dependence`, its parameters kept, in the state after the window's last row."""
    if isinstance(dependence, Dcc):
        return replace(dependence, start=coming_correlation(dependence, residuals))
    if isinstance(dependence, Regime):
        return replace(dependence, start_crisis=coming_crisis(dependence, residuals))
    return dependence
