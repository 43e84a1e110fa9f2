"""Pages from data: typst sets what `document` holds. Nothing is interpolated into its code."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from stresskit.report.style import DPI
from stresskit.report.text import FONTS

TEMPLATE = Path(__file__).parent / "pages.typ"
PAPERS = {"a4": "a4", "letter": "us-letter"}
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Composer:
    """A document with its figures (SVG by name) on one paper size."""

    def __init__(self, document: dict[str, Any], svg: dict[str, str], paper: str) -> None:
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
        return self._pages(format="pdf", pdf_standards="ua-1")[0]

    def png(self) -> list[bytes]:
        """Every page as PNG at 200 dots an inch."""
        return self._pages(format="png", ppi=DPI)

    def _pages(self, **how: Any) -> list[bytes]:
        found = self._compiler.compile(timestamp=EPOCH, **how)
        pages = found if isinstance(found, list) else [found]
        return [page for page in pages if page is not None]
