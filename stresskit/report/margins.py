"""What each margin mode demands of an account now: figures side by side, and their terms."""

from collections.abc import Iterator

from stresskit.report import margin_findings
from stresskit.report.blocks import Block, Cell, cell, left, right, section, table
from stresskit.report.format import UNDEFINED, Show, money, multiple, optional, ratio, usd
from stresskit.report.view import Account, Json

LINES: tuple[tuple[str, str, Show], ...] = (
    ("Equity, USD", "equity", money),
    ("Initial margin, USD", "initial", money),
    ("Maintenance margin, USD", "maintenance", money),
    ("Ratio: equity / maintenance (liquidated at 1)", "ratio", ratio),
    ("Free: equity less initial, USD", "free", money),
    ("Exposure per dollar of initial margin", "exposure_per_initial", multiple),
)


def margins(account: Account) -> Iterator[Block]:
    """The modes side by side, and the terms that make up what each demands."""
    yield section("Margin by mode", _finding(account))
    yield _table(account)
    yield _terms(account)


def _finding(account: Account) -> str:
    found = [(account.label(mode), float(account.margin[mode]["maintenance"])) for mode in account.modes]
    return margin_findings.requirement(found)


def _table(account: Account) -> Block:
    """One column a mode, one row a figure."""
    columns = [left("", 1.6), *(right(account.label(mode), 1.5) for mode in account.modes)]
    rows: list[list[Cell]] = [["Rule and rulebook", *(_rule(account.margin[mode]) for mode in account.modes)]]
    for title, key, show in LINES:
        rows.append([title, *(optional(account.margin[mode][key], show) for mode in account.modes)])
    notes = [
        f"{UNDEFINED}: {found['reason']}."
        for found in account.margin.values()
        if any(found[key] is None for _, key, _ in LINES)
    ]
    return table(columns, rows, notes)


def _rule(margin: Json) -> Cell:
    return cell(str(margin["rule"]), str(margin["rulebook"] or "no rulebook"))


def _terms(account: Account) -> Block:
    columns = [left("Mode", 1.5), left("Term of the requirement", 2.5), right("USD", 1.0), left("", 0.8)]
    rows: list[list[Cell]] = [
        [account.label(mode), name, money(value), "binds" if binding == name else ""]
        for mode in account.modes
        for binding in [account.margin[mode]["binding"]]
        for name, value in account.margin[mode]["terms"].items()
    ]
    return table(columns, rows, list(_sampling_errors(account)))


def _sampling_errors(account: Account) -> Iterator[str]:
    """The sampling error of a requirement that rests on a finite scenario set."""
    for mode in account.modes:
        error = account.margin[mode].get("standard_error")
        if error is not None:
            label = account.label(mode)
            yield f"{label}: standard error of the requirement from its finite scenario set {usd(error)}."
