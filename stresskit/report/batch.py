"""The report of a batch: its ranking, worst first, and a small survival curve of each account."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stresskit.errors import DataError, Problem
from stresskit.report import batch_findings
from stresskit.report.blocks import Block, Cell, Page, cell, left, picture, right, section, table
from stresskit.report.curves import happened
from stresskit.report.document import Document
from stresskit.report.figures.small_multiples import Small, small_multiples
from stresskit.report.format import money, optional, percent, ratio
from stresskit.report.mode_tables import estimate_cell
from stresskit.report.status import OF_LIMIT
from stresskit.report.text import printable
from stresskit.report.view import accounts
from stresskit.report.write import Files, refuse_other, write
from stresskit.results import load

FILE = "batch.json"
MOST_PANELS = 24
Entry = Mapping[str, Any]


def batch_report(home: Path, out: Path | None = None, paper: str = "a4", html: bool = False) -> Files:
    """Write the report of a batch from its folder and those of its runs beside it; nothing is simulated.

    Parameters
    ----------
    home : folder of the batch, which holds ``batch.json``.
    out : folder to write to, by default ``report`` in `home`.
    paper, html : as in `report`.

    Raises
    ------
    ConfigError
        If `paper` is not known.
    DataError
        If the folder holds no batch, no run of it has ended, or a run's folder is gone or was changed.
    """
    refuse_other(paper)
    try:
        found = json.loads((home / FILE).read_text(encoding="utf-8"))
        ranked, runs = found["ranking"], found["runs"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError([Problem(str(home), FILE, f"the answer of a batch ({error})")]) from None
    if not ranked:
        raise DataError([Problem(str(home / FILE), "ranking", "at least one run that has ended")])
    name = home.name.removesuffix(".batch")
    document = _document(printable(name), printable(ranked), printable(runs), home.parent)
    return write(document, home / "report" if out is None else out, name, paper, html)


def _document(name: str, ranked: Sequence[Entry], runs: Sequence[Entry], folder: Path) -> Document:
    blocks = [*_ranking(ranked), *_failed(runs), *_survival(ranked, folder)]
    page: Page = {"title": "Batch", "subtitle": "", "blocks": blocks}
    done = sum(run["status"] == "done" for run in runs)
    return {
        "title": f"Batch report: {name}",
        "name": name,
        "description": f"Ranking of {len(ranked)} accounts",
        "footer": f"batch {name} · {done} of {len(runs)} runs",
        "pages": [page],
    }


def _ranking(ranked: Sequence[Entry]) -> list[Block]:
    columns = [right("", 0.35), left("Run", 2.0), left("Limits", 1.1), left("Present mode", 1.2)]
    columns += [right("P(liquidation), calm", 1.4), right("In the worst scenario", 1.6)]
    columns += [right("Cost, USD", 1.2), right("Equity / maintenance", 1.1), left("Verdict", 1.1)]
    note = "Worst first: broken limits, then P(liquidation) in the calm scenario. Costs: calm."
    finding = batch_findings.ranking([(_named(entry), str(entry["limits"])) for entry in ranked])
    return [section("Ranking", finding), table(columns, [_row(entry) for entry in ranked], [note])]


def _named(entry: Entry) -> str:
    alone = entry["account"] == "account"
    return str(entry["run"]) if alone else f"{entry['run']}: {entry['account']}"


def _row(entry: Entry) -> list[Cell]:
    status = OF_LIMIT.get(entry["limits"])
    limits: Cell = (
        entry["limits"] if status is None else cell(f"{status.sign} {entry['limits']}", "", status.tone)
    )
    worst = estimate_cell(entry["worst_p_liquidation"], percent)
    told = worst if isinstance(worst, str) else worst["main"]
    account = "" if entry["account"] == "account" else str(entry["account"])
    return [
        str(entry["rank"]),
        cell(str(entry["run"]), account),
        limits,
        _mode(entry, str(entry["mode"])),
        estimate_cell(entry["p_liquidation"], percent),
        cell(told, str(entry["worst_scenario"])),
        estimate_cell(entry["expected_liquidation_cost"], money),
        optional(entry["ratio"], ratio),
        _mode(entry, str(entry["verdict"] or "none")),
    ]


def _mode(entry: Entry, mode: str) -> Cell:
    return cell(mode, "hypothetical") if mode in entry.get("hypothetical", ()) else mode


def _failed(runs: Sequence[Entry]) -> list[Block]:
    """Runs that did not end, with what went wrong; nothing where all ended."""
    missing = [run for run in runs if run["status"] != "done"]
    if not missing:
        return []
    rows: list[list[Cell]] = [
        [run["label"], run["status"], "; ".join(run["cause"]) or "–"] for run in missing
    ]
    finding = f"{len(missing)} of {len(runs)} runs are not in the ranking"
    return [section("Not run", finding), table([left("Run"), left("Status", 0.6), left("Cause", 3.0)], rows)]


def _survival(ranked: Sequence[Entry], folder: Path) -> list[Block]:
    panels = [_panel(entry, folder) for entry in ranked[:MOST_PANELS]]
    rest = len(ranked) - len(panels)
    caption = (
        "Share of paths not liquidated under the present mode, from the start to the horizon, on one scale."
    )
    caption += f" The {rest} best are not drawn." if rest else ""
    ends = [
        f"{p.title} {percent(float(p.calm[-1]))} calm, {percent(float(p.worst[-1]))} worst" for p in panels
    ]
    alt = f"Survival curves. At the horizon: {'; '.join(ends)}."
    finding = batch_findings.survival([(p.title, float(p.worst[-1])) for p in panels])
    return [section("Survival", finding), picture("small_multiples", small_multiples(panels), alt, caption)]


def _panel(entry: Entry, folder: Path) -> Small:
    found = accounts(load(folder / entry["folder"]))
    account = next(one for one in found if one.key == entry["account"])
    steps = account.clock.steps

    def alive(scenario: str) -> Any:
        first = account.column(scenario, account.base, "first_step")
        return 1.0 - happened(first, steps, account.weight(scenario))

    x = np.arange(steps + 1) / steps
    title = f"{entry['rank']}. {_named(entry)}"
    return Small(title, x, alive(account.calm), alive(account.shown[-1]))
