"""Pages on trust: what past days, parameters, more paths and other models say of the figures."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from stresskit.measure.survival import wilson_band
from stresskit.report import margin_findings, trust_findings
from stresskit.report.backtests import backtests
from stresskit.report.blocks import Block, Cell, Page, cell, left, picture, right, section, table, text
from stresskit.report.curves import Curve, Panel
from stresskit.report.figures.convergence import convergence
from stresskit.report.forecast_points import running_share
from stresskit.report.format import UNDEFINED, bounds, number, percent, significant
from stresskit.report.model_envelope import model_envelope
from stresskit.report.settings import plain
from stresskit.report.view import Account, Json

SHAPES = {"alpha": "α", "gamma": "γ", "beta": "β"}
LAG = "20"
MOST_LINES = 32  # of the table of fits beside the other blocks of its page
CHECKS = (
    right("Residuals, lag 1", 1.1),
    right(f"Squares, {LAG} lags", 1.1),
    right("Law (KS)", 0.9),
    left("Stopped at a bound", 1.2),
)
RECORDED = (
    "Small: robust standard errors; below tests their p-values, of which many small ones are no surprise in "
    "long samples. A dash: not estimated, or not recorded in the snapshot (stresskit calibrate fills it)."
)
UNRECORDED = (
    "Standard errors and tests of the residuals are not recorded in the snapshot (stresskit calibrate fills "
    "them)."
)
NO_ENVELOPE = (
    "Not computed for this run. Filled by: stresskit envelope CONFIG, which is a run of its own, or by "
    "envelope under [model] in the config."
)


def trust_pages(account: Account) -> list[Page]:
    """Build the page of backtests, that of the fit, the paths and other models; many fits fill their own."""
    tested, fitted = [*backtests(account)], [*_parameters(account)]
    rest = [*_convergence(account), *_envelope(account)]
    lines = sum(_lines(row) for block in fitted for row in block.get("rows", ()))
    own = lines > MOST_LINES
    rest = rest if own else [*fitted, *rest]
    pages = [("Trust", tested), ("Model and convergence", rest)]
    pages = pages if len(tested) > 2 else [("Trust", [*tested, *rest])]
    pages += [("Parameters", fitted)] if own else []
    return [{"title": title, "subtitle": account.name, "blocks": blocks} for title, blocks in pages]


def _lines(row: list[dict[str, str]]) -> int:
    return 2 if any(cell["small"] for cell in row) else 1


def _parameters(account: Account) -> Iterator[Block]:
    found, used = account.results.calibration, account.results.metrics["initial_volatility"]
    told = found.get("diagnostics", {}).get("assets", {})
    assets = [asset for asset in found["assets"] if asset in used]
    hits = {asset: told.get(asset, {}).get("bounds") for asset in assets}
    yield section("Parameters", margin_findings.bounds_hit(hits))
    left_over = {a: told.get(a, {}).get("acf_squares", {}).get(LAG, {}).get("p") for a in assets}
    fits = [_fit(found, asset, told.get(asset, {})) for asset in assets]
    checks = [_checks(told.get(asset, {})) for asset in assets]
    kept = [k for k in range(len(CHECKS)) if any(row[k] != UNDEFINED for row in checks)]
    columns = [
        left("Asset", 0.7 if kept else 1.2),
        *(right(letter, 0.8) for letter in (*SHAPES.values(), "ν")),
    ]
    columns += [CHECKS[k] for k in kept]
    notes = [f"{trust_findings.residuals(left_over, int(LAG))}.", RECORDED] if told else [UNRECORDED]
    rows = [[*fit, *(row[k] for k in kept)] for fit, row in zip(fits, checks, strict=True)]
    yield table(columns, rows, notes)


def _fit(found: Json, asset: str, told: Json) -> list[Cell]:
    place = found["assets"].index(asset)
    marginals: Any = found["marginals"]
    errors = told.get("robust_standard_errors") or told.get("standard_errors") or {}
    shapes = [_estimate(marginals.get(name), place, errors.get(name)) for name in SHAPES]
    nu = marginals["innovations"][place].get("nu")
    return [asset, *shapes, UNDEFINED if nu is None else cell(number(nu), _error(errors.get("nu")))]


def _checks(told: Json) -> list[Cell]:
    """What the fit of one asset says of itself, a cell for each of `CHECKS`."""
    tests = [told.get("acf", {}).get("1"), told.get("acf_squares", {}).get(LAG)]
    pit, hit = told.get("pit"), told.get("bounds")
    return [
        *(UNDEFINED if t is None else cell(number(t["rho"]), f"p {_p(t['p'])}") for t in tests),
        UNDEFINED if pit is None else cell(number(pit["d"]), f"p {_p(pit['p'])}"),
        UNDEFINED if hit is None else plain(hit),
    ]


def _estimate(values: Any, place: int, error: float | None) -> Cell:
    return UNDEFINED if values is None else cell(number(values[place]), _error(error))


def _error(error: float | None) -> str:
    return "" if error is None else f"± {significant(error, 2)}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else significant(value, 2)


def _convergence(account: Account) -> Iterator[Block]:
    panels = [_running(account, scenario) for scenario in account.shown]
    scenario, base = account.shown[-1], account.label(account.base)
    curve, final = panels[-1].curves[0], account.mode(scenario, account.base)["p_liquidation"]
    late = [float(share) for n, share in zip(curve.x, curve.y, strict=True) if 2 * n >= curve.x[-1]]
    yield section("Convergence", trust_findings.convergence(base, scenario, late, final))
    ends = [f"{p.title}, {c.label}: {percent(float(c.y[-1]))}" for p in panels for c in p.curves]
    caption = (
        "Estimate from the first so many paths, with its 95 % band. At the right end stands the reported "
        f"figure, {bounds(final, percent)} for {base} in {scenario}."
    )
    alt = f"P(liquidation) as paths are added. With all paths: {'; '.join(ends)}."
    yield picture("convergence", convergence(panels), alt, caption)


def _running(account: Account, scenario: str) -> Panel:
    weight = account.weight(scenario)
    curves = []
    for slot, mode in enumerate(account.modes):
        hit = np.asarray(account.column(scenario, mode, "first_step") >= 0)
        at, share, worth = running_share(hit, weight)
        ends = [wilson_band(share[i : i + 1], float(n)) for i, n in enumerate(worth)]
        band = (np.concatenate([low for low, _ in ends]), np.concatenate([high for _, high in ends]))
        curves.append(Curve(account.label(mode), slot, at, share, band))
    return Panel(scenario, tuple(curves))


def _envelope(account: Account) -> Iterator[Block]:
    if account.envelope:
        yield from model_envelope(account)
        return
    yield section("Model envelope", "How far the figures depend on the model is not known yet")
    yield text(NO_ENVELOPE)
