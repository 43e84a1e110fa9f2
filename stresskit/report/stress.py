"""Stress tests that need no paths, from stored answers: joint moves, single ones, the nearest fatal one."""

from collections.abc import Iterator

import numpy as np

from stresskit.report import swan_findings
from stresskit.report.blocks import Block, Cell, cell, left, picture, right, section, table, text
from stresskit.report.events import events
from stresskit.report.figures.heat import Heat, Values, array, cells, shades
from stresskit.report.figures.stress_matrix import stress_matrix
from stresskit.report.figures.tornado import Tornado, tornado
from stresskit.report.format import UNDEFINED, number, percent, ratio, significant, stated, usd
from stresskit.report.studies import absent
from stresskit.report.swan_findings import moves
from stresskit.report.view import MOST_SHOWN, Account, Json

SINGLE = 0.1  # move of one factor in the tornado
CALM_TO = 10.0  # equity over maintenance from which a cell is palest
MOST_BARS = 12
HOURS = {"h": 1.0, "d": 24.0, "w": 168.0, "m": 1.0 / 60.0, "s": 1.0 / 3600.0}


def stress(account: Account) -> list[Block]:
    """Matrix and tornado, events, reverse stress."""
    return [*_matrix(account), *_tornado(account), *events(account), *_reverse(account)]


def _matrix(account: Account) -> Iterator[Block]:
    found = account.studies.of("matrix", account.key)
    if found is None:
        yield section("Stress matrix", "What is left at joint moves of price and volatility is not known yet")
        yield text(absent("matrix CONFIG --json"))
        return
    told = {mode: found[1][mode] for mode in account.modes if mode in found[1]}
    own = told[account.base]
    finding = swan_findings.matrix(account.label(account.base), own)
    yield section("Stress matrix", finding)
    panels = [_by_volatility(account, mode, one) for mode, one in list(told.items())[:MOST_SHOWN]]
    if own["pairs"]:
        panels.append(_pair(account.label(account.base), own["pairs"][0]))
    grids = [account.label(mode) for mode, one in list(told.items())[:MOST_SHOWN] if one["own_grid"]]
    whose = f" Price moves of {' and '.join(grids)} are those of the venue's own grid." if grids else ""
    caption = (
        "Equity over maintenance by the rule itself, nothing closed; framed: liquidated (1 or less). All "
        f"prices move alike; volatility acts on rules that look at it.{whose}"
    )
    yield picture(
        "stress_matrix", stress_matrix(panels), f"Tables of equity over maintenance. {finding}.", caption
    )


def _by_volatility(account: Account, mode: str, told: Json) -> Heat:
    columns = tuple(f"×{stated(m)}" for m in told["multipliers"])
    return _heat(
        account.label(mode).replace(" (", "\n("),
        told,
        columns,
        array(told["ratio"]),
        ("volatility", "all prices"),
    )


def _pair(label: str, told: Json) -> Heat:
    first, second = told["assets"]
    columns = tuple(_trimmed(m).removesuffix("\u202f%") for m in told["moves"])
    return _heat(label, told, columns, array(told["ratio"]), (f"{second}, %", first))


def _heat(title: str, told: Json, columns: tuple[str, ...], ratios: Values, names: tuple[str, str]) -> Heat:
    rows = tuple(_trimmed(m) for m in told["moves"])
    marked = np.isfinite(ratios) & (ratios <= 1.0)
    return Heat(
        title, rows, columns, cells(ratios, _ratio, UNDEFINED), shades(ratios, _shade), marked, *names
    )


def _trimmed(fraction: float) -> str:
    sign = "+" if fraction > 0.0 else ""
    return f"{sign}{stated(round(100.0 * fraction, 6))}\u202f%"


def _ratio(value: float) -> str:
    """Short enough for a cell, and never rounded onto 1, where the account dies."""
    if value <= 0.0:
        return "≤ 0"
    if significant(value) == significant(1.0) and value != 1.0:
        return "< 1" if value < 1.0 else "> 1"
    return significant(value) if value < 100.0 else "> 99"


