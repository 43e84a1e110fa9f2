"""A frontier as a page of Markdown."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.measure.figure import figure_text

HEAD = (
    "mode",
    "leverage",
    "own capital, USD",
    "initial margin, USD",
    "P(liquidation) %",
    "P(closed out) %",
    "expected cost, USD",
    "return needed, % a year",
)


def table(found: Mapping[str, Any]) -> str:
    """What was done, and a table by scenario and account."""
    parts = ["# Capital against liquidation", _about(found)]
    for scenario, rows in found["scenarios"].items():
        for account in dict.fromkeys(row["account"] for row in rows):
            own = [row for row in rows if row["account"] == account]
            parts.append(f"## {scenario}, {account}\n\n" + "\n".join(_lines(own)))
    return "\n\n".join(parts) + "\n"


def _about(found: Mapping[str, Any]) -> str:
    return (
        f"`{found['name']}`: {found['paths']:,} paths over {found['horizon_h']:g} h, seed {found['seed']}; "
        "every row on the same paths. The book stays, the capital is its gross exposure over the leverage. "
        "Initial margin is that of the largest leverage the brackets allow; a row in brackets could not be "
        "opened. The return pays for the expected liquidation cost, on own capital, over a year. "
        "Figures with 95 % Monte Carlo intervals."
    )


def _lines(rows: list[Mapping[str, Any]]) -> Iterator[str]:
    yield f"| {' | '.join(HEAD)} |"
    yield f"| {' | '.join('---' for _ in HEAD)} |"
    for row in rows:
        yield f"| {' | '.join(cells(row))} |"


def cells(row: Mapping[str, Any]) -> list[str]:
    """One row as text."""
    label = f"{row['mode']}, hypothetical" if row["hypothetical"] else row["mode"]
    name = label if row["opens"] else f"({label})"
    figures = (
        figure_text(row["p_liquidation"], 100.0),
        figure_text(row["p_closed_out"], 100.0),
        figure_text(row["expected_liquidation_cost"]),
        figure_text(row["required_return"], 100.0),
    )
    return [name, f"{row['leverage']:g}", f"{row['capital']:,.0f}", f"{row['initial']:,.0f}", *figures]
