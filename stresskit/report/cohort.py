"""The report of a cohort: who breaks a limit, how P(liquidation) spreads, what all cost together."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stresskit.report import cohort_findings
from stresskit.report.blocks import Block, Cell, Page, cell, left, picture, right, section, table
from stresskit.report.cohort_read import TABLE, CohortRead, read_cohort
from stresskit.report.document import Document
from stresskit.report.figures.cohort_law import Law, Laws, cohort_law
from stresskit.report.format import (
    THIN,
    UNDEFINED,
    Show,
    duration,
    level_name,
    money,
    number,
    percent,
    ratio,
    stated,
)
from stresskit.report.mode_tables import estimate_cell
from stresskit.report.status import NAMES, is_fraction
from stresskit.report.view import MOST_SHOWN
from stresskit.report.write import Files, refuse_other, write

Json = Mapping[str, Any]
MOST_RANKED = 30
TAIL = "0.99"


def cohort_report(home: Path, out: Path | None = None, paper: str = "a4", html: bool = False) -> Files:
    """Write the report of a cohort from its folder; nothing is simulated.

    Parameters
    ----------
    home : folder of the cohort, which holds ``metrics.json`` and ``accounts.csv``.
    out, paper, html : as in `report`.

    Raises
    ------
    ConfigError
        If `paper` is not known.
    DataError
        If the folder was changed since, or holds no cohort.
    """
    refuse_other(paper)
    found = read_cohort(home)
    return write(document(found), home / "report" if out is None else out, found.metrics["name"], paper, html)


def document(found: CohortRead) -> Document:
    """The cohort as pages."""
    told, name = found.metrics, found.metrics["name"]
    pages: list[Page] = [
        {"title": "Cohort", "subtitle": "", "blocks": [*_limits(found), *_spread(found), *_together(found)]},
        {"title": "Ranking", "subtitle": "", "blocks": _ranking(found)},
    ]
    about = (
        f"{stated(told['accounts'])} accounts on the same {stated(told['paths'])} paths, "
        f"{duration(told['horizon_h'])}, seed {told['seed']}"
    )
    return {
        "title": f"Cohort report: {name}",
        "name": name,
        "description": about,
        "footer": f"cohort {found.manifest['run_id']} · {about}",
        "pages": pages,
    }


def _limits(found: CohortRead) -> Iterator[Block]:
    limits, accounts = found.metrics["limits"], int(found.metrics["accounts"])
    yield section("Limits", cohort_findings.limits(limits, accounts))
    if not limits:
        return
    columns = [left("Limit on", 1.6), left("Mode", 1.4), left("Scenario", 1.4), right("Limit", 1.0)]
    columns += [right("Accounts that break it", 1.2), right("Undecided", 1.0), right("That meet it", 1.0)]
    rows = [
        [
            NAMES.get(one["name"], one["name"]),
            _mode(found, one["mode"]),
            one["scenario"],
            _bound(one),
            _broken(one["broken"]),
            stated(one["undecided"]),
            stated(one["met"]),
        ]
        for one in limits
    ]
    yield table(columns, rows)


def _mode(found: CohortRead, mode: str) -> Cell:
    return cell(mode, "hypothetical") if mode in found.hypothetical else mode


def _bound(one: Json) -> str:
    limit = float(one["limit"])
    if is_fraction(one["name"]):
        return level_name(str(limit))
    return f"{stated(limit)}{THIN}USD"


def _broken(count: int) -> Cell:
    return cell(f"✘ {stated(count)}", "", "bad") if count else "0"


def _spread(found: CohortRead) -> Iterator[Block]:
    panels = [_laws(found, scenario) for scenario in found.shown]
    label, scenario = found.label(found.modes[0]), found.shown[-1]
    worst = found.chances[scenario, found.modes[0]]
    yield section("Spread", cohort_findings.spread(label, scenario, worst))
    ends = [
        f"{panel.title}, {law.label}: {percent(float((law.chances > 0.0).mean()))} of accounts, highest "
        f"{percent(float(law.chances.max()))}"
        for panel in panels
        for law in panel.laws
    ]
    caption = "Accounts whose P(liquidation) is as high or higher. Dotted: the limit of the present mode."
    alt = f"How P(liquidation) spreads over the accounts. Above zero in {'; '.join(ends)}."
    yield picture("cohort_law", cohort_law(panels, 1.0 / found.metrics["paths"]), alt, caption)


def _laws(found: CohortRead, scenario: str) -> Laws:
    limits = [
        float(one["limit"])
        for one in found.metrics["limits"]
        if (one["name"], one["scenario"], one["mode"]) == ("p_liquidation", scenario, found.modes[0])
    ]
    laws = tuple(
        Law(found.label(mode), slot, np.array(found.chances[scenario, mode]))
        for slot, mode in enumerate(found.modes[:MOST_SHOWN])
    )
    return Laws(scenario, laws, limits[0] if limits else None)


def _together(found: CohortRead) -> Iterator[Block]:
    told: Any = found.metrics["scenarios"]
    present = [(scenario, told[scenario][found.modes[0]]) for scenario in found.scenarios]
    yield section("Together", cohort_findings.together(found.label(found.modes[0]), present))
    columns = [left("Scenario", 1.2), left("Mode", 1.2), right("Accounts liquidated", 1.2)]
    columns += [
        right("ES 99 %", 1.2),
        right("Some falls short", 1.2),
        right("Shortfall, USD", 1.2),
        right("ES 99 %", 1.2),
    ]
    columns += [right("Fund draw, USD", 1.2), right("ES 99 %", 1.2)]
    rows = [
        [
            scenario,
            _mode(found, mode),
            *_law(told[scenario][mode]["liquidated_accounts"], number),
            estimate_cell(told[scenario][mode]["p_any_shortfall"], percent),
            *_law(told[scenario][mode]["total_shortfall"], money),
            *_law(told[scenario][mode]["fund_draw"], money),
        ]
        for scenario in found.scenarios
        for mode in found.modes
    ]
    note = (
        "Sums over all accounts, path by path: mean, and expected shortfall of the worst paths, with 95 % "
        "intervals. Fund draw: shortfall less what takeovers left the fund, where that is above zero."
    )
    yield table(columns, rows, [note])


def _law(law: Json, show: Show) -> list[Cell]:
    return [estimate_cell(law["mean"], show), estimate_cell(law["es"][TAIL], show)]


def _ranking(found: CohortRead) -> list[Block]:
    entries: Sequence[Json] = found.metrics["ranking"][:MOST_RANKED]
    columns = [right("", 0.35), left("Account", 2.0), right("Equity, USD", 1.1)]
    columns += [
        right("Equity / maintenance", 1.1),
        right("P(liquidation)", 1.4),
        right("In the worst scenario", 1.5),
    ]
    columns += [right("Cost, USD", 1.2), right("Shortfall, USD", 1.2)]
    rows = [_row(rank, entry) for rank, entry in enumerate(entries, 1)]
    first, rest = entries[0], int(found.metrics["accounts"]) - len(entries)
    note = f"{found.label(first['mode'])}, {first['scenario']}; worst first. "
    note += f"The other {stated(rest)} stand in {TABLE}." if rest else ""
    return [section("Ranking", cohort_findings.ranking(first)), table(columns, rows, [note])]


def _row(rank: int, entry: Json) -> list[Cell]:
    asked, worst = float(entry["maintenance"]), estimate_cell(entry["worst_p_liquidation"], percent)
    return [
        str(rank),
        str(entry["account"]),
        money(entry["equity"]),
        ratio(entry["equity"] / asked) if asked else UNDEFINED,
        estimate_cell(entry["p_liquidation"], percent),
        cell(worst if isinstance(worst, str) else worst["main"], str(entry["worst_scenario"])),
        estimate_cell(entry["expected_liquidation_cost"], money),
        estimate_cell(entry["shortfall"], money),
    ]
