"""The text of ``stresskit dial``: the points in words, then the curves as tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from stresskit.cli.text import dollars, estimate, hundredths, table

COST = "expected_liquidation_cost"
NAMES = {"p_liquidation": "P(liquidation), %", "p_closed_out": "P(closed out), %", COST: "expected cost, USD"}
BASES = {"equal_collateral": "at equal collateral", "equal_efficiency": "at equal efficiency"}
Found = Mapping[str, Any]
Show = Callable[[float], str]


def dial_text(answer: Found) -> str:
    """Every account's tables and points."""
    scenario = answer["scenario"]
    parts = [
        f"DIAL  {answer['name']}: {scenario['name']}{_toward(scenario)}; "
        f"{len(answer['strengths'])} strengths, {answer['paths']:,} paths each, the same draws at each; "
        "95 % intervals"
    ]
    for name, told in answer["accounts"].items():
        parts += [f"ACCOUNT  {name}"] if len(answer["accounts"]) > 1 else []
        parts += _account(answer["strengths"], told)
    if "surface" in answer:
        parts.append(_surface(answer["surface"]))
    return "\n\n".join(parts)


def _toward(scenario: Found) -> str:
    """The target, where it is not the name already; of a scenario of several effects that of its break."""
    effects = [scenario, *scenario.get("effects", [])]
    target = next(effect["toward"] for effect in effects if "toward" in effect)
    return "" if target == scenario["name"] else f", toward {target}"


def _account(strengths: Sequence[float], told: Found) -> Iterator[str]:
    bases = {basis: told[basis] for basis in BASES if basis in told}
    lines = [line for basis, found in bases.items() for line in _points(told, basis, found)]
    lines += [f"  {_seen(mode, one)}" for mode, one in told["illusion"].items()]
    if told["hypothetical"]:
        lines.append("  * hypothetical: the venue does not offer this mode")
    yield "\n".join(["POINTS  (strengths from 0, the calm correlation, to 1, the target)", *lines])
    for basis, found in bases.items():
        for quantity in NAMES:
            yield f"{NAMES[quantity]}  {BASES[basis]}\n{_table(strengths, told, found, quantity)}"


def _label(told: Found, mode: str) -> str:
    return mode + ("*" if mode in told["hypothetical"] else "")


def _table(strengths: Sequence[float], told: Found, found: Found, quantity: str) -> str:
    show = dollars if quantity == COST else hundredths
    columns = {_label(told, mode): columns[quantity] for mode, columns in found["modes"].items()}
    columns |= {
        f"{_label(told, mode)} - {told['present']}": columns[quantity]
        for mode, columns in found["paired"].items()
        if quantity in columns
    }
    rows = [
        [f"{strength:g}", *(estimate(column[i], show) for column in columns.values())]
        for i, strength in enumerate(strengths)
    ]
    return table(["strength", *columns], rows)


def _points(told: Found, basis: str, found: Found) -> Iterator[str]:
    for mode, points in found["breakdown"].items():
        for quantity, point in points.items():
            show = dollars if quantity == COST else hundredths
            what = NAMES[quantity].replace(", ", " in ")
            head = f"  {_label(told, mode)} {BASES[basis]}, {what}"
            if point["limit"] is not None:
                head += f" above {show(point['limit'])}"
            yield f"{head}: {_said(point)}"
            yield from (f"    {text}" for text in _shape(point, show))
    for mode, crossed in found["crossings"].items():
        yield f"  expected costs of {_label(told, mode)} and {told['present']} cross: {_crossed(crossed)}"


def _said(point: Found) -> str:
    """A point with its interval, or why there is none."""
    if point["status"] == "none":
        return f"none ({point['reason']})"
    high = "beyond 1" if point["high"] is None else f"{point['high']:.3f}"
    if point["status"] == "at_0":
        sure = "" if point["high"] == 0.0 else f", though the interval is clear of it only from {high}"
        return f"already at 0{sure}"
    return f"from {point['value']:.3f} [{point['low']:.3f}, {high}]"


def _shape(point: Found, show: Show) -> Iterator[str]:
    for fall in point["falls"]:
        yield (f"not monotone: it falls by {show(fall['by'])} from {fall['from']:g} to {fall['to']:g}")
    if "below_again" in point:
        places = ", ".join(f"{place:g}" for place in point["below_again"])
        yield f"and is at or below the limit again at {places}"


def _crossed(crossed: Found) -> str:
    if not crossed["points"]:
        return f"none ({crossed['reason']})"
    return "; ".join(f"at {p['value']:.3f} [{p['low']:.3f}, {p['high']:.3f}]" for p in crossed["points"])


def _seen(mode: str, one: Found) -> str:
    head = f"hedge illusion of {mode}"
    if one["point"] is None:
        return f"{head}: none ({one['reason']})"
    asks = f"{dollars(one['requirement'])} USD against {dollars(one['stand_alone'])} stand-alone"
    return f"{head} ({asks}, {one['margin_period']}): {_said(one['point'])}"


def _surface(surface: Found) -> str:
    """P(liquidation) in percent over strength and volatility multiplier."""
    cells = {(cell["multiplier"], cell["strength"]): cell["lives"] for cell in surface["cells"]}
    names = list(next(iter(cells.values())))
    header = ["strength", *(f"x {m:g}" for m in surface["multipliers"])]
    parts = []
    for name in names:
        rows = [
            [f"{s:g}"]
            + [estimate(cells[m, s][name]["p_liquidation"], hundredths) for m in surface["multipliers"]]
            for s in surface["strengths"]
        ]
        parts.append(f"P(liquidation), %, of {name}, by volatility multiplier\n{table(header, rows)}")
    return "\n\n".join(parts)
