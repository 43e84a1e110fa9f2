"""Which position carries the tail, and on which one the liquidations began."""

from collections.abc import Iterator

from stresskit.report.blocks import Block, Cell, left, right, section, table
from stresskit.report.format import UNDEFINED, level_name, money, optional, percent, significant
from stresskit.report.mode_tables import estimate_cell
from stresskit.report.view import Account, Json

MOST_LEGS = 8  # rows a scenario


def contributions(account: Account) -> Iterator[Block]:
    """A table of the expected shortfall by position; nothing for a book of one leg."""
    found = account.figures[account.shown[-1]].get("contributions")
    if not found:
        return
    level = max(found["positions"]["es"], key=float)
    last = found["positions"]["es"][level]
    if last["legs"] is None:
        yield section("Contributions", f"Not computed: {last['reason']}")
    elif len(last["legs"]) > 1:
        yield section("Contributions", _finding(account.shown[-1], level, last))
        yield _table(account, level)


def _finding(scenario: str, level: str, told: Json) -> str:
    name = f"{level_name(level)} ES in {scenario}"
    most = max(told["legs"], key=lambda leg: float(leg["component"]["value"]))
    if most["share"] is None:
        return f"The {name} is no loss"
    return f"{most['name']} carries {percent(most['share'])} of the {name}"


def _table(account: Account, level: str) -> Block:
    columns = [
        left("Scenario", 1.55),
        left("Leg", 1.7),
        right(f"Part of the ES {level_name(level)}, USD", 1.6),
        right("Share", 1.0),
        right("Stand-alone, USD", 1.2),
        right("Without it less, USD", 1.2),
        right("Per dollar held", 1.0),
        right(f"Began under {account.base}", 1.5),
    ]
    rows: list[list[Cell]] = []
    notes = [
        "Mark-to-market over the run's horizon. The parts add up to the ES of the whole, stand-alone figures "
        "to more: the rest is diversification. A part below zero hedges the others. Last column: share of "
        "all paths whose first breach this position weighed most in."
    ]
    for scenario in account.shown[-1:]:
        found = account.figures[scenario]["contributions"]
        told = found["positions"]["es"][level]
        legs = sorted(told["legs"], key=lambda leg: -abs(float(leg["component"]["value"])))
        rows += [[scenario, *_cells(leg, found["liquidation"][account.base])] for leg in legs[:MOST_LEGS]]
        gained = f"In {scenario} the whole has {money(told['total'])} USD, {_less(told['diversification'])}"
        notes.append(f"{gained} than the legs by themselves.")
        if len(legs) > MOST_LEGS:
            notes.append(f"The {MOST_LEGS} largest of {len(legs)} legs; metrics.json has all.")
    return table(columns, rows, notes)


def _less(diversification: float) -> str:
    return f"{money(abs(diversification))} {'less' if diversification >= 0 else 'more'}"


def _cells(leg: Json, liquidation: Json) -> list[Cell]:
    own = [x for x in liquidation["trigger"] if x["symbol"] == leg["name"]]
    return [
        str(leg["name"]),
        estimate_cell(leg["component"], money),
        optional(leg["share"], percent),
        money(leg["standalone"]),
        money(leg["incremental"]),
        optional(leg["marginal"], significant),
        estimate_cell(own[0]["p_liquidation"], percent) if len(own) == 1 else UNDEFINED,
    ]
