"""What each scenario adds to the calm one, mode by mode, on the same draws."""

from collections.abc import Iterator

from stresskit.report.blocks import Block, Cell, left, right, section, table
from stresskit.report.format import points, signed, usd
from stresskit.report.mode_tables import estimate_cell, mode_cell
from stresskit.report.view import Account, Json


def scenario_differences(account: Account) -> Iterator[Block]:
    """A table of paired differences; nothing where only one scenario ran."""
    names = [name for name in account.listed if "against" in account.figures[name]]
    if not names:
        return
    calm = account.figures[names[0]]["against"]["scenario"]
    yield section("Against the calm model", _finding(account, calm, names[-1]))
    columns = [
        left("Scenario", 1.6),
        left("Mode", 1.6),
        right("P(liquidation)", 1.6),
        right("P(closed out)", 1.6),
        right("Expected cost, USD", 1.6),
    ]
    rows: list[list[Cell]] = [
        [name, mode_cell(account, mode), *_cells(account.figures[name]["against"]["modes"][mode])]
        for name in names
        for mode in account.modes
    ]
    note = f"Each figure less that of {calm}, path by path on the same draws, with 95 % intervals."
    yield table(columns, rows, [note])


def _finding(account: Account, calm: str, name: str) -> str:
    change = account.figures[name]["against"]["modes"][account.base]["p_liquidation"]
    told = f"P(liquidation) of {account.label(account.base)} in {name}"
    if change["value"] is None or change["low"] <= 0.0 <= change["high"]:
        return f"{told} is not materially different from {calm}"
    word = "above" if change["value"] > 0.0 else "below"
    return f"{told} lies {points(abs(change['value'])).removeprefix('+')} {word} {calm}"


def _cells(found: Json) -> list[Cell]:
    shares: list[Cell] = [estimate_cell(found[key], points) for key in ("p_liquidation", "p_closed_out")]
    return [*shares, estimate_cell(found["expected_liquidation_cost"], _change)]


def _change(value: float) -> str:
    return signed(usd(value).rpartition("\u202f")[0])
