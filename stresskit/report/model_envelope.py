"""The same account under other models: what each says, and how far they lie apart."""

from collections.abc import Iterator

from stresskit.report.blocks import Block, Cell, cell, left, right, section, table
from stresskit.report.format import money, percent, significant
from stresskit.report.mode_tables import estimate_cell
from stresskit.report.view import MOST_SHOWN, Account, Json


def model_envelope(account: Account) -> Iterator[Block]:
    """One table for the scenarios shown; nothing where the run has no envelope."""
    found = account.envelope
    if not found:
        return
    modes = account.modes[:MOST_SHOWN]
    yield section("Model envelope", _finding(account, found))
    columns = [left("Scenario", 1.2), left("Model", 2.0)]
    columns += [right(f"P(liquidation), {account.label(mode)}", 1.5) for mode in modes]
    columns += [right("VaR 99 %, USD", 1.4), right("ES 99 %, USD", 1.4)]
    rows: list[list[Cell]] = []
    for scenario in account.shown:
        rows.append(_row(scenario, cell("run", "this config"), account.figures[scenario], modes))
        rows += [
            _row(scenario, cell(name, f"{m['marginal']}, {m['dependence']}"), m["scenarios"][scenario], modes)
            for name, m in found["models"].items()
        ]
    note = (
        "Mark-to-market VaR and ES, with 95 % Monte Carlo intervals. Each model has its own fit to the same "
        "market and the same random numbers; a rule that is calibrated to the model follows it. The range "
        "over models is no confidence interval."
    )
    yield table(columns, rows, [note])


def _row(scenario: str, name: Cell, figures: Json, modes: tuple[str, ...]) -> list[Cell]:
    shares = [estimate_cell(figures["modes"][mode]["p_liquidation"], percent) for mode in modes]
    market = figures["market"]
    return [scenario, name, *shares, *(estimate_cell(market[kind]["0.99"], money) for kind in ("var", "es"))]


def _finding(account: Account, found: Json) -> str:
    band = found["spread"][account.calm]["modes"][account.base]["p_liquidation"]
    low, high = (percent(band[key]) if band[key] else "0" for key in ("lowest", "highest"))
    told = (
        f"P(liquidation) of {account.label(account.base)} in {account.calm}: {low} to {high} over the models"
    )
    if not band["monte_carlo"]:
        return told
    times = significant((band["highest"] - band["lowest"]) / band["monte_carlo"], 2)
    return f"{told}, {times} times the Monte Carlo interval"
