"""A dial's folder: ``<out>/<name>-dial-<id>/`` with ``dial.json``, sealed and renamed, and the figures.

``dial.json`` is what `stresskit.study.dial.run.dial` returns: ``strengths``, and for every account the curves
over them by basis (``modes``, ``paired``), the ``breakdown`` points, the ``crossings`` of the modes'
expected costs and the ``illusion`` of each ``var`` mode. A report of the run that the same config makes finds
it by `stresskit.results.studies.studies_of` with the kind ``dial``.
"""

from pathlib import Path

from stresskit.config_file import Loaded
from stresskit.pipeline.setting import prepare
from stresskit.report.figures.dial import dial_figure
from stresskit.report.style import as_pdf, as_png
from stresskit.results.studies import Study, keep_study
from stresskit.study.dial.ask import Ask
from stresskit.study.dial.run import DEFAULT, dial, identity
from stresskit.study.dial.turning import Show

KIND = "dial"


def keep(
    loaded: Loaded,
    ask: Ask = DEFAULT,
    out: Path = Path("runs"),
    workers: int = 1,
    force: bool = False,
    show: Show | None = None,
) -> Study:
    """Turn the dial and store the answer; a stored one is read back unless `force`.

    Raises
    ------
    ConfigError, DataError
        As `dial`.
    """
    key, of = identity(loaded, ask), [prepare(loaded).hashes()]
    return keep_study(out, KIND, loaded.run.name, key, of, lambda: dial(loaded, ask, workers, show), force)


def draw(kept: Study) -> list[Path]:
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
