"""Own capital against P(liquidation) and expected cost, a line a mode, a row of panels a scenario."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from stresskit.report.draw import grid, share_axis, short, title
from stresskit.report.format import stated
from stresskit.report.labels import HYPOTHETICAL
from stresskit.report.style import MUTED, drawn, look

HEIGHT = 2.1
FIGURES = (("p_liquidation", "P(liquidation)"), ("expected_liquidation_cost", "expected cost, USD"))


@drawn
def frontier_figure(found: Mapping[str, Any]) -> Figure:
    """Two panels a scenario and account; hollow marks are points that could not have been opened."""
    panels = [
        (f"{scenario}, {account}", [row for row in rows if row["account"] == account])
        for scenario, rows in found["scenarios"].items()
        for account in dict.fromkeys(row["account"] for row in rows)
    ]
    figure, axes = grid(len(panels), len(FIGURES), HEIGHT, sharey="none")
    for line, (name, rows) in zip(axes, panels, strict=True):
        for ax, (key, label) in zip(line, FIGURES, strict=True):
            _panel(ax, rows, key)
            title(ax, f"{name}: {label}", len(FIGURES))
        share_axis(line[0])
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper right", ncols=len(labels), frameon=False, labelcolor=MUTED
    )
    return figure


def _panel(ax: Axes, rows: Sequence[Mapping[str, Any]], key: str) -> None:
    for slot, mode in enumerate(dict.fromkeys(row["mode"] for row in rows)):
        own = [row for row in rows if row["mode"] == mode and row[key]["value"] is not None]
        capital = np.array([row["capital"] for row in own])
        value, low, high = (np.array([row[key][k] for row in own]) for k in ("value", "low", "high"))
        face = look(slot)
        label = f"{mode}{HYPOTHETICAL}" if any(row["hypothetical"] for row in own) else mode
        ax.plot(capital, value, color=face.colour, linestyle=face.line, label=short(label))
        ax.fill_between(capital, low, high, color=face.colour, alpha=0.2, linewidth=0)
        opens = np.array([row["opens"] for row in own], dtype=bool)
        for picked, fill in ((opens, face.colour), (~opens, "white")):
            ax.plot(
                capital[picked], value[picked], "o", markersize=3.0, color=face.colour, markerfacecolor=fill
            )
    ax.set_xscale("log")
    ax.set_ylim(bottom=0.0)
    ax.grid(axis="y")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: stated(round(x, 6))))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("own capital, USD")
