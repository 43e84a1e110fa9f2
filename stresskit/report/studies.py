"""Stored answers of other commands that a report takes up; nothing is computed anew.

Studies that keep a folder of their own are found beside the run by the hashes of what it was made from.
Others lie as JSON files in ``report/studies`` of the run folder, or are given: each says by ``kind`` which
command made it and names the run's config. A section without an answer says which command fills it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stresskit.errors import DataError, Problem
from stresskit.report.text import printable
from stresskit.results import Results
from stresskit.results.studies import studies_of

Json = Mapping[str, Any]
FOLDER = Path("report") / "studies"
NEEDED = {
    "dial": ("name", "strengths", "paths", "scenario", "accounts"),
    "matrix": ("name", "accounts"),
    "reverse": ("name", "step", "accounts"),
    "worst": ("name", "ball", "paths", "accounts"),
    "sufficiency": ("name", "margin_period", "looks", "paths", "accounts"),
    "remedy": ("name", "target", "scenarios", "accounts"),
    "events": ("events", "books", "columns", "cells"),
    "backtest": ("prices", "window", "refit", "books"),
}
FOLDERS = ("dial", "events", "reverse", "worst", "sufficiency")  # kinds that keep a folder beside the runs
EXPECTED = f"the JSON answer of {', '.join(NEEDED)}, or a folder that holds one"


@dataclass(frozen=True)
class Studies:
    """Answers by kind, and where each came from: ``{kind: {"file": ..., "sha256": ...}}``."""

    answers: Mapping[str, Json] = field(default_factory=dict)
    sources: Mapping[str, Json] = field(default_factory=dict)

    def of(self, kind: str, account: str) -> tuple[Json, Json] | None:
        """The answer of `kind` and its part about an account, None if there is none."""
        answer = self.answers.get(kind)
        if answer is None or account not in answer["accounts"]:
            return None
        return answer, answer["accounts"][account]


NOTHING = Studies()


def studies(results: Results, given: Sequence[Path] = ()) -> Studies:
    """Read the answers beside a run and those that are given; a given one takes the place of another.

    Raises
    ------
    DataError
        If a given path holds no answer, or an answer is about another config or lacks what it should say.
    """
    kept = results.folder / FOLDER
    found = [study.folder / f"{kind}.json" for kind in FOLDERS for study in studies_of(results, kind)[-1:]]
    found += sorted(kept.glob("*.json")) if kept.is_dir() else []
    answers: dict[str, Json] = {}
    sources: dict[str, Json] = {}
    for file, text, answer in [_read(file) for file in [*found, *map(_file, given)]]:
        kind = answer["kind"]
        _refuse_other(file, answer, str(results.metrics["name"]))
        answers[kind] = printable(answer)
        sources[kind] = {"file": file.name, "sha256": hashlib.sha256(text).hexdigest()}
    return Studies(answers, sources)


def _file(path: Path) -> Path:
    """The answer's own file: `path`, or the one of that sort in the folder `path`."""
    if not path.is_dir():
        return path
    named = [path / f"{kind}.json" for kind in NEEDED if (path / f"{kind}.json").is_file()]
    if len(named) != 1:
        raise DataError([Problem(str(path), "", EXPECTED)])
    return named[0]


def _read(file: Path) -> tuple[Path, bytes, dict[str, Any]]:
    try:
        text = file.read_bytes()
        answer = json.loads(text, parse_constant=_refused)
    except (OSError, ValueError) as error:
        raise DataError([Problem(str(file), "", f"{EXPECTED} ({error})")]) from None
    if isinstance(answer, dict) and isinstance(answer.get("remedy"), dict):
        answer = answer["remedy"]  # what advise --target prints holds it beside the advice
    if not isinstance(answer, dict) or answer.get("kind") not in NEEDED:
        raise DataError([Problem(str(file), "kind", EXPECTED)])
    missing = [key for key in NEEDED[answer["kind"]] if key not in answer]
    if missing:
        raise DataError([Problem(str(file), key, f"an answer of {answer['kind']}") for key in missing])
    return file, text, answer


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _refuse_other(file: Path, answer: Json, name: str) -> None:
    about = names_of(answer)
    if name not in about:
        told = ", ".join(dict.fromkeys(about)) or "nothing"
        raise DataError([Problem(str(file), "name", f"an answer about {name}, the run's config, not {told}")])


def names_of(answer: Json) -> list[str]:
    """The configs that an answer is about."""
    if answer["kind"] in ("backtest", "events"):
        return [str(book["name"]) for book in answer["books"]]
    return [str(answer["name"])]


def absent(command: str, run: Iterable[str] = ()) -> str:
    """The one line of a section without data."""
    further = "".join(f" {part}" for part in run)
    return (
        f"Not computed for this report. Filled by: stresskit {command}{further}, "
        "then stresskit report RUN --with ITS ANSWER."
    )
