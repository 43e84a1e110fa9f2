"""First stage: the market of a run, as a calibrated joint model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from stresskit.config.model import AnyDependence, Grouped
from stresskit.config.run import Run
from stresskit.config_file import Loaded
from stresskit.domain import Calibration, Float1D, GroupedT, JointModel, Snapshot
from stresskit.errors import ConfigError, Problem
from stresskit.market.snapshot import load_snapshot, select
from stresskit.model.vine import vine_library
from stresskit.spec import duration_text

YEAR_S = 365 * 86400


@dataclass(frozen=True, slots=True, eq=False)
class MarketState:
    """The snapshot, the calibration chosen from it, and the variance (assets,) to start from."""

    snapshot: Snapshot
    calibration: Calibration
    start_variance: Float1D

    @property
    def model(self) -> JointModel:
        """The calibrated, calm joint model."""
        return self.calibration.model

    def annualized(self, variance: Float1D) -> Float1D:
        """Volatility a year of a variance a step."""
        return np.sqrt(variance * (YEAR_S / self.model.step_s))


def read_market(loaded: Loaded) -> MarketState:
    """Load the snapshot that the config names, or calibrate its price files; choose model and step.

    Raises
    ------
    ConfigError
        If the snapshot does not exist, or the market has no such step, model or asset.
    DataError
        If a snapshot or price file is faulty.
    """
    run, dependence = loaded.run, loaded.run.model.dependence
    marginal, _, innovations = run.model.marginal.label.partition("/")
    if dependence.kind == "vine":
        with loaded.source.placing("model", "dependence", "kind"):
            vine_library()
    snapshot = _snapshot(loaded)
    with _at_their_keys(loaded):
        calibration = select(snapshot, run.simulation.step, marginal, innovations, dependence.label)
        _check_groups(dependence, calibration.model)
    return MarketState(snapshot, calibration, _start(run, loaded, calibration))


@contextmanager
def _at_their_keys(loaded: Loaded) -> Iterator[None]:
    """Place problems that name a key of the config but do not know where it stands."""
    try:
        yield
    except ConfigError as error:
        found = [
            p if p.where else loaded.source.problem(tuple(p.key.split(".")), p.expected)
            for p in error.problems
        ]
        raise ConfigError(found) from None


def _check_groups(chosen: AnyDependence, model: JointModel) -> None:
    """Groups that the config names are those that were calibrated."""
    fitted = model.dependence
    if not isinstance(chosen, Grouped) or chosen.groups is None or not isinstance(fitted, GroupedT):
        return
    pairs = list(zip(fitted.group.tolist(), model.assets, strict=True))
    held = [[asset for place, asset in pairs if place == g] for g in range(len(fitted.nu))]
    if {frozenset(group) for group in chosen.groups} != {frozenset(group) for group in held}:
        text = f"the groups that were calibrated, {held}; others can be fitted to price files"
        raise ConfigError([Problem("", "model.dependence.groups", text)])


def _snapshot(loaded: Loaded) -> Snapshot:
    market = loaded.run.market
    if market.source == "snapshot":
        with loaded.source.placing("market", "snapshot"):
            given = market.snapshot
            return load_snapshot(loaded.source.base / given if given.endswith(".json") else given)
    from stresskit.calibrate import calibrate_files  # arch costs seconds: only where prices are given

    run, base = loaded.run, loaded.source.base
    with _at_their_keys(loaded):
        return calibrate_files(market, run.simulation.step, base, run.model)


def _start(run: Run, loaded: Loaded, calibration: Calibration) -> Float1D:
    model, chosen = calibration.model, run.model.initial_volatility
    if chosen == "snapshot":
        return model.marginals.current_variance
    variance = model.marginals.long_run_variance.copy()
    if not isinstance(chosen, str):
        for asset, volatility in chosen.items():
            variance[place(loaded, model, asset, "model", "initial_volatility", asset)] = (
                volatility**2 * model.step_s / YEAR_S
            )
    return variance


def place(loaded: Loaded, model: JointModel, asset: str, *path: str | int) -> int:
    """Index of an asset in the snapshot, or a ConfigError at `path`."""
    if asset not in model.assets:
        known = ", ".join(model.assets)
        expected = f"an asset that was calibrated at {duration_text(model.step_s)}: {known}"
        raise ConfigError([loaded.source.problem(path, expected)])
    return model.assets.index(asset)
