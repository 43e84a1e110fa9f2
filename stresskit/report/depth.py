"""How low equity goes before the horizon, and what funding takes."""

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from stresskit.report import findings
from stresskit.report.blocks import Block, picture, section, text
from stresskit.report.figures.depth import Depth
from stresskit.report.figures.depth import depth as depth_figure
from stresskit.report.format import gain, percent, stated
from stresskit.report.view import Account

POINTS = 101
LEVELS = (0.5, 0.95, 0.99)
ROUNDING = 1e-9  # falls below it are those of the arithmetic
NO_FUNDING = (
    "Funding paid: not simulated in this run. Filled by a [model.funding] table of kind simulated in the "
    "config (configs/funding-carry.toml has one)."
)
Column = np.ndarray[Any, Any]


def depth(account: Account) -> Iterator[Block]:
    """Lowest equity and margin of all paths in the last scenario shown, and funding."""
    scenario = account.shown[-1]
    weight = account.weight(scenario)
    share = weight / weight.sum()
    lines = [_line(account, scenario, mode, share) for mode in account.modes]
    falls = _drawdowns(account, scenario)
    yield section("Drawdown", findings.drawdown(account.label(account.base), scenario, falls[1]))
    told = ", ".join(
        f"{percent(level)} of paths stay below {percent(d)}" for level, d in zip(LEVELS, falls, strict=True)
    )
    sample = account.column(scenario, account.base, "equity_sample").shape[1]
    caption = (
        f"In {scenario}, all paths; at or left of the dashed line is liquidation. Largest fall from an "
        f"earlier peak under {account.label(account.base)}, first {stated(sample)} paths: {told}."
    )
    alt = f"Shares of paths by how far equity falls and how thin margin becomes in {scenario}. {told}."
    yield picture("depth", depth_figure(lines), alt, caption)
    yield text(_funding(account))


def _line(account: Account, scenario: str, mode: str, share: Column) -> Depth:
    lowest = account.column(scenario, mode, "lowest_equity")
    ratio = account.column(scenario, mode, "lowest_ratio")
    start = float(account.margin[mode]["equity"])
    fall = np.linspace(0.0, 1.0, POINTS)
    most = float(account.margin[mode]["ratio"] or 10.0)
    at = np.geomspace(0.8, max(most, 2.0), POINTS)
    lost = np.clip(1.0 - lowest / start, 0.0, 1.0) if start > 0.0 else np.ones(len(lowest))
    fallen = 1.0 - _below(lost, share, fall - 1e-12, "left")
    return Depth(account.label(mode), fall, fallen, at, _below(ratio, share, at, "right"))


def _below(values: Column, share: Column, places: Column, side: Literal["left", "right"]) -> Column:
    """Share of `values` below each of `places`; with `side` right, at it too."""
    order = np.argsort(values, kind="stable")
    total = np.concatenate(([0.0], np.cumsum(share[order])))
    found: Column = np.clip(total[np.searchsorted(values[order], places, side)], 0.0, 1.0)
    return found


def _drawdowns(account: Account, scenario: str) -> list[float]:
    """Quantiles of the largest fall from an earlier peak, as a share of the peak, over the sampled paths."""
    equity = account.column(scenario, account.base, "equity_sample")
    peak = np.maximum.accumulate(equity, axis=0)
    worst = np.where(peak > 0.0, 1.0 - equity / np.where(peak > 0.0, peak, 1.0), 0.0).max(axis=0)
    weight = account.weight(scenario)[: equity.shape[1]]
    found = np.quantile(worst, LEVELS, weights=weight, method="inverted_cdf")
    return [float(q) if q > ROUNDING else 0.0 for q in found]


def _funding(account: Account) -> str:
    if "funding" not in account.results.manifest.get("carry", {}):
        return NO_FUNDING
    parts = []
    for mode in account.modes:
        paid = account.column(account.calm, mode, "funding")
        weight = account.weight(account.calm)
        low, high = np.quantile(paid, (0.025, 0.975), weights=weight, method="inverted_cdf")
        mean = float(np.average(paid, weights=weight))
        parts.append(f"{account.label(mode)} {gain(mean)} (95 of 100 paths: {gain(low)} to {gain(high)})")
    return f"Funding paid until the horizon in {account.calm}, below zero received: {'; '.join(parts)}."
