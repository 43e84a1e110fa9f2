"""Tables that set the modes side by side: figures by scenario, and the paired outcomes."""

from collections.abc import Iterable, Sequence

from stresskit.report import findings
from stresskit.report.blocks import Block, Cell, cell, left, right, table
from stresskit.report.format import (
    UNDEFINED,
    Estimate,
    Show,
    against,
    bounds,
    money,
    optional,
    percent,
    points,
)
from stresskit.report.headlines import limit_for
from stresskit.report.status import OF_LIMIT, standing
from stresskit.report.view import Account, Json

CARRIED = {"expected_funding": "Funding paid, USD", "expected_basis_gain": "Gain by basis, USD"}


def mode_table(account: Account, scenarios: Sequence[str], notes: Sequence[str] = ()) -> Block:
    """One row a scenario and mode: probabilities, cost, and what the mode asks."""
    columns = [
        left("Scenario", 1.5),
        left("Mode", 1.5),
        right("P(liquidation)", 1.5),
        right("P(closed out)", 1.5),
        right("Expected cost, USD", 1.4),
        right("Initial margin, USD", 1.2),
        right("Maintenance, USD", 1.3),
    ]
    columns += [right(CARRIED[name], 1.3) for name in _carried(account)]
    rows = [_mode_row(account, scenario, mode) for scenario in scenarios for mode in account.modes]
    return table(columns, rows, notes)


def _mode_row(account: Account, scenario: str, mode: str) -> list[Cell]:
    figures, margin = account.mode(scenario, mode), account.margin[mode]
    return [
        scenario,
        mode_cell(account, mode),
        probability_cell(account, scenario, mode),
        estimate_cell(figures["p_closed_out"], percent),
        estimate_cell(figures["expected_liquidation_cost"], money),
        money(margin["initial"]),
        money(margin["maintenance"]),
        *(estimate_cell(figures[name], money) for name in _carried(account)),
    ]


def _carried(account: Account) -> list[str]:
    """Figures of funding and basis, of a run that simulates them."""
    figures = account.mode(account.calm, account.base)
    return [name for name in CARRIED if name in figures]


def mode_cell(account: Account, mode: str) -> Cell:
    """The name of a mode; a hypothetical one says so below it."""
    name = account.label(mode)
    return cell(mode, "hypothetical") if name != mode else mode


def estimate_cell(estimate: Estimate, show: Show) -> Cell:
    """A figure over its interval; a probability of 0 shows its upper bound."""
    if estimate["value"] is None:
        return UNDEFINED
    if show is percent and estimate["value"] == 0.0:
        return cell("0", f"< {percent(estimate['high'])}")
    return cell(show(estimate["value"]), bounds(estimate, show))


def reasons(estimates: Iterable[Estimate]) -> list[str]:
    """Why some estimates of a table are undefined, as notes below it."""
    return [f"{UNDEFINED}: {estimate['reason']}." for estimate in estimates if estimate["value"] is None]


def probability_cell(account: Account, scenario: str, mode: str) -> Cell:
    """P(liquidation) against its own limit, or else that of the baseline mode and scenario."""
    estimate = account.mode(scenario, mode)["p_liquidation"]
    limit = limit_for(account, scenario, mode) or limit_for(account, account.calm, account.base)
    shown = estimate_cell(estimate, percent)
    if limit is None or isinstance(shown, str):
        return shown
    found = OF_LIMIT[standing(estimate, limit["limit"])]
    value = shown["main"] if estimate["value"] == 0.0 else against(estimate["value"], limit["limit"], True)[0]
    return cell(f"{found.sign} {value}", shown["small"], found.tone)


def paired_table(account: Account, scenarios: Sequence[str]) -> Block:
    """Fractions of paths on which both, one or none of two modes is liquidated."""
    columns = [
        left("Scenario", 1.3),
        left("Mode", 1.5),
        right("Both", 0.9),
        right("Only this mode", 1.0),
        right(f"Only {account.base}", 1.0),
        right("Neither", 0.9),
        right("Difference", 1.8),
    ]
    rows = [
        [scenario, mode_cell(account, mode), *_paired_cells(found)]
        for scenario in scenarios
        for mode, found in _in_order(account, scenario)
    ]
    note = f"Share of the same paths liquidated under each mode; difference: this mode less {account.base}."
    return table(columns, rows, [note])


def range_finding(account: Account, scenarios: Sequence[str]) -> str:
    """The range of P(liquidation) over all modes in these scenarios, in words."""
    found = [
        (f"{account.label(mode)} in {scenario}", account.mode(scenario, mode)["p_liquidation"])
        for scenario in scenarios
        for mode in account.modes
    ]
    return findings.spread(found)


def paired_finding(account: Account, scenarios: Sequence[str]) -> str:
    """The clearest difference to the present mode in these scenarios, in words."""
    found = [
        (account.label(mode), scenario, table["difference"])
        for scenario in scenarios
        for mode, table in account.figures[scenario]["paired"].items()
    ]
    return findings.paired(account.label(account.base), found)


def _in_order(account: Account, scenario: str) -> list[tuple[str, Json]]:
    paired = account.figures[scenario]["paired"]
    return [(mode, paired[mode]) for mode in account.modes if mode in paired]


def _paired_cells(found: Json) -> list[Cell]:
    shares: list[Cell] = [percent(found[key]) for key in ("both", "only_mode", "only_baseline", "neither")]
    difference = found["difference"]
    if difference["value"] is None:
        return [*shares, UNDEFINED]
    return [*shares, cell(optional(difference["value"], points), bounds(difference, points))]
