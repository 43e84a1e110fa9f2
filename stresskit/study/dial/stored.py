"""A dial's folder: ``<out>/<name>-dial-<id>/`` with ``dial.json``, sealed and renamed, and the figures."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from stresskit.config_file import Loaded
from stresskit.report.figures.dial import dial_figure
from stresskit.report.style import as_pdf, as_png
from stresskit.results import RunFolder, find_finished
from stresskit.study.dial.ask import Ask
from stresskit.study.dial.run import DEFAULT, dial, identity
from stresskit.study.dial.turning import Show

FILE = "dial.json"


class Kept(NamedTuple):
    """An answer, its folder, and whether it had been stored before."""

    answer: dict[str, Any]
    folder: Path
    reused: bool


def keep(
    loaded: Loaded,
    ask: Ask = DEFAULT,
    out: Path = Path("runs"),
    workers: int = 1,
    force: bool = False,
    show: Show | None = None,
) -> Kept:
    """Turn the dial and store the answer; a stored one is read back unless `force`.

    Raises
    ------
    ConfigError, DataError
        As `dial`.
    """
    name, key = f"{loaded.run.name}-dial", identity(loaded, ask)
    stored = None if force else find_finished(out, name, key)
    if stored is not None and (stored / FILE).is_file():
        return Kept(json.loads((stored / FILE).read_text(encoding="utf-8")), stored, True)
    answer = dial(loaded, ask, workers, show)
    with RunFolder(out, name, key) as folder:
        finished = datetime.now(UTC).isoformat(timespec="seconds")
        folder.write_json("manifest.json", {"kind": "dial", "status": "done", "finished": finished})
        folder.write_json(FILE, answer, sort_keys=False)
        final = folder.seal()
    return Kept(answer, final, False)


def draw(kept: Kept) -> list[Path]:
    """Write a figure of every account into ``report`` of the folder, as PDF and PNG."""
    folder = kept.folder / "report"
    folder.mkdir(exist_ok=True)
    written = []
    for name in kept.answer["accounts"]:
        stem = "dial" if len(kept.answer["accounts"]) == 1 else f"dial-{name}"
        figure = dial_figure(kept.answer, name)
        for suffix, content in ((".pdf", as_pdf(figure)), (".png", as_png(figure))):
            path = folder / f"{stem}{suffix}"
            path.write_bytes(content)
            written.append(path)
    return written
