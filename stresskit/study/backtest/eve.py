"""The market as a model knew it on the eve of a step: from the window before it and nothing later."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from stresskit.domain import AnyDependence, Calibration, Float1D, Float2D, JointModel, Marginals, Snapshot
from stresskit.model.fit import PERCENT
from stresskit.model.fit_box import Parameters
from stresskit.model.refit import deviations
from stresskit.pipeline.market import MarketState
from stresskit.study.backtest.dependence import fit, on_the_eve
from stresskit.study.backtest.plan import BookOf


@dataclass(slots=True, eq=False)
class History:
    """One book's assets along the prices: `returns` (steps, assets) ending at `times`, and the fits.

    `fitted` holds each asset's parameters by step, `volume` (assets,) is USD a day.
    """

    book: BookOf
    times: npt.NDArray[np.datetime64]
    returns: Float2D
    fitted: list[dict[int, Parameters]]
    window: int
    step_s: int
    volume: Float1D

    def parameters(self, step: int) -> list[Parameters]:
        """What held on the eve of `step`."""
        return [found[max(known for known in found if known <= step)] for found in self.fitted]

    def refitted(self, step: int) -> bool:
        """Whether some asset's model was fitted anew on the eve of `step`."""
        return any(step in found for found in self.fitted)

    def variance(self, step: int, parameters: list[Parameters]) -> Float1D:
        """Variance (assets,) of `step` as its eve expects it under `parameters`."""
        seen = self.returns[step - self.window : step]
        ahead = [deviations(seen[:, i], self.book.kind, at)[1] for i, at in enumerate(parameters)]
        return np.array(ahead) ** 2


def model_on_the_eve(history: History, step: int) -> JointModel:
    """Marginals as last fitted, and the dependence of the window's residuals."""
    book, parameters = history.book, history.parameters(step)
    window = history.returns[step - history.window : step]
    paths = [deviations(window[:, i], book.kind, at) for i, at in enumerate(parameters)]
    residuals = window / np.column_stack([h for h, _ in paths])
    dependence = on_the_eve(fit(book, residuals, history.step_s), residuals)
    ahead = np.array([deviation for _, deviation in paths]) ** 2
    return _joint(history, parameters, np.mean(window**2, axis=0), ahead, dependence)


def _joint(
    history: History,
    parameters: list[Parameters],
    long_run: Float1D,
    ahead: Float1D,
    dependence: AnyDependence,
) -> JointModel:
    egarch, unit = history.book.kind == "egarch", PERCENT**-2
    omega = [p.omega + (1 - p.beta) * np.log(unit) if egarch else p.omega * unit for p in parameters]
    _, alpha, gamma, beta = np.array([at[:4] for at in parameters]).T.copy()
    marginals = Marginals(
        mean=np.zeros(len(parameters)),
        omega=np.array(omega),
        alpha=alpha,
        gamma=gamma,
        beta=beta,
        innovations=tuple(at.law for at in parameters),
        long_run_variance=long_run,
        current_variance=ahead,
        kind="egarch" if egarch else "gjr_garch",
    )
    return JointModel(history.book.assets, history.step_s, marginals, dependence)


def market_on_the_eve(history: History, step: int) -> MarketState:
    """What a run would be given: the paths start from the present variance."""
    model = model_on_the_eve(history, step)
    first, last = (str(history.times[i]) for i in (step - history.window, step - 1))
    calibration = Calibration(model, first, last, history.window, {})
    snapshot = Snapshot(
        "window", model.assets, last, "a window of the price file", "", history.volume.copy(), {}, ""
    )
    return MarketState(snapshot, calibration, model.marginals.current_variance)


def moved_to(market: MarketState, variance: Float1D) -> MarketState:
    """The same fit with another present `variance` (assets,)."""
    model = market.calibration.model
    marginals = replace(model.marginals, current_variance=variance)
    calibration = replace(market.calibration, model=replace(model, marginals=marginals))
    return MarketState(market.snapshot, calibration, variance)
