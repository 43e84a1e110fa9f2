"""Pages of what lies outside the calm model: the dial, then moves, events and the way to liquidation."""

from collections.abc import Iterator

import numpy as np

from stresskit.report import swan_findings
from stresskit.report.blocks import Block, Cell, Page, left, picture, right, section, table, text
from stresskit.report.figures.dial import BASES, COST, dial_figure
from stresskit.report.figures.heat import Heat, array, cells, shades
from stresskit.report.figures.surface import surface
from stresskit.report.format import level_name, percent, significant, stated, usd
from stresskit.report.further import further_pages, missing
from stresskit.report.stress import stress
from stresskit.report.studies import absent
from stresskit.report.view import MOST_SHOWN, Account, Json

SAID = {"p_liquidation": "P(liquidation)", COST: "expected cost"}


def black_swan_pages(account: Account) -> list[Page]:
    """Build the pages of the dial, of stress tests and of further ones; without a dial there is one less."""
    found = account.studies.of("dial", account.key)
    tests = [*stress(account), *missing(account)]
    if found is None:
        return [_page(account, "Black swan", [*_nothing(), *tests]), *further_pages(account)]
    dial = [*_dial(account, *found), *_surface(account, found[0])]
    pages = [_page(account, "Black swan", dial), _page(account, "Stress tests", tests)]
    return [*pages, *further_pages(account)]


def _page(account: Account, title: str, blocks: list[Block]) -> Page:
    return {"title": title, "subtitle": account.name, "blocks": blocks}


def _nothing() -> Iterator[Block]:
    yield section("Dial", "Where each mode fails as correlations break is not known yet")
    yield text(absent("dial CONFIG"))


def _dial(account: Account, answer: Json, told: Json) -> Iterator[Block]:
    points = told["equal_collateral"]["breakdown"]
    base = account.label(account.base)
    told_of = swan_findings.breakdown(f"P(liquidation) of {base}", points[account.base]["p_liquidation"])
    yield section("Dial", told_of)
    yield text(
        f"The scenario {answer['scenario']['name']} is turned from strength 0 (correlations as they are) to "
        f"1 (all the way); {stated(answer['paths'])} paths at each of {len(answer['strengths'])} strengths, "
        "the same draws at each. A mode breaks down at the strength at which its curve passes the limit."
    )
    figure = dial_figure(answer, account.key, ("equal_collateral",))
    ends = [
        f"{account.label(mode)} {percent(columns['p_liquidation'][0]['value'])} at 0 and "
        f"{percent(columns['p_liquidation'][-1]['value'])} at 1"
        for mode, columns in told["equal_collateral"]["modes"].items()
    ]
    caption = (
        "Bands: 95 % intervals. Dotted: the limit, or the share of losses that the rule lets exceed its "
        "requirement. Vertical lines: where a curve passes it."
    )
    alt = (
        f"P(liquidation) and expected cost over the strength of the break. P(liquidation): {'; '.join(ends)}."
    )
    yield picture("dial", figure, alt, caption)
    seen = [(account.label(m), one["point"]) for m, one in told["illusion"].items() if one["point"]]
    yield section("The three points", swan_findings.illusion(seen))
    yield _points(account, told)


def _points(account: Account, told: Json) -> Block:
    """Breakdown of each mode, crossings with the present mode, and illusions."""
    rows: list[list[Cell]] = []
    for basis in (basis for basis in BASES if basis in told):
        where = BASES[basis]
        for mode, points in told[basis]["breakdown"].items():
            rows += [
                [f"Breakdown, {SAID[key]}", f"{account.label(mode)}, {where}", *_place(point, key)]
                for key, point in points.items()
                if point["limit"] is not None
            ]
        for mode, crossed in told[basis]["crossings"].items():
            names = f"{account.label(mode)} and {told['present']}, {where}"
            found = crossed["points"] or [{"value": None, "reason": crossed["reason"]}]
            rows += [["Expected costs cross", names, "", *_crossing(point)] for point in found]
    for mode, one in told["illusion"].items():
        point = one["point"] or {"status": "none", "limit": None, "value": None, "reason": one["reason"]}
        rows.append(["Hedge illusion", account.label(mode), *_place(point, "illusion")])
    columns = [left("Point", 1.5), left("Mode", 2.1), right("Limit", 0.8), right("Strength", 0.8)]
    note = (
        "Hedge illusion: the netted requirement covers losses too rarely where stand-alone ones still would."
    )
    return table([*columns, left("95 % interval, or why there is none", 2.6)], rows, [note])


def _place(point: Json, key: str) -> tuple[Cell, Cell, Cell]:
    limit = point["limit"]
    bound = "" if limit is None else usd(limit) if key == COST else level_name(str(limit))
    if point["status"] == "none":
        return bound, "none", str(point["reason"])
    high = "beyond 1" if point["high"] is None else significant(point["high"])
    value = "0" if point["status"] == "at_0" else significant(point["value"])
    return bound, value, f"{significant(point['low'] or 0.0)} to {high}"


def _crossing(point: Json) -> tuple[Cell, Cell]:
    if point["value"] is None:
        return "none", str(point["reason"])
    return significant(point["value"]), f"{significant(point['low'])} to {significant(point['high'])}"


def _surface(account: Account, answer: Json) -> Iterator[Block]:
    found = answer.get("surface")
    if not found:
        yield section("Correlation and volatility", "The dial was turned at one volatility only")
        yield text(absent("dial CONFIG --multipliers 1,1.5,2,3"))
        return
    modes = [mode for mode in account.modes if account.life(mode) in found["cells"][0]["lives"]]
    tables = {mode: _shares(found, account.life(mode)) for mode in modes[:MOST_SHOWN]}
    limits = {
        mode: answer["accounts"][account.key]["equal_collateral"]["breakdown"][mode]["p_liquidation"]["limit"]
        for mode in tables
    }
    panels = [_heat(account, found, mode, shares, limits[mode]) for mode, shares in tables.items()]
    least, most = tables[account.base].min(), tables[account.base].max()
    span = f"{percent(float(least))} to {percent(float(most))}"
    yield section(
        "Correlation and volatility", f"P(liquidation) of {account.label(account.base)}: {span} over the two"
    )
    alt = f"P(liquidation) by strength of the break and volatility multiplier. {account.base}: {span}."
    yield picture("surface", surface(panels), alt, "In %. Framed and bold: above the limit of the mode.")


def _shares(found: Json, life: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    known = {(c["multiplier"], c["strength"]): c["lives"][life]["p_liquidation"] for c in found["cells"]}
    return array([[known[m, s]["value"] for s in found["strengths"]] for m in found["multipliers"]])


def _heat(
    account: Account,
    found: Json,
    mode: str,
    shares: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    limit: float | None,
) -> Heat:
    return Heat(
        account.label(mode),
        tuple(f"×{stated(m)}" for m in found["multipliers"]),
        tuple(stated(s) for s in found["strengths"]),
        cells(100.0 * shares, lambda v: significant(v, 2), "–"),
        shades(shares, np.sqrt),
        np.zeros(shares.shape, dtype=bool) if limit is None else shares > limit,
        "strength of the break",
        "volatility",
    )