def _shade(values: Values) -> Values:
    return np.asarray(np.log(np.maximum(values, 0.5) / 0.5) / np.log(CALM_TO / 0.5))


def _tornado(account: Account) -> Iterator[Block]:
    found = account.studies.of("matrix", account.key)
    if found is None:
        return
    told = [mode for mode in account.modes if mode in found[1]][:MOST_SHOWN]
    panels = [p for mode in told if (p := _single(account.label(mode), account.slot(mode), found[1][mode]))]
    if not panels:
        return
    yield section("One thing at a time", swan_findings.tornado(panels[0].title, panels[0].bars))
    described = [
        f"{p.title}: {', '.join(f'{n} {ratio(a)} to {ratio(b)}' for n, a, b in p.bars)}" for p in panels
    ]
    caption = (
        f"Equity over maintenance when one asset alone, or all together, move by {percent(SINGLE)} either "
        "way, or volatility doubles. Solid line: now. Dashed: liquidation."
    )
    alt = f"Range of equity over maintenance by factor. {'; '.join(described)}."
    yield picture("tornado", tornado(panels), alt, caption)


def _single(label: str, slot: int, told: Json) -> Tornado | None:
    """The bars of one mode; None where the matrix has no cell without a move or nothing is asked."""
    price = {
        (m, x): v
        for m, row in zip(told["moves"], told["ratio"], strict=True)
        for x, v in zip(told["multipliers"], row, strict=True)
    }
    now = price.get((0.0, 1.0))
    if now is None:
        return None
    ends = {"all prices": [price.get((side, 1.0)) for side in (-SINGLE, SINGLE)]}
    for pair in told["pairs"]:
        at = {m: i for i, m in enumerate(pair["moves"])}
        for place, asset in enumerate(pair["assets"]):
            if asset not in ends:
                ends[asset] = [_alone(pair["ratio"], at, place, side) for side in (-SINGLE, SINGLE)]
    ends["volatility ×2"] = [price.get((0.0, 2.0))]
    bars = [
        (name, min(now, *known), max(now, *known))
        for name, values in ends.items()
        if (known := [value for value in values if value is not None])
    ]
    bars.sort(key=lambda bar: bar[1] - bar[2])
    return Tornado(label, slot, now, tuple(bars[:MOST_BARS])) if bars else None


def _alone(ratios: list[list[float | None]], at: dict[float, int], place: int, side: float) -> float | None:
    moved, still = at[side], at[0.0]
    return ratios[moved][still] if place == 0 else ratios[still][moved]


def _reverse(account: Account) -> Iterator[Block]:
    found = account.studies.of("reverse", account.key)
    if found is None:
        yield section("Reverse stress", "The nearest move that liquidates is not known yet")
        yield text(absent("reverse CONFIG --json"))
        return
    answer, told = found
    step_h = float(answer["step"][:-1]) * HOURS[answer["step"][-1]]
    base = told["modes"][account.base]
    yield section("Reverse stress", swan_findings.reverse(account.label(account.base), step_h, base))
    columns = [
        left("Mode", 1.3),
        left("Most plausible fatal move of one step", 2.6),
        right("Loss, requirement after", 1.6),
        right("Standard deviations", 1.0),
        left("How often under the calm model", 1.8),
    ]
    note = (
        "Of all moves that liquidate, the one that the calm model makes most often, applied at once. "
        "Distances are Mahalanobis distances. Below the loss stands the requirement after the move."
    )
    yield table(columns, [_fatal(account, mode, one) for mode, one in told["modes"].items()], [note])


def _fatal(account: Account, mode: str, answer: Json) -> list[Cell]:
    name = cell(mode, "hypothetical") if account.label(mode) != mode else mode
    if answer["status"] != "found":
        return [name, str(answer["reason"]), UNDEFINED, UNDEFINED, UNDEFINED]
    money = cell(usd(answer["loss"]), usd(answer["requirement_after"]))
    return [name, moves(answer["move"]), money, number(answer["mahalanobis"]), swan_findings.often(answer)]
