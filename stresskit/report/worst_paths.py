"""The worst paths in words, from what the run recorded of each: nothing is lived through again."""

from collections.abc import Iterator, Sequence

import numpy as np

from stresskit.report import findings
from stresskit.report.blocks import Block, Cell, cell, left, right, section, table
from stresskit.report.format import gain, hours, money, optional, usd
from stresskit.report.swan_findings import moves
from stresskit.report.view import Account

MOST = 10


def worst_paths(account: Account) -> Iterator[Block]:
    """Ten paths of the last scenario shown, by equity at the horizon and then by the market's loss."""
    scenario = account.shown[-1]
    equity = account.column(scenario, account.base, "terminal_equity")
    short = account.column(scenario, account.base, "shortfall")
    pnl = account.column(scenario, "market", "pnl")
    worst = np.lexsort((pnl, -short, equity))[:MOST]
    lost = [account.equity - float(equity[path]) for path in worst]
    dead = sum(int(account.column(scenario, account.base, "first_step")[path] >= 0) for path in worst)
    yield section("Worst paths", findings.worst(account.label(account.base), scenario, lost, dead))
    columns = [right("Path", 0.6), left("What moved, until the horizon", 2.3), left("What happened", 4.6)]
    columns += [right("End, USD", 0.7), right("Market alone, USD", 0.9)]
    rows = [_row(account, scenario, int(path)) for path in worst]
    note = f"Any of them step by step: stresskit replay RUN --path NUMBER --scenario {scenario}"
    yield table(columns, rows, [note])


def _row(account: Account, scenario: str, path: int) -> list[Cell]:
    equity = float(account.column(scenario, account.base, "terminal_equity")[path])
    pnl = float(account.column(scenario, "market", "pnl")[path])
    return [
        str(path),
        moves(_moves(account, scenario, path), 3),
        _story(account, scenario, path),
        money(equity),
        gain(pnl).rpartition("\u202f")[0],
    ]


def _moves(account: Account, scenario: str, path: int) -> dict[str, float]:
    """Moves of the account's assets until the horizon."""
    life = account.life("market")
    names = [
        entry["column"].removeprefix("mark_")
        for entry in account.results.schema["columns"]
        if (entry["scenario"], entry["life"]) == (scenario, life) and entry["column"].startswith("mark_")
    ]
    return {name: float(account.column(scenario, "market", f"mark_{name}")[path]) - 1.0 for name in names}


def _story(account: Account, scenario: str, path: int) -> Cell:
    def told(name: str) -> float:
        return float(account.column(scenario, account.base, name)[path])

    first, closed = told("first_step"), told("closed_step")
    lowest = account.margin[account.base]["ratio"]
    if first < 0.0:
        return (
            "not liquidated"
            if lowest is None
            else f"not liquidated; lowest equity {usd(told('lowest_equity'))}"
        )
    when = hours(first * account.clock.step_h)
    leg = _symbol(account.symbols, int(told("trigger")))
    times = int(told("closings"))
    closing = "closed out at once" if closed == first else f"{times} closing{'s' if times != 1 else ''}"
    if closed > first:
        closing += f", closed out at {hours(closed * account.clock.step_h)}"
    costs = [("fee", "fee"), ("slippage", "slippage"), ("shortfall", "shortfall")]
    paid = ", ".join(f"{word} {usd(told(key))}" for key, word in costs if told(key) > 0.0)
    return cell(f"breach by {when}, heaviest leg {leg}; {closing}", paid)


def _symbol(symbols: Sequence[str], place: int) -> str:
    return optional(None if place < 0 else float(place), lambda found: symbols[int(found)])
