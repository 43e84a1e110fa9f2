"""The table's folder: ``<out>/<name>-events-<id>/`` with ``events.json``, sealed, and the table as files.

``events.json`` is what `stresskit.study.events.run.told` describes. A report of the run that one of the
config files makes finds it by `stresskit.results.studies.studies_of` with the kind ``events``; the rows of
that book are those whose ``book`` is the run's name. ``report/`` holds ``events.csv`` (a row a cell) and
``events.md``.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stresskit.config_file import Loaded
from stresskit.pipeline.setting import prepare
from stresskit.results.studies import Study, keep_study
from stresskit.study.events.ask import Ask
from stresskit.study.events.cells import books_of, laid_out
from stresskit.study.events.run import Show, told
from stresskit.study.events.table import markdown

KIND = "events"
FIGURES = ("p_liquidation", "p_closed_out", "expected_liquidation_cost")


def keep(
    files: Sequence[Loaded],
    ask: Ask,
    out: Path = Path("runs"),
    workers: int = 1,
    force: bool = False,
    show: Show | None = None,
) -> Study:
    """Make the table and store it; a stored one is read back unless `force`.

    Raises
    ------
    ConfigError, DataError
        As `stresskit.study.events.run.event_table`.
    """
    books = books_of(files, ask)
    cells = laid_out(books, ask)
    names = [loaded.run.name for loaded in files]
    made_of = [one.setting.hashes() if one.setting else one.why_not for one in cells]
    where = [[book.loaded.effective for book in books], ask.chosen_events(), ask.chosen_venues(), ask.fee]
    key = hashlib.sha256(json.dumps([made_of, where], sort_keys=True).encode()).hexdigest()[:12]
    name = names[0] if len(names) == 1 else f"{len(names)}-books"
    of = [prepare(loaded).hashes() for loaded in files]
    return keep_study(out, KIND, name, key, of, lambda: told(books, cells, ask, workers, show), force)


def write(kept: Study) -> list[Path]:
    """Write the table into ``report`` of the folder, as CSV and as Markdown."""
    folder = kept.folder / "report"
    folder.mkdir(exist_ok=True)
    contents = {"events.csv": table_csv(kept.answer), "events.md": markdown(kept.answer)}
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
    return [folder / name for name in contents]


def table_csv(answer: Mapping[str, Any]) -> str:
    """A row a cell, and a row a refusal and event with its reason."""
    kept = ("book", "event", "venue", "mode")
    files = ("rulebook", "rulebook_held", "parameters", "parameters_held")
    columns = [*kept, *files, "fee_assumed", "minimum_equity", "ratio"]
    columns += [f"{name}_{end}" for name in FIGURES for end in ("value", "low", "high")] + ["reason"]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for cell in answer["cells"]:
        row = {name: cell.get(name, "") for name in (*kept, "fee_assumed", "minimum_equity", "ratio")}
        for name in ("rulebook", "parameters"):
            if name in cell:
                row |= {name: cell[name]["name"], f"{name}_held": cell[name]["held"]}
        row |= {f"{name}_{end}": cell[name][end] for name in FIGURES for end in ("value", "low", "high")}
        writer.writerow(row)
    for one in answer["refused"]:
        for event in one["events"]:
            writer.writerow(
                {**{name: one[name] for name in ("book", "venue", "mode", "reason")}, "event": event}
            )
    return text.getvalue()
