"""What a cohort found, by rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from stresskit.report.format import percent, stated, usd
from stresskit.report.status import NAMES

Json = Mapping[str, Any]


def limits(found: Sequence[Json], accounts: int) -> str:
    """How many accounts break the limit that most of them break."""
    many = f"{stated(accounts)} account{'s' if accounts != 1 else ''}"
    if not found:
        return f"No limit is set for {many}"
    worst = max(found, key=lambda one: (one["broken"], one["undecided"]))
    if worst["broken"]:
        verb = "breaks" if worst["broken"] == 1 else "break"
        what = f"the limit on {NAMES.get(worst['name'], worst['name'])}"
        return f"{stated(worst['broken'])} of {many} {verb} {what} of {worst['mode']} in {worst['scenario']}"
    if worst["undecided"]:
        return f"No account breaks a limit, {stated(worst['undecided'])} of {many} undecided"
    return f"Every limit is met by {many}"


def spread(label: str, scenario: str, chances: Sequence[float]) -> str:
    """How many accounts are ever liquidated, and how likely the worst is."""
    hit = sum(chance > 0.0 for chance in chances)
    if not hit:
        return f"No account is liquidated on any path under {label} in {scenario}"
    share, most = percent(hit / len(chances)), percent(max(chances))
    told = f"{share} of accounts are ever liquidated under {label} in {scenario}"
    return f"{told}, the likeliest on {most} of paths"


def ranking(entry: Json) -> str:
    """The account that is worst off."""
    name, p = entry["account"], float(entry["p_liquidation"]["value"])
    where = f"under {entry['mode']} in {entry['scenario']}"
    if p == 0.0:
        return f"No account is liquidated {where}; first in rank is {name}"
    return f"Worst off is {name}: liquidated on {percent(p)} of paths {where}"


def together(label: str, found: Sequence[tuple[str, Json]]) -> str:
    """What all accounts cost in the scenario where it is most: (scenario, figures)."""
    scenario, worst = max(found, key=lambda one: float(one[1]["fund_draw"]["mean"]["value"]))
    draw = float(worst["fund_draw"]["mean"]["value"])
    if draw > 0.0:
        p = worst["p_any_shortfall"]["value"]
        return (
            f"All accounts under {label} draw {usd(draw)} from the insurance fund in {scenario} on average; "
            f"some falls short on {percent(p)} of paths"
        )
    scenario, worst = max(found, key=lambda one: float(one[1]["liquidated_accounts"]["mean"]["value"]))
    tail = worst["liquidated_accounts"]["var"]["0.99"]["value"]
    none = f"No path under {label} draws on the insurance fund"
    return (
        f"{none}; in {scenario} one in a hundred liquidates {stated(tail)} accounts or more" if tail else none
    )
