"""How P(liquidation) spreads over many accounts: the share of them that has so much of it or more."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from stresskit.domain import Float1D
from stresskit.report.draw import grid, says_nothing, share_axis, short, title
from stresskit.report.format import stated
from stresskit.report.style import INK, MUTED, drawn, look

HEIGHT = 2.0
FLAT = 0.01


class Law(NamedTuple):
    """P(liquidation) of every account (accounts,) under one mode; `slot`: the mode's place."""

    label: str
    slot: int
    chances: Float1D


class Laws(NamedTuple):
    """The modes in one scenario; `limit`: of P(liquidation) there, None if there is none."""

    title: str
    laws: tuple[Law, ...]
    limit: float | None


@drawn
def cohort_law(panels: Sequence[Laws], least: float) -> Figure:
    """A panel a scenario on one scale; `least`: the smallest chance above zero that can be seen."""
    figure, rows = grid(1, len(panels), HEIGHT)
    most = max(float((law.chances > 0.0).mean()) for panel in panels for law in panel.laws)
    for ax, panel in zip(rows[0], panels, strict=True):
        _one(ax, panel, least)
        ax.set_ylim(0.0, 1.08 * most if most else FLAT)
        if not any(np.any(law.chances > 0.0) for law in panel.laws):
            says_nothing(ax, "no account is liquidated")
        share_axis(ax)
        title(ax, panel.title, len(panels))
    rows[0][0].set_ylabel("accounts")
    handles, labels = rows[0][0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper right", ncols=min(len(labels), 4), frameon=False, labelcolor=MUTED
    )
    return figure


def _one(ax: Axes, panel: Laws, least: float) -> None:
    for law in panel.laws:
        face = look(law.slot)
        at = np.sort(law.chances[law.chances > 0.0])
        share = np.arange(at.size, 0, -1) / law.chances.size
        x = np.concatenate(([0.5 * least], at, at[-1:]))
        y = np.concatenate((share[:1], share, [0.0])) if at.size else np.zeros(1)
        ax.plot(x, y, drawstyle="steps-pre", color=face.colour, linestyle=face.line, label=short(law.label))
    if panel.limit is not None:
        ax.axvline(panel.limit, color=INK, linewidth=0.9, linestyle=":")
    ax.set_xscale("log")
    ax.set_xlim(0.5 * least, 1.0)
    ax.xaxis.set_major_locator(LogLocator(numticks=9))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{stated(round(100.0 * x, 9))}\u202f%"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("P(liquidation)")
