"""How often the requirement covers what a margin period loses, from a stored answer."""

from collections.abc import Iterator

from stresskit.report import further_findings
from stresskit.report.blocks import Block, Cell, left, right, section, table
from stresskit.report.format import UNDEFINED, money, number, percent, stated
from stresskit.report.further_findings import period_text
from stresskit.report.mode_tables import estimate_cell, mode_cell
from stresskit.report.view import Account, Json


def sufficiency(account: Account) -> Iterator[Block]:
    """A row each scenario of the first page and mode; nothing without an answer."""
    found = account.studies.of("sufficiency", account.key)
    if found is None:
        return
    answer, told = found
    shown = [name for name in account.listed if name in told]
    own = [(name, told[name][account.base]) for name in shown]
    period = period_text(answer["margin_period"])
    yield section("Sufficiency", further_findings.sufficiency(account.label(account.base), period, own))
    columns = [left("Scenario", 1.2), left("Mode", 1.1), right("Mean requirement, USD", 1.1)]
    columns += [right("Periods not covered", 1.3), right("Paths with one", 1.3), right("Draw, USD", 1.1)]
    columns += [right("Largest draw, USD", 1.0), right("Peak over trough", 1.0), right("Rise in 5 d", 1.2)]
    rows = [_row(account, name, mode, one) for name in shown for mode, one in told[name].items()]
    yield table(columns, rows, list(_notes(answer, period)))


def _row(account: Account, scenario: str, mode: str, one: Json) -> list[Cell]:
    return [
        scenario,
        mode_cell(account, mode),
        money(one["mean_requirement"]),
        estimate_cell(one["uncovered"], percent),
        estimate_cell(one["uncovered_path"], percent),
        estimate_cell(one["fund_draw"], money),
        money(one["largest_draw"]) if one["largest_draw"] else UNDEFINED,
        estimate_cell(one["peak_to_trough"], number),
        estimate_cell(one["five_day_rise"], percent),
    ]


def _notes(answer: Json, period: str) -> Iterator[str]:
    yield (
        f"An account that holds just what is asked, its book unchanged for one margin period of {period}; "
        f"asked {answer['looks']} times on {stated(answer['paths'])} paths. Draw: loss beyond the "
        "requirement, mean of all periods."
    )
    yield "Right: the requirement's own peak over its trough on a path; its largest rise within five days."
