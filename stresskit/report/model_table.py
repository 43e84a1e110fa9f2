"""The fitted model behind a run: what was estimated from which sample, and what stopped at a bound."""

from collections.abc import Iterator
from typing import Any

from stresskit.report.blocks import Block, Cell, left, right, section, table
from stresskit.report.format import duration, number, optional, percent, stated
from stresskit.report.margin_findings import bounds_hit
from stresskit.report.model_text import dependence_text, law_text, volatility_text
from stresskit.report.settings import plain
from stresskit.report.view import Json
from stresskit.results import Results


def model_table(results: Results) -> Iterator[Block]:
    """One row a simulated asset."""
    found, volatility = results.calibration, results.metrics["initial_volatility"]
    told = found.get("diagnostics", {}).get("assets", {})
    used = [asset for asset in found["assets"] if asset in volatility]
    hits = {asset: told.get(asset, {}).get("bounds") for asset in used}
    yield section("Model", bounds_hit(hits))
    columns = [
        left("Asset", 0.8),
        right("Observations", 1.0),
        right("Half-life of variance, days", 1.3),
        right("Innovations", 1.3),
        right("Long-run volatility a year", 1.3),
        right("Volatility at the start", 1.2),
        left("Stopped at a bound", 2.0),
    ]
    rows = [_row(found, asset, told.get(asset, {}), volatility[asset]) for asset in used]
    kind = volatility_text(results.manifest["config"]["model"]["marginal"])
    step, dependence = duration(found["step_s"] / 3600.0), dependence_text(found["dependence"])
    sample = f"Sample {found['first']} to {found['last']}, steps of {step}, {kind}, {dependence}."
    yield table(columns, rows, [sample])


def _row(found: Json, asset: str, told: Json, volatility: float) -> list[Cell]:
    place = found["assets"].index(asset)
    marginals: Any = found["marginals"]
    steps_a_year = 365.0 * 86400.0 / found["step_s"]
    observations, bounds = told.get("observations"), told.get("bounds")
    return [
        asset,
        optional(observations, stated),
        optional(told.get("half_life_days"), number),
        law_text(marginals["innovations"][place]),
        percent((marginals["long_run_variance"][place] * steps_a_year) ** 0.5),
        percent(volatility),
        "not recorded" if bounds is None else plain(bounds),
    ]
