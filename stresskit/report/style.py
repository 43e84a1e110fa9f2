"""How figures look: colours, line styles, sizes, and the one context in which they are drawn.

Colours are those of Okabe and Ito (2008), told apart under the common forms of colour blindness;
every mode has a line style and a hatch besides, so that no figure depends on colour alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from io import BytesIO, StringIO
from typing import Any, NamedTuple, ParamSpec

import matplotlib as mpl
from matplotlib import style as mpl_style
from matplotlib.figure import Figure

from stresskit.report.layout import settle

P = ParamSpec("P")
LineStyle = str | tuple[int, tuple[int, ...]]

WIDTH = 7.0  # inches between the margins of a page, on A4 and on Letter
DPI = 200
INK, MUTED, RULE = "#1a1a1a", "#595959", "#c8c8c8"
GOOD, UNSURE, BAD = "#007a5a", "#b36b00", "#c24e00"


class Look(NamedTuple):
    """How one mode is drawn wherever it appears."""

    colour: str
    line: LineStyle
    hatch: str


LOOKS = (
    Look("#0072b2", "-", ""),
    Look("#d55e00", "--", "////"),
    Look("#009e73", "-.", "...."),
    Look("#cc79a7", ":", "\\\\\\\\"),
    Look("#e69f00", (0, (6, 1, 1, 1, 1, 1)), "xxxx"),
    Look("#56b4e9", (0, (1, 3)), "oooo"),
)

RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 7.0,
    "axes.titlesize": 7.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7.0,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.5,
    "hatch.linewidth": 0.4,
    "lines.linewidth": 1.3,
    "patch.linewidth": 0.5,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "svg.fonttype": "path",
    "svg.hashsalt": "stresskit",
    "savefig.dpi": DPI,
}


def look(slot: int) -> Look:
    """The look of the mode at place `slot`; later modes begin anew."""
    return LOOKS[slot % len(LOOKS)]


@contextmanager
def styled() -> Iterator[None]:
    """Matplotlib's own defaults and ours, whatever the user's matplotlibrc says."""
    with mpl.rc_context(), mpl_style.context(["default", RC]):
        yield


def drawn(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Make a figure function draw in our style; the layout is settled once, for SVG and PNG alike."""

    @wraps(draw)
    def in_style(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with styled():
            figure = draw(*args, **kwargs)
            settle(figure)
            return figure

    return in_style


def as_svg(figure: Figure) -> str:
    """The figure as SVG text, the same bytes every time."""
    buffer = StringIO()
    with styled():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def as_png(figure: Figure) -> bytes:
    """The figure as PNG at 200 dots an inch, the same bytes every time."""
    buffer = BytesIO()
    with styled():
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()


def as_pdf(figure: Figure) -> bytes:
    """The figure as a PDF of one page, the same bytes every time."""
    buffer = BytesIO()
    with styled():
        figure.savefig(
            buffer, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None}
        )
    return buffer.getvalue()
