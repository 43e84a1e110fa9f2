"""Where the panels of a figure stand: as large as the texts around them leave room for.

Each panel is measured once and the figure is laid out for good. Matplotlib's own engine measures everything
twice at each drawing, and a figure is drawn in several formats.
"""

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpecBase
from matplotlib.transforms import Bbox

from stresskit.domain import Float1D

PAD = 0.042  # inches around a panel with its texts
Panels = list[tuple[int, int, Axes]]


def settle(figure: Figure) -> None:
    """Place the panels of the figure's one grid; legends of the figure stand above or below all of them."""
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    grid, panels = _panels(figure)
    pad, width, height = PAD * figure.dpi, figure.bbox.width, figure.bbox.height
    left, right = (np.full(grid.ncols, pad) for _ in range(2))
    above, below = (np.full(grid.nrows, pad) for _ in range(2))
    for row, column, ax in panels:
        room = _texts(ax, renderer) + pad
        for line, side, needed in zip(
            (column, column, row, row), (left, right, above, below), room, strict=True
        ):
            side[line] = max(side[line], needed)
    for legend in figure.legends:
        box = legend.get_window_extent(renderer)
        edge = above[:1] if box.y0 + box.y1 > height else below[-1:]
        edge += box.height + 2.0 * pad
    x = _lines(left, right, np.array(grid.get_width_ratios(), dtype=np.float64), width)
    y = _lines(above, below, np.array(grid.get_height_ratios(), dtype=np.float64), height)
    for row, column, ax in panels:
        ax.set_position(Bbox([[x[0][column], 1.0 - y[1][row]], [x[1][column], 1.0 - y[0][row]]]))


def _panels(figure: Figure) -> tuple[GridSpecBase, Panels]:
    """The grid, and row, column and axes of its panels."""
    placed = [(spec, ax) for ax in figure.axes if (spec := ax.get_subplotspec()) is not None]
    found = [(spec.rowspan.start, spec.colspan.start, ax) for spec, ax in placed]
    return placed[0][0].get_gridspec(), found


def _texts(ax: Axes, renderer: RendererAgg) -> Float1D:
    """Pixels that texts and ticks take left of a panel, right of it, above and below."""
    box, panel = ax.get_tightbbox(renderer, for_layout_only=True) or ax.bbox, ax.bbox
    return np.array([panel.x0 - box.x0, box.x1 - panel.x1, box.y1 - panel.y1, panel.y0 - box.y0])


def _lines(before: Float1D, after: Float1D, ratios: Float1D, whole: float) -> npt.NDArray[np.float64]:
    """Starts and ends of the panels along one side: what texts leave of `whole`, shared out by `ratios`."""
    sizes = ratios / ratios.sum() * (whole - before.sum() - after.sum())
    ends = np.cumsum(before + sizes + after) - after
    return np.array([ends - sizes, ends]) / whole
