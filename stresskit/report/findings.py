"""The sentences above figures and tables: each says what was found, by rule, from the numbers."""

from collections.abc import Mapping, Sequence

from stresskit.report.format import (
    Estimate,
    level_name,
    percent,
    points,
    ratio,
    usd,
)

SLIGHT = 0.005  # share of a value at risk below which a change of it is not told
FEW = 20  # liquidated paths below which nothing is said of their times
CLEAR = 3.0  # standard deviations of chance that a cluster must exceed


def recommendation(mode: str, present: str, broken: bool) -> str:
    """What to do about the margin mode, and whether that suffices."""
    advice = f"Keep {mode}, the present mode" if mode == present else f"Switch from {present} to {mode}"
    return f"{advice}; it breaks a limit" if broken else advice


def survival(label: str, found: Sequence[tuple[str, Estimate]]) -> str:
    """How often the baseline mode is liquidated, in each scenario shown."""
    if all(estimate["value"] == 0.0 for _, estimate in found):
        return f"No path is liquidated under {label}"
    parts = [f"on {percent(e['value'])} of paths" if e["value"] else "on no path" for _, e in found]
    told = [f"{part} in {name}" for part, (name, _) in zip(parts, found, strict=True)]
    return f"{label} is liquidated {' and '.join(told)}"


def spread(found: Sequence[tuple[str, Estimate]]) -> str:
    """The range of P(liquidation) over all modes and scenarios of an account."""
    least = min(found, key=lambda entry: entry[1]["value"])
    most = max(found, key=lambda entry: entry[1]["value"])
    if most[1]["value"] == 0.0:
        return "No mode is liquidated on any path of these scenarios"
    if len(found) == 1:
        return f"P(liquidation) is {percent(most[1]['value'])} for {most[0]}"
    if least[1]["value"] == most[1]["value"]:
        return f"P(liquidation) is {percent(most[1]['value'])} under every mode and scenario here"
    low, high = percent(least[1]["value"]), percent(most[1]["value"])
    return f"P(liquidation) runs from {low} ({least[0]}) to {high} ({most[0]})"


def paired(base: str, found: Sequence[tuple[str, str, Estimate]]) -> str:
    """The clearest difference to the baseline mode on the same paths, if any excludes zero."""
    clear = [x for x in found if x[2]["value"] is not None and not x[2]["low"] <= 0.0 <= x[2]["high"]]
    if not clear:
        return f"No material difference between {base} and any other mode"
    mode, scenario, difference = max(clear, key=lambda x: abs(x[2]["value"]))
    more = "more" if difference["value"] > 0.0 else "less"
    gap = points(abs(difference["value"])).removeprefix("+")
    return f"In {scenario}, {mode} is liquidated {more} often than {base}, by {gap}"


def fan(scenario: str, label: str, median: float, low: float, initial: float) -> str:
    """Where the middle and the lower edge of the 95 % band end, in the last scenario drawn."""
    end = "at zero" if low <= 0.005 * initial else f"at {usd(low)}"
    if abs(median - initial) <= 1e-3 * initial and abs(low - initial) <= 1e-3 * initial:
        return f"{label} in {scenario}: equity stays at {usd(initial)}"
    if median <= 0.0:
        return f"{label} in {scenario}: half of the paths end with nothing"
    return f"{label} in {scenario}: half of the paths end above {usd(median)}; the 95 % band ends {end}"


def hazard(label: str, scenario: str, heights: Sequence[float], edges: Sequence[str], paths: int) -> str:
    """The stretch of time on which most paths are first liquidated, if it stands out from chance."""
    total = sum(heights)
    if total == 0.0:
        return f"No path is liquidated under {label} in {scenario}"
    if total * paths < FEW - 0.5:
        return f"Fewer than {FEW} paths are liquidated under {label} in {scenario}: too few to say when"
    top, even = max(heights), total / len(heights)
    place = list(heights).index(top)
    if top < 1.5 * even or (top - even) * paths < CLEAR * (even * paths) ** 0.5:
        return f"Liquidations under {label} in {scenario} spread over the whole horizon"
    return (
        f"Liquidations under {label} in {scenario} cluster between {edges[place]} and "
        f"{edges[place + 1]}: {percent(top / total)} of all of them"
    )


def closed_out(label: str, scenario: str, p_liquidation: Estimate, p_closed_out: Estimate) -> str:
    """How many of the liquidated paths lose every position."""
    touched, shut = p_liquidation["value"], p_closed_out["value"]
    if not touched:
        return f"Nothing is forced shut under {label} in {scenario}"
    share = shut / touched
    if share >= 1.0 - 1e-12:
        return f"Every liquidation under {label} closes the whole account"
    return f"{percent(share)} of the liquidations under {label} in {scenario} close the whole account"


