"""What the page of further stress tests found, by rule, from stored answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from stresskit.report.format import THIN, Estimate, against, hours, number, percent, usd
from stresskit.report.swan_findings import moves

Json = Mapping[str, Any]
RARE_YEARS = 1e6


def worst(label: str, judged: Mapping[str, Estimate], limit: float | None) -> str:
    """What correlation alone can do to P(liquidation): calm, worst and their paired difference."""
    calm, found, gap = judged["calm"]["value"], judged["worst"]["value"], judged["difference"]["low"]
    if gap is None or gap <= 0.0:
        return f"No plausible correlation clearly raises P(liquidation) of {label}"
    told = f"Correlation alone takes P(liquidation) of {label}"
    start = percent(calm) if calm else "0"
    if limit is None or calm > limit:
        return f"{told} from {start} to {percent(found)}"
    end, bound = against(found, limit, True)
    passed = "past" if found > limit else "not past"
    return f"{told} from {start} to {end}, {passed} the limit of {bound}"


def once(years: Json) -> str:
    """``once in 9.50 years (5.17 to 17.5)``, ``4.90 times a year (4.40 to 5.44)``, or why it is not said."""
    value, low, high = years["value"], years["low"], years["high"]
    if value is None:
        return (
            str(years["reason"]) if low is None else f"at most once in {_span(low)} years: no path got there"
        )
    if value >= 1.0:
        rare = (
            "less than once in a million years" if value >= RARE_YEARS else f"once in {number(value)} years"
        )
        return rare + (
            "" if low is None else f" ({_span(low)} to {'beyond' if high is None else _span(high)})"
        )
    ends = "" if low is None else f" ({number(1.0 / high) if high else 0} to {number(1.0 / low)})"
    return f"{number(1.0 / value)} times a year{ends}"


def _span(years: float) -> str:
    return "a million" if years >= RARE_YEARS else number(years)


def liquidated(label: str, scenario: str, life: Json, modal: Json | None) -> str:
    """The path that is typical of those that liquidate a mode, and how often the calm model goes so far."""
    if not life["paths"] or modal is None:
        return f"No path is liquidated under {label} in {scenario}"
    way = f"{moves(modal['move'])} within {hours(modal['hours'])}"
    return f"The typical path that liquidates {label} in {scenario}: {way}; {once(modal['years'])}"


def sufficiency(label: str, period: str, found: Sequence[tuple[str, Json]]) -> str:
    """How often what a mode asks does not cover the loss of a margin period: (scenario, figures)."""
    short = [(scenario, told) for scenario, told in found if told["uncovered_path"]["value"]]
    if not short:
        return f"What {label} asks covers every loss over {period} that was simulated"
    first, *rest = [(percent(one["uncovered"]["value"]), scenario) for scenario, one in short]
    told = "".join(f" and {share} in {scenario}" for share, scenario in rest)
    largest = usd(max(float(one["largest_draw"]) for _, one in short))
    return (
        f"What {label} asks does not cover the loss of {first[0]} of {period} periods in {first[1]}{told}, "
        f"by up to {largest}"
    )


def period_text(stated_period: str) -> str:
    """A margin period as the config writes it, with a thin space before its unit: ``1 d``."""
    return f"{stated_period[:-1]}{THIN}{stated_period[-1]}"
