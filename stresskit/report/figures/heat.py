"""Numbers in coloured cells: the scale is that of one figure, what is beyond the limit is marked."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from stresskit.report.style import BAD

COLOURS = "cividis"
DARK = 0.45  # of the colour scale: paler cells carry dark figures
Values = npt.NDArray[np.float64]


class Heat(NamedTuple):
    """A table of figures (rows, columns); `shade` (0 to 1) colours them, `marked` cells are framed."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shown: tuple[tuple[str, ...], ...]
    shade: Values
    marked: npt.NDArray[np.bool_]
    across: str
    down: str


def heat(ax: Axes, table: Heat, size: float = 5.8) -> None:
    """Draw one table."""
    ax.pcolormesh(table.shade, cmap=COLOURS, vmin=0.0, vmax=1.0, edgecolors="white", linewidth=0.4)
    for i, row in enumerate(table.shown):
        for j, text in enumerate(row):
            colour = "white" if table.shade[i, j] < DARK else "black"
            weight = "bold" if table.marked[i, j] else "normal"
            ax.text(
                j + 0.5, i + 0.5, text, color=colour, weight=weight, fontsize=size, ha="center", va="center"
            )
    for i, j in np.argwhere(table.marked):
        frame = Rectangle((j + 0.06, i + 0.06), 0.88, 0.88, fill=False, edgecolor=BAD, linewidth=1.1)
        ax.add_patch(frame)
    ax.set_xticks(np.arange(len(table.columns)) + 0.5, table.columns)
    ax.set_yticks(np.arange(len(table.rows)) + 0.5, table.rows)
    ax.tick_params(length=0)
    ax.invert_yaxis()
    ax.spines[:].set_visible(False)
    ax.set_xlabel(table.across)
    ax.set_ylabel(table.down)


def shades(values: Values, scale: Callable[[Values], Values]) -> Values:
    """Values on a scale from 0 to 1; what is undefined is palest."""
    found = np.ones(values.shape)
    known = np.isfinite(values)
    found[known] = np.clip(scale(values[known]), 0.0, 1.0)
    return found


def cells(values: Values, show: Callable[[float], str], none: str) -> tuple[tuple[str, ...], ...]:
    """Every cell as text."""
    return tuple(tuple(show(float(v)) if np.isfinite(v) else none for v in row) for row in values)


def array(rows: Sequence[Sequence[float | None]]) -> Values:
    """Rows of numbers, None as NaN."""
    return np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=np.float64)
