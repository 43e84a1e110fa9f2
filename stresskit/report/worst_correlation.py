"""What correlation alone can do within its own history, from a stored answer."""

from collections.abc import Iterator
from typing import Any

from stresskit.report import further_findings
from stresskit.report.blocks import Block, Cell, left, right, section, table, text
from stresskit.report.format import money, percent, points, significant, stated
from stresskit.report.headlines import limit_for
from stresskit.report.mode_tables import estimate_cell, mode_cell
from stresskit.report.view import Account, Json

P_LIQUIDATION = "p_liquidation"
FIGURES = {P_LIQUIDATION: "P(liquidation)", "requirement_shortfall": "Loss beyond the requirement, USD"}
MOST_PAIRS = 2


def worst_correlation(account: Account) -> Iterator[Block]:
    """Every mode's figures, calm and at their worst correlation; nothing without an answer."""
    found = account.studies.of("worst", account.key)
    if found is None:
        return
    answer, told = found
    if told["modes"] is None:
        yield section("Worst correlation", "Correlation does not matter to this account")
        yield text(f"{told['reason'][:1].upper()}{told['reason'][1:]}.")
        return
    limit = limit_for(account, account.calm, account.base)
    judged = told["modes"][account.base][P_LIQUIDATION]["verified"]
    bound = None if limit is None else float(limit["limit"])
    yield section("Worst correlation", further_findings.worst(account.label(account.base), judged, bound))
    columns = [left("Mode", 1.1), left("Figure", 1.5), right("Calm", 1.2), right("Worst", 1.2)]
    columns += [right("Difference", 1.3), left("Correlations: calm to worst (percentile)", 2.6)]
    rows = [
        [mode_cell(account, mode), FIGURES[name], *_judged(name, one["verified"]), _pairs(one["pairs"])]
        for mode, figures in told["modes"].items()
        for name, one in figures.items()
    ]
    yield table(columns, rows, list(_notes(answer, told)))


def _judged(name: str, judged: Json) -> list[Cell]:
    show, apart = (percent, points) if name == P_LIQUIDATION else (money, money)
    cells = [estimate_cell(judged[key], show) for key in ("calm", "worst")]
    return [*cells, estimate_cell(judged["difference"], apart)]


def _pairs(pairs: Json) -> str:
    """The pairs that move most."""
    moved = sorted(pairs.items(), key=lambda pair: -abs(pair[1]["worst"] - pair[1]["calm"]))
    told = [
        f"{name} {significant(one['calm'], 2)} to {significant(one['worst'], 2)} ({_place(one)})"
        for name, one in moved[:MOST_PAIRS]
    ]
    return ", ".join(told) + (f" and {len(moved) - MOST_PAIRS} more" if len(moved) > MOST_PAIRS else "")


def _place(pair: Any) -> str:
    return percent(pair["percentile"]) if "percentile" in pair else "no history"


def _notes(answer: Json, told: Json) -> Iterator[str]:
    ball = answer["ball"]
    level, other = (significant(x, 4, trim=True) for x in (ball["level"], 1.0 - ball["level"]))
    yield (
        f"Searched: all correlation matrices in which every pair lies between its {level} and {other} "
        f"quantile of {ball['history']}. Nothing else is stressed."
    )
    yield (
        f"Judged on {stated(answer['paths'])} paths of another seed than the search's, calm and worst on the "
        "same draws. Loss beyond the requirement: mean over one margin period."
    )
    if told["without_history"]:
        yield f"Without a history, kept as they are: {', '.join(told['without_history'])}."
