"""Images of every figure as they should look; ``python -m tests.report.baselines`` draws them anew.

They are drawn from the synthetic run and made-up answers, small, and compared under the lock alone: another
matplotlib or FreeType sets text a little otherwise.
"""

import re
import tempfile
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib import ft2font
from matplotlib.figure import Figure
from matplotlib.image import imread

from stresskit.report.comparison import document
from stresskit.report.document import build, take_figures
from stresskit.report.figures.cohort_law import cohort_law
from stresskit.report.figures.frontier import frontier_figure
from stresskit.report.figures.small_multiples import Small, small_multiples
from stresskit.report.replayed import picture as lived
from stresskit.report.studies import studies
from stresskit.report.style import styled
from stresskit.results import Results
from stresskit.study.compare import compare
from tests import synthetic
from tests.report import answers, further_answers, variants
from tests.report.conftest import completed

FOLDER = Path(__file__).parent / "baselines"
LOCK = Path(__file__).parents[2] / "requirements.lock"
FREETYPE = "2.14.3"  # the one that the wheels of the locked matplotlib bring
LOCKED = ("matplotlib", "numpy")
DPI = 50
Pixels = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def differs_from_the_lock() -> str:
    """What makes the images incomparable here; empty under the lock."""
    if not LOCK.is_file():
        return "no lock beside the tests"
    text = LOCK.read_text(encoding="utf-8")
    pinned = {name: re.search(rf"^{name}==(\S+)", text, re.MULTILINE) for name in LOCKED}
    found = [f"{name} {version(name)}" for name, pin in pinned.items() if pin and pin[1] != version(name)]
    if ft2font.__freetype_version__ != FREETYPE:
        found.append(f"FreeType {ft2font.__freetype_version__}")
    return ", ".join(found)


def figures(results: Results, folder: Path) -> dict[str, Figure]:
    """Every figure that the package draws, by name."""
    found = take_figures(build(results, studies(results, answers.stored(folder, answers.every()))))
    found |= take_figures(document(compare(results, results)))
    x = np.linspace(0.0, 1.0, 50)
    panels = [Small(f"{i}. account", x, 1.0 - 0.02 * i * x, 1.0 - 0.1 * i * x**2) for i in range(1, 7)]
    return {
        **found,
        "small_multiples": small_multiples(panels),
        "frontier": frontier_figure(answers.frontier()),
        "cohort_law": cohort_law(further_answers.laws(), 1e-3),
        "lived_path": lived(further_answers.acted()),
    }


def pixels(figure: Figure) -> Pixels:
    """The figure as (height, width, 3), 0 to 1."""
    buffer = BytesIO()
    with styled():
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    buffer.seek(0)
    return read(buffer)


def read(source: Path | BytesIO) -> Pixels:
    """An image as (height, width, 3), 0 to 1."""
    return np.asarray(imread(source, format="png")[..., :3], dtype=np.float64)


def draw_all() -> None:
    """Write every image anew."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run = synthetic.make_run_folder(place, paths=1000, steps=120)
        found = figures(variants.edited(run, place / "completed", completed), place / "answers")
        FOLDER.mkdir(exist_ok=True)
        for stale in FOLDER.glob("*.png"):
            stale.unlink()
        for name, figure in found.items():
            with styled():
                figure.savefig(FOLDER / f"{name}.png", dpi=DPI, metadata={"Software": None})


if __name__ == "__main__":
    draw_all()
