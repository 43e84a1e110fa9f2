"""A document as files: PDF, its pages and figures as PNG, and HTML if asked for."""

import re
from pathlib import Path
from typing import TypedDict

from stresskit.errors import ConfigError, Problem
from stresskit.report.compose import PAPERS, Composer
from stresskit.report.document import Document, take_figures
from stresskit.report.style import as_svg
from stresskit.report.web import web


class Files(TypedDict):
    """What a report consists of: the PDF, its pages as PNG, its figures as PNG; the HTML if asked for."""

    pdf: Path
    pages: list[Path]
    figures: list[Path]
    html: Path | None


def write(document: Document, folder: Path, name: str, paper: str, html: bool) -> Files:
    """Set the document and write it to `folder`; what an earlier one left there is replaced.

    Raises
    ------
    ConfigError
        If `paper` is not known.
    """
    refuse_other(paper)
    figures = take_figures(document)
    svg = {name: as_svg(figure) for name, figure in figures.items()}
    composer = Composer(document, svg, paper)
    pdf = folder / f"{file_name(name)}.pdf"
    pages = {f"page-{place}": page for place, page in enumerate(composer.png(), 1)}
    folder.mkdir(parents=True, exist_ok=True)
    pdf.write_bytes(composer.pdf())
    if html:
        pdf.with_suffix(".html").write_text(web(document, svg), encoding="utf-8")
    return {
        "pdf": pdf,
        "pages": _images(folder / "pages", pages),
        "figures": _images(folder / "figures", composer.figures()),
        "html": pdf.with_suffix(".html") if html else None,
    }


def refuse_other(paper: str) -> None:
    """Refuse a paper that is not known.

    Raises
    ------
    ConfigError
        If it is not.
    """
    if paper not in PAPERS:
        raise ConfigError([Problem("", "paper", f"one of {', '.join(PAPERS)}")])


def file_name(text: str) -> str:
    """Text as a file name that stays in its folder, whatever a run folder calls itself."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text)[:80] or "report"


def _images(folder: Path, images: dict[str, bytes]) -> list[Path]:
    """Write `images` and remove the PNG files that an earlier report left there."""
    folder.mkdir(exist_ok=True)
    for stale in folder.glob("*.png"):
        stale.unlink()
    files = []
    for name, content in images.items():
        files.append(folder / f"{file_name(name)}.png")
        files[-1].write_bytes(content)
    return files
