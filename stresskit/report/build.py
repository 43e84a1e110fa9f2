"""``report``: from a run folder to PDF and PNG files."""

from collections.abc import Sequence
from pathlib import Path

from stresskit.report.document import build
from stresskit.report.studies import studies
from stresskit.report.write import Files, refuse_other, write
from stresskit.results import Results, load


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
    refuse_other(paper)
    results = run if isinstance(run, Results) else load(run)
    folder = results.folder / "report" if out is None else Path(out)
    document = build(results, studies(results, answers))
    return write(document, folder, str(results.metrics["name"]), paper, html)
