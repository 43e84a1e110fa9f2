"""The text of ``stresskit sufficiency``: a table for every account."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.text import dollars, estimate, hundredths, number, table

Found = Mapping[str, Any]
HEADER = (
    "scenario, mode",
    "uncovered, %",
    "fund draw, USD",
    "largest",
    "asked, USD",
    "peak/trough",
    "5 days, %",
)


def sufficiency_text(found: Found) -> str:
    """How often what was asked did not cover the loss, and how far the requirement moved."""
    head = (
        f"MARGIN SUFFICIENCY  {found['name']}: the book held unchanged, "
        f"asked every {found['margin_period']}, {found['looks']} times on {found['paths']:,} paths"
    )
    parts = [head]
    for name, scenarios in found["accounts"].items():
        parts += [f"account {name}"] if len(found["accounts"]) > 1 else []
        parts.append(table(HEADER, list(_rows(scenarios))))
    parts.append(
        "uncovered: periods whose loss exceeded the requirement at their start; fund draw: mean of what was "
        "beyond it, a period;\n5 days: mean of the largest rise of the requirement within five days"
    )
    return "\n".join(parts)


def _rows(scenarios: Found) -> Iterator[list[str]]:
    for scenario, modes in scenarios.items():
        for mode, told in modes.items():
            yield [
                f"{scenario}, {mode}",
                estimate(told["uncovered"], hundredths),
                estimate(told["fund_draw"], dollars),
                dollars(told["largest_draw"]),
                dollars(told["mean_requirement"]),
                estimate(told["peak_to_trough"], number),
                estimate(told["five_day_rise"], hundredths),
            ]