def losses(
    label: str,
    scenario: str,
    p_liquidation: Estimate,
    loss: Estimate,
    market: Mapping[str, Estimate],
    own: Mapping[str, Estimate],
) -> str:
    """What liquidation does to the tail; where it is the tail, say so."""
    levels = sorted((level for level in own if own[level]["value"] is not None), key=float)
    if not p_liquidation["value"]:
        return f"Without liquidations under {label} in {scenario}, losses are the market's own"
    if not levels or market[levels[-1]]["value"] is None:
        return f"{label} in {scenario} loses {usd(loss['value'])} when it is liquidated"
    level = levels[-1]
    if p_liquidation["value"] > 1.0 - float(level):
        above = level_name(str(1.0 - float(level)))
        tail = f"more than {above} of paths are liquidated, so the {level_name(level)} tail is liquidation"
        return f"{label} in {scenario}: {tail}"
    gap = own[level]["value"] - market[level]["value"]
    if abs(gap) < SLIGHT * abs(market[level]["value"]):
        return f"Liquidation hardly changes the {level_name(level)} VaR of {label} in {scenario}"
    change = "adds" if gap >= 0.0 else "takes"
    end = "to" if gap >= 0.0 else "from"
    return f"Liquidation {change} {usd(abs(gap))} {end} the {level_name(level)} VaR of {label} in {scenario}"


def tails(label: str, scenario: str, market: Mapping[str, Estimate], own: Mapping[str, Estimate]) -> str:
    """Whether the account's limited liability or its liquidations decide the expected shortfall."""
    level = max(own, key=float)
    if own[level]["value"] is None or market[level]["value"] is None:
        return f"Too few paths for the tail of {label} in {scenario}"
    name = f"ES {level_name(level)}"
    return (
        f"{name} of {label} in {scenario}: {usd(own[level]['value'])} with liquidation, "
        f"{usd(market[level]['value'])} mark-to-market"
    )


def efficiency(scenario: str, found: Sequence[tuple[str, float, Estimate]]) -> str:
    """Which mode is liquidated least when each holds a multiple of its own initial requirement."""
    least = min(found, key=lambda entry: entry[2]["value"])
    rivals = [entry for entry in found if entry is not least and entry[2]["low"] <= least[2]["high"]]
    if len(found) == 1:
        return f"{least[0]} is liquidated on {percent(least[2]['value'])} of paths in {scenario}"
    if rivals:
        return f"At equal efficiency in {scenario}, no mode is clearly liquidated least"
    return (
        f"At equal efficiency in {scenario}, {least[0]} is liquidated least "
        f"({percent(least[2]['value'])} of paths) and holds {usd(least[1])}"
    )


def changed(scenarios: int, stressed: int) -> str:
    """How many scenarios bend the model."""
    if stressed == 0:
        return "Nothing is stressed: the calm model only"
    return f"{stressed} of {scenarios} scenarios bend{'s' if stressed == 1 else ''} the calm model"


def drawdown(label: str, scenario: str, fall: float) -> str:
    """How deep the largest fall from a peak is on the worst of twenty paths."""
    if fall <= 1e-9:
        return f"Equity never falls on nineteen paths of twenty under {label} in {scenario}"
    if fall >= 1.0 - 1e-9:
        return f"One path in twenty loses everything on its way under {label} in {scenario}"
    return f"One path in twenty falls by {percent(fall)} or more from a peak under {label} in {scenario}"


def worst(label: str, scenario: str, lost: Sequence[float], dead: int) -> str:
    """What the worst paths have in common: how many are liquidated, and what they lose."""
    named = f"the {len(lost)} worst paths under {label} in {scenario}"
    low, high = usd(min(lost)), usd(max(lost))
    span = f"lose {low} each" if low == high else f"lose {low} to {high}"
    if not dead:
        return f"None of {named} is liquidated; they {span}"
    count = "All of" if dead == len(lost) else f"{dead} of"
    return f"{count} {named} {'are' if dead > 1 else 'is'} liquidated; they {span}"


def change(options: Sequence[str] | None, target: str, scenarios: Sequence[str]) -> str:
    """The smallest changes that bring P(liquidation) under a target; None: it is met as it is."""
    aim = f"P(liquidation) of at most {target} in {' and '.join(scenarios)}"
    if options is None:
        return f"Nothing needs to change for {aim}."
    if not options:
        return f"No single change was found that brings {aim}."
    return f"Smallest change that brings {aim}: {', or '.join(options)}."


def thinning(label: str, scenario: str, low: float, when: str | None) -> str:
    """When the lower edge of the 95 % band of equity over maintenance comes to 1, or where it ends."""
    if when is None:
        return f"{label} in {scenario}: 39 of 40 paths end with {ratio(low)} times their maintenance or more"
    return f"{label} in {scenario}: within {when} one path in forty is at its requirement, or shut"
