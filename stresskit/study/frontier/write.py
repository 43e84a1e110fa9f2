"""A frontier as files: the figures, a page of Markdown and a picture."""

import hashlib
import json
from pathlib import Path
from typing import Any

from stresskit.report.figures.frontier import frontier_figure
from stresskit.report.style import as_png
from stresskit.study.frontier.table import table


def write(found: dict[str, Any], out: Path) -> dict[str, Path]:
    """Write ``frontier.json``, ``frontier.md`` and ``frontier.png`` to ``<out>/frontier-<name>-<hash>/``."""
    text = json.dumps(found, indent=2, sort_keys=True, allow_nan=False) + "\n"
    folder = out / f"frontier-{found['name']}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / f"frontier.{name}" for name in ("json", "md", "png")}
    files["json"].write_text(text, encoding="utf-8")
    files["md"].write_text(table(found), encoding="utf-8")
    files["png"].write_bytes(as_png(frontier_figure(found)))
    return files
