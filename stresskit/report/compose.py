"""Pages from data: typst sets what `document` holds. Nothing is interpolated into its code."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from stresskit.report.style import DPI
from stresskit.report.text import FONTS

TEMPLATE = Path(__file__).parent / "pages.typ"
FIGURES = TEMPLATE.with_name("figures.typ")
PAPERS = {"a4": "a4", "letter": "us-letter"}
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Composer:
    """A document with its figures (SVG by name) on one paper size."""

    def __init__(self, document: dict[str, Any], svg: dict[str, str], paper: str) -> None:
        shown = [block for page in document["pages"] for block in page["blocks"]]
        self._names = [block["name"] for block in shown if block["kind"] == "figure"]
        inputs = {"data": json.dumps(document), "figures": json.dumps(svg), "paper": PAPERS[paper]}
        self._compiler = typst.Compiler(
            TEMPLATE,
            root=TEMPLATE.parent,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs=inputs,
        )

    def pdf(self) -> bytes:
        """Tagged PDF (PDF/UA-1) with fixed dates."""
        return self._pages(TEMPLATE, format="pdf", pdf_standards="ua-1")[0]

    def png(self) -> list[bytes]:
        """Every page as PNG at 200 dots an inch."""
        return self._pages(TEMPLATE, format="png", ppi=DPI)

    def figures(self) -> dict[str, bytes]:
        """Every figure as PNG at 200 dots an inch; what the pages show of it is not drawn again."""
        if not self._names:
            return {}
        drawn = self._pages(FIGURES, format="png", ppi=DPI)
        return dict(zip(self._names, drawn, strict=True))

    def _pages(self, template: Path, **how: Any) -> list[bytes]:
        found = self._compiler.compile(input=template, timestamp=EPOCH, **how)
        pages = found if isinstance(found, list) else [found]
        return [page for page in pages if page is not None]
