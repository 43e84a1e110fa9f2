"""What several figures share: grids of panels, percentage axes, labels that do not collide."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from stresskit.report.curves import Clock, Curve
from stresskit.report.format import percent, stated
from stresskit.report.labels import HYPOTHETICAL
from stresskit.report.style import MUTED, WIDTH, look

LINE, FRAME = 0.135, 0.55  # inches: a line of a label; what titles and ticks take of a panel's height
LONGEST = 26
TITLE = 96  # characters of all titles in a row of panels
MOST_TALL = 4  # labels of two lines that fit beside a panel


def short(text: str, longest: int = LONGEST) -> str:
    """Text cut in the middle so that it fits its place; that a mode is hypothetical stays."""
    if len(text) <= longest:
        return text
    if text.endswith(HYPOTHETICAL) and longest > len(HYPOTHETICAL) + 4:
        return short(text.removesuffix(HYPOTHETICAL), longest - len(HYPOTHETICAL)) + HYPOTHETICAL
    tail = (longest - 1) // 2
    return f"{text[: longest - 1 - tail]}…{text[-tail:]}"


def grid(
    rows: int, columns: int, height: float, sharey: Literal["all", "row", "none"] = "all"
) -> tuple[Figure, list[list[Axes]]]:
    """A figure of the page's width with panels of equal size; `height` of one row in inches."""
    figure = Figure(figsize=(WIDTH, height * rows))
    axes = figure.subplots(rows, columns, squeeze=False, sharey=sharey)
    return figure, [list(row) for row in axes]


def time_axis(ax: Axes, clock: Clock) -> None:
    """Time from 0 to the horizon, labelled with its unit."""
    ax.set_xlim(0.0, clock.end)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: stated(round(x, 9))))
    ax.set_xlabel(clock.unit)


def share_axis(ax: Axes) -> None:
    """Fractions shown as percentages, with a light grid."""
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{stated(round(100.0 * y, 9))} %"))
    ax.grid(axis="y")


def money_axis(ax: Axes, which: str, most: int = 5) -> None:
    """USD in full, the unit named in the label of the axis; `most` stretches between its ticks."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda v, _: stated(round(v, 6))))


def spread(places: Sequence[float], gap: float, low: float = 0.0, high: float = 1.0) -> list[float]:
    """Move places apart to at least `gap`, keeping their order, within [low, high] if they fit."""
    if not places:
        return []
    order = np.argsort(places, kind="stable")
    moved = np.asarray(places, dtype=np.float64)[order]
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + gap)
    if moved[-1] > high:
        moved[-1] = high
        for i in range(len(moved) - 2, -1, -1):
            moved[i] = min(moved[i], moved[i + 1] - gap)
    if moved[0] < low:
        moved += low - moved[0]
    result = np.empty_like(moved)
    result[order] = moved
    return [float(place) for place in result]


def end_labels(
    ax: Axes,
    labels: Sequence[tuple[float, str, str]],
    lines: int = 1,
    span: tuple[float, float] | None = None,
) -> None:
    """Write (height, text, colour) right of the axes, beside the ends of what they name.

    `span`: the heights of the lower and upper edge, where they are not those of the axis.
    """
    low, high = span or ax.get_ylim()
    places = spread([(y - low) / (high - low) for y, _, _ in labels], lines * LINE / (_height(ax) - FRAME))
    for place, (_, text, colour) in zip(places, labels, strict=True):
        ax.annotate(
            text,
            xy=(1.0, place),
            xycoords="axes fraction",
            xytext=(4.0, 0.0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=6.5,
            annotation_clip=False,
        )


def _height(ax: Axes) -> float:
    """Height of a row of panels in inches."""
    place, figure = ax.get_subplotspec(), ax.get_figure(root=True)
    if place is None or figure is None:
        raise ValueError("labels stand beside panels of a grid")
    return float(figure.get_size_inches()[1]) / place.get_gridspec().nrows


def curves(ax: Axes, lines: Sequence[Curve]) -> None:
    """Draw step curves over their bands, with their labels and last values at the right."""
    for line in lines:
        face = look(line.slot)
        ax.step(line.x, line.y, where="post", color=face.colour, linestyle=face.line)
        if line.band:
            ax.fill_between(line.x, *line.band, step="post", color=face.colour, alpha=0.2, linewidth=0)
    tall = len(lines) <= MOST_TALL
    join = "\n" if tall else " "
    labels = [
        (c.y[-1], f"{short(c.label)}{join}{percent(float(c.y[-1]))}", look(c.slot).colour) for c in lines
    ]
    end_labels(ax, labels, lines=2 if tall else 1)


def title(ax: Axes, text: str, columns: int) -> None:
    """Title of a panel that shares its row with `columns` panels in all, line by line."""
    ax.set_title("\n".join(short(line, TITLE // columns) for line in text.split("\n")))


def says_nothing(ax: Axes, text: str) -> None:
    """Say in an empty panel why it is empty."""
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=MUTED)
