"""Third and fourth page of an account: equity over time; when liquidations come, what is forced shut."""

from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.measure.survival import wilson_band
from stresskit.measure.weighted import effective_paths
from stresskit.report import findings, ratios
from stresskit.report.blocks import Block, Page, picture, section
from stresskit.report.curves import (
    Bars,
    Curve,
    Fan,
    Panel,
    fan_times,
    happened,
    hazard,
    quantiles,
    stretch,
)
from stresskit.report.depth import depth
from stresskit.report.figures.closed_out import closed_out
from stresskit.report.figures.equity_fan import equity_fan
from stresskit.report.figures.hazard import hazard as hazard_figure
from stresskit.report.format import at, duration, percent, stated, usd
from stresskit.report.view import MOST_SHOWN, Account
from stresskit.report.worst_paths import worst_paths

REAL_PATHS = 5


def paths_pages(account: Account) -> list[Page]:
    """Build the page of equity along the paths, and that of the liquidations."""
    liquidations = [*_hazard(account), *_closed_out(account), *worst_paths(account)]
    blocks = {
        "Paths": [*_fans(account), *ratios.ratios(account), *depth(account)],
        "Liquidations": liquidations,
    }
    return [{"title": title, "subtitle": account.name, "blocks": found} for title, found in blocks.items()]


def _fans(account: Account) -> list[Block]:
    fans = [[_fan(account, s, mode) for mode in account.modes[:MOST_SHOWN]] for s in account.shown]
    last = fans[-1][0]
    ends = [f"{f.title}: median {usd(float(f.quantiles[3, -1]))}" for row in fans for f in row]
    sample = account.column(account.calm, account.base, "equity_sample").shape[1]
    caption = (
        "Shaded: at each time by itself, 50, 80 and 95 of 100 paths are inside; a path does not stay inside. "
        f"Bands from the first {stated(sample)} paths. Thin lines: paths 0 to {min(REAL_PATHS, sample) - 1}, "
        f"a cross where one is first liquidated. Dashed: maintenance margin at the start.{_left_out(account)}"
    )
    finding = findings.fan(
        account.shown[-1],
        account.label(account.base),
        float(last.quantiles[3, -1]),
        float(last.quantiles[0, -1]),
        last.initial,
    )
    alt = f"Equity over time with bands, by scenario and mode. At the horizon: {'; '.join(ends)}."
    return [section("Equity", finding), picture("equity_fan", equity_fan(fans, account.clock), alt, caption)]


def _left_out(account: Account) -> str:
    drawn = f" Drawn: {', '.join(account.modes[:MOST_SHOWN])} in {', '.join(account.shown)}."
    more = len(account.modes) > MOST_SHOWN or len(account.scenarios) > MOST_SHOWN
    return drawn if more else ""


def _fan(account: Account, scenario: str, mode: str) -> Fan:
    equity = account.column(scenario, mode, "equity_sample")
    at, clock = fan_times(account.clock.steps), account.clock
    paths = np.array(equity[at, :REAL_PATHS], dtype=np.float64).T
    first = account.column(scenario, mode, "first_step")[: len(paths)]
    closings = tuple(
        (float(clock.axis(step)), float(equity[step, path])) for path, step in enumerate(first) if step >= 0
    )
    return Fan(
        f"{scenario}: {account.label(mode)}",
        account.slot(mode),
        clock.axis(at),
        quantiles(equity[at], account.weight(scenario)[: equity.shape[1]]),
        paths,
        closings,
        float(equity[0, 0]),
        float(account.margin[mode]["maintenance"]),
    )


def _hazard(account: Account) -> list[Block]:
    clock = account.clock
    size = stretch(clock.step_h, clock.steps)
    edges = np.minimum(np.arange(-(-clock.steps // size) + 1) * size, clock.steps)
    panels = [_bars(account, scenario, size, edges) for scenario in account.shown]
    length = duration(size * clock.step_h)
    label, scenario = account.label(account.base), account.shown[-1]
    places = [at(edge * clock.step_h) for edge in edges.tolist()]
    finding = findings.hazard(
        label, scenario, [float(h) for h in panels[-1].heights[0]], places, account.paths
    )
    tops = [
        f"{panel.title}, {name}: {percent(float(row.max()))} of paths from {places[int(np.argmax(row))]} on"
        for panel in panels
        for name, row in zip(panel.labels, panel.heights, strict=True)
        if row.any()
    ]
    most = f"Most: {'; '.join(tops)}" if tops else "No path is liquidated"
    alt = f"Share of paths first liquidated in each stretch of {length}. {most}."
    caption = f"Each bar: share of all paths that are first liquidated within {length}, with 95 % intervals."
    return [section("When", finding), picture("hazard", hazard_figure(panels, clock), alt, caption)]


def _bars(account: Account, scenario: str, size: int, edges: npt.NDArray[np.integer[Any]]) -> Bars:
    steps, weight = account.clock.steps, account.weight(scenario)
    rows = [hazard(account.column(scenario, m, "first_step"), steps, size, weight) for m in account.modes]
    worth = effective_paths(weight)
    low, high = (np.array(ends) for ends in zip(*(wilson_band(row, worth) for row in rows), strict=True))
    labels = tuple(account.label(mode) for mode in account.modes)
    return Bars(scenario, labels, account.clock.axis(edges), np.array(rows), (low, high))


def _closed_out(account: Account) -> list[Block]:
    clock = account.clock
    x = clock.axis(np.arange(clock.steps + 1))
    panels = [
        Panel(
            scenario,
            tuple(
                Curve(
                    account.label(m),
                    slot,
                    x,
                    happened(
                        account.column(scenario, m, "closed_step"), clock.steps, account.weight(scenario)
                    ),
                )
                for slot, m in enumerate(account.modes)
            ),
        )
        for scenario in account.shown
    ]
    scenario = account.shown[-1]
    own = account.mode(scenario, account.base)
    finding = findings.closed_out(
        account.label(account.base), scenario, own["p_liquidation"], own["p_closed_out"]
    )
    ends = [f"{p.title}, {c.label}: {percent(float(c.y[-1]))}" for p in panels for c in p.curves]
    alt = f"Share of paths on which everything has been forced shut. At the horizon: {'; '.join(ends)}."
    return [section("Closed out", finding), picture("closed_out", closed_out(panels, clock), alt)]
