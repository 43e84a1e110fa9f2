"""From a replayed path, as `stresskit replay --json` tells it, to its picture."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stresskit.errors import ConfigError, Problem
from stresskit.report.curves import clock
from stresskit.report.figures.lived_path import Acted, LivedPath, lived_path
from stresskit.report.style import as_pdf, as_png, as_svg

GREW = {
    "winning legs deleveraged": "adl_notional",
    "topped up": "top_up",
    "reduced by its owner": "cut_notional",
    "received from another account": "received",
    "sent to another account": "sent",
}


def _svg(figure: Figure) -> bytes:
    return as_svg(figure).encode()


WRITERS: dict[str, Callable[[Figure], bytes]] = {".png": as_png, ".svg": _svg, ".pdf": as_pdf}


def picture(found: Mapping[str, Any]) -> Figure:
    """Draw the path of `found`, the answer of `stresskit.pipeline.replay`."""
    lives = found["lives"]
    hours = [step["t_h"] for step in next(iter(lives.values()))["steps"]]
    time = clock(hours[1] - hours[0], len(hours) - 1)
    x = time.axis(np.arange(len(hours)))
    marks = {name: np.array(mark) for name, mark in found["marks"].items()}
    panels = [_life(name, lived["steps"], x) for name, lived in lives.items()]
    return lived_path(time, x, marks, panels)


def save_picture(found: Mapping[str, Any], file: Path) -> None:
    """Write the picture as its ending says.

    Raises
    ------
    ConfigError
        If the ending is none of .png, .svg and .pdf.
    """
    if file.suffix not in WRITERS:
        raise ConfigError([Problem("--picture", str(file), f"a file that ends in {', '.join(WRITERS)}")])
    file.write_bytes(WRITERS[file.suffix](picture(found)))


def _life(name: str, steps: list[dict[str, Any]], x: Any) -> LivedPath:
    equity = np.array([step["equity"] for step in steps])
    required = np.array([step["maintenance"] for step in steps])
    return LivedPath(name, equity, required, tuple(_actions(steps, x)))


def _actions(steps: list[dict[str, Any]], x: Any) -> Iterator[Acted]:
    """What grew from one step to the next, by kind."""
    for place in range(1, len(steps)):
        before, now = steps[place - 1], steps[place]
        at, equity = float(x[place]), float(now["equity"])
        if now["so_far"].get("closed_notional", 0.0) > before["so_far"].get("closed_notional", 0.0):
            left = any(value != 0.0 for value in now["open"])
            yield Acted("closed in part by force" if left else "everything closed by force", at, equity)
        for kind, name in GREW.items():
            if now["so_far"].get(name, 0.0) > before["so_far"].get(name, 0.0):
                yield Acted(kind, at, equity)
