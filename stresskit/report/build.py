"""``report``: from a run folder to PDF and PNG files."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from stresskit.errors import ConfigError, Problem
from stresskit.report.compose import PAPERS, Composer
from stresskit.report.document import build, take_figures
from stresskit.report.studies import studies
from stresskit.report.style import as_png, as_svg
from stresskit.report.web import web
from stresskit.results import Results, load


class Files(TypedDict):
    """What a report consists of: the PDF, its pages as PNG, its figures as PNG; the HTML if asked for."""

    pdf: Path
    pages: list[Path]
    figures: list[Path]
    html: Path | None


def report(
    run: Results | Path | str,
    out: Path | None = None,
    paper: str = "a4",
    answers: Sequence[Path] = (),
    html: bool = False,
) -> Files:
    """Write the report of a finished run; nothing is simulated.

    Parameters
    ----------
    run : Results, or the path of a run folder.
    out : folder to write to, by default ``report`` in the run folder. What an earlier report left
        there under ``pages`` and ``figures`` is replaced.
    paper : ``a4`` or ``letter``.
    answers : stored answers of other commands about the same config (files, or folders that hold one),
        besides those that lie in ``report/studies`` of the run folder.
    html : whether to write the same content as one HTML file, too.

    Returns
    -------
    Files
        A dict of the paths written.

    Raises
    ------
    ConfigError
        If `paper` is not known.
    DataError
        If the folder does not hold a finished run, or was changed since, or if `answers` hold no answer
        about it.
    """
    if paper not in PAPERS:
        raise ConfigError([Problem("", "paper", f"one of {', '.join(PAPERS)}")])
    results = run if isinstance(run, Results) else load(run)
    folder = results.folder / "report" if out is None else Path(out)
    document = build(results, studies(results, answers))
    figures = take_figures(document)
    svg = {name: as_svg(figure) for name, figure in figures.items()}
    composer = Composer(document, svg, paper)
    pdf = folder / f"{file_name(str(results.metrics['name']))}.pdf"
    pages = {f"page-{place}": page for place, page in enumerate(composer.png(), 1)}
    drawn = {name: as_png(figure) for name, figure in figures.items()}
    folder.mkdir(parents=True, exist_ok=True)
    pdf.write_bytes(composer.pdf())
    if html:
        pdf.with_suffix(".html").write_text(web(document, svg), encoding="utf-8")
    return {
        "pdf": pdf,
        "pages": _write(folder / "pages", pages),
        "figures": _write(folder / "figures", drawn),
        "html": pdf.with_suffix(".html") if html else None,
    }


def file_name(text: str) -> str:
    """Text as a file name that stays in its folder, whatever a run folder calls itself."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text)[:80] or "report"


def _write(folder: Path, images: dict[str, bytes]) -> list[Path]:
    """Write `images` and remove the PNG files that an earlier report left there."""
    folder.mkdir(exist_ok=True)
    for stale in folder.glob("*.png"):
        stale.unlink()
    files = []
    for name, content in images.items():
        files.append(folder / f"{file_name(name)}.png")
        files[-1].write_bytes(content)
    return files
