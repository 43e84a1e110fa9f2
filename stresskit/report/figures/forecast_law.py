"""Is the forecast law right? Places of days in it, their quantiles, and what a day says of the next."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stresskit.report.draw import grid, share_axis, title
from stresskit.report.forecast_points import Z95, Law
from stresskit.report.style import INK, MUTED, drawn, look

HEIGHT = 1.65


@drawn
def forecast_law(law: Law) -> Figure:
    """Three panels: histogram of places, quantiles against the normal, autocorrelation."""
    figure, rows = grid(1, 3, HEIGHT, sharey="none")
    _places(rows[0][0], law)
    _quantiles(rows[0][1], law)
    _memory(rows[0][2], law)
    return figure


def _places(ax: Axes, law: Law) -> None:
    bins, face = law.shares.size, look(0)
    even = 1.0 / bins
    half = Z95 * np.sqrt(even * (1.0 - even) / law.days)
    ax.axhspan(max(0.0, even - half), even + half, color="#e3e3e3", linewidth=0.0)
    edges = np.linspace(0.0, 1.0, bins + 1)
    ax.bar(edges[:-1], law.shares, 1.0 / bins, align="edge", color=face.colour, edgecolor="white", alpha=0.8)
    ax.axhline(even, color=INK, linewidth=0.6)
    ax.set_xlim(0.0, 1.0)
    ax.set_xlabel("place in the forecast law, 0 to 1")
    share_axis(ax)
    title(ax, "Days by place: even if right", 3)


def _quantiles(ax: Axes, law: Law) -> None:
    reach = 1.08 * float(max(np.abs(law.theory).max(), np.abs(law.scores).max()))
    ax.plot([-reach, reach], [-reach, reach], color=INK, linewidth=0.6)
    ax.plot(law.theory, law.scores, "o", markersize=2.0, color=look(0).colour)
    ax.set_xlim(-reach, reach)
    ax.set_ylim(-reach, reach)
    ax.set_xlabel("normal quantile")
    ax.set_ylabel("of the days' scores")
    ax.grid()
    title(ax, "QQ: on the line if right", 3)


def _memory(ax: Axes, law: Law) -> None:
    lags, band = np.arange(1, law.acf.size + 1), Z95 / np.sqrt(law.days)
    ax.axhspan(-band, band, color="#e3e3e3", linewidth=0.0)
    for slot, (found, name) in enumerate(((law.acf, "scores"), (law.acf_squares, "squares"))):
        face = look(slot)
        at = lags + 0.4 * (slot - 0.5)
        ax.bar(at, found, 0.4, color=face.colour, hatch=face.hatch, edgecolor="white", label=name)
    ax.axhline(0.0, color=INK, linewidth=0.6)
    ax.set_xlabel("lag, days")
    ax.set_xlim(0.3, lags[-1] + 0.7)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.25 * (high - low))
    ax.legend(loc="upper right", ncols=2, frameon=False, fontsize=6.0, labelcolor=MUTED, borderaxespad=0.0)
    title(ax, "Memory: in the band if right", 3)
